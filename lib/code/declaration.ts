import { KINDS } from '../model/kinds.js';
import { DEFAULT_QUOTA } from '../model/limits.js';
import {
  ITEM_KINDS,
  type ItemKind,
  type ItemSpecs,
  itemsOf,
  type ProjectSpec,
} from '../model/specification.js';
import { identifier } from './identifier.js';
import { jobTemplateProps } from './job-template.js';
import { type Literal, literal, quoted } from './literal.js';
import { configMapProps, registrySecretProps, secretProps } from './secrets.js';

/** TypeScript that declares something. */
export interface Declaration {
  /** What it needs of the package. */
  readonly imports: readonly string[];
  readonly code: string;
}

/** The declaration of a project with its items, for a stack in the variable `stack`. */
export function declareProject(name: string, spec: ProjectSpec): Declaration {
  const variable = identifier(name);
  const items = ITEM_KINDS.flatMap((kind) =>
    Object.entries(itemsOf(spec, kind)).map(([item, each]) => itemCall(variable, kind, item, each)),
  );
  const head = `${items.length === 0 ? '' : `const ${variable} = `}new Project(stack, ${quoted(name)}`;
  const props = projectProps(spec);
  const rest = Object.keys(props).length === 0 ? '' : `, ${literal(props, head.length + 4)}`;
  const lines = [`${head}${rest});`, ...items];
  return withImports(lines.join('\n'), ['Project']);
}

/** The declaration of an item, for its project in a variable of the project's name. */
export function declareItem<K extends ItemKind>(
  project: string,
  kind: K,
  name: string,
  spec: ItemSpecs[K],
): Declaration {
  return withImports(itemCall(identifier(project), kind, name, spec), []);
}

function itemCall<K extends ItemKind>(
  variable: string,
  kind: K,
  name: string,
  spec: ItemSpecs[K],
): string {
  const head = `${variable}.${KINDS[kind].method}(${quoted(name)}, `;
  const { factory, props } = propsOf(kind, spec);
  const open = factory === undefined ? head : `${head}${factory}(`;
  const close = factory === undefined ? ');' : '));';
  return `${open}${literal(props, open.length + close.length)}${close}`;
}

/** What an item is declared with, and the function that completes it, where there is one. */
export interface ItemProps {
  readonly factory?: string;
  readonly props: { readonly [key: string]: Literal };
}

const PROPS: { readonly [K in ItemKind]: (spec: ItemSpecs[K]) => ItemProps } = {
  'registry-secrets': registrySecretProps,
  secrets: secretProps,
  'config-maps': configMapProps,
  'job-templates': jobTemplateProps,
};

function propsOf<K extends ItemKind>(kind: K, spec: ItemSpecs[K]): ItemProps {
  return PROPS[kind](spec);
}

/** What differs from the defaults. A copy neither takes over a namespace nor shares one. */
function projectProps({ period, quota }: ProjectSpec): { readonly [key: string]: Literal } {
  const own = Object.entries(quota).filter(
    ([key, limit]) => Object.entries(DEFAULT_QUOTA).find(([name]) => name === key)?.[1] !== limit,
  );
  return {
    ...(period === undefined ? {} : { reclamationPeriod: period }),
    ...(own.length === 0 ? {} : { quota: Object.fromEntries(own) }),
  };
}

function withImports(code: string, always: readonly string[]): Declaration {
  const used = ['Credential', 'RegistrySecret'].filter((name) => code.includes(`${name}.`));
  return { imports: [...new Set([...always, ...used])].sort(), code };
}

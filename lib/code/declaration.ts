import { DEFAULT_QUOTA } from '../model/limits.js';
import {
  ITEM_KINDS,
  type ItemKind,
  type ItemSpecs,
  itemsOf,
  type MetadataSpec,
  type ProjectSpec,
  type ServiceAccount,
} from '../model/specification.js';
import { freeIdentifier, identifier } from './identifier.js';
import { jobTemplateProps, type Variables } from './job-template.js';
import { Expression, type Literal, literal, quoteLiteral } from './literal.js';
import { type Call, configMapCall, registrySecretCall, secretCall } from './secrets.js';
import { namesUsedBy } from './uses.js';

/** TypeScript that declares something. */
export interface Declaration {
  /** What it needs of the package. */
  readonly imports: readonly string[];
  readonly code: string;
}

/** One item of what is printed. */
interface Entry<K extends ItemKind = ItemKind> {
  readonly kind: K;
  readonly name: string;
  readonly spec: ItemSpecs[K];
}

/**
 * The declaration of a project with its items, for a stack in the variable `stack`. What others
 * refer to gets a variable of its own.
 */
export function declareProject(name: string, spec: ProjectSpec): Declaration {
  const project = identifier(name);
  const entries = ITEM_KINDS.flatMap((kind) => entriesOf(spec, kind));
  const variables = variablesFor(project, spec, entries);
  const variableOf: Variables = (kinds, item) => {
    const found = kinds.map((kind) => variables.get(key(kind, item)));
    const variable = found.find((each) => each !== undefined);
    return variable === undefined ? undefined : new Expression(variable);
  };
  const items = entries.map((entry) => {
    const call = callOf(entry, variableOf);
    return statement(project, entry, call, variables.get(key(entry.kind, entry.name)));
  });
  const ingress = (spec.ingress ?? []).map((each) => ingressCall(project, each));
  const isUsed = items.length + ingress.length > 0;
  const head = `${isUsed ? `const ${project} = ` : ''}new Project(stack, ${quoteLiteral(name)}`;
  const props = projectProps(spec);
  const rest = Object.keys(props).length === 0 ? '' : `, ${literal(props, head.length + 4)}`;
  const own = { imports: ['Project'], code: `${head}${rest});` };
  return joined([own, ...items, ...ingress]);
}

/** The declaration of an item, for its project in a variable of the project's name. */
export function declareItem<K extends ItemKind>(
  project: string,
  kind: K,
  name: string,
  spec: ItemSpecs[K],
): Declaration {
  const entry = { kind, name, spec };
  const owner = identifier(project);
  const call = callOf(entry, () => undefined);
  const hasReaders = readersOf(entry).length > 0;
  const variable = hasReaders ? freeIdentifier(name, new Set([owner])) : undefined;
  return joined([statement(owner, entry, call, variable)]);
}

function entriesOf<K extends ItemKind>(spec: ProjectSpec, kind: K): readonly Entry<K>[] {
  return Object.entries(itemsOf(spec, kind)).map(([name, each]) => ({ kind, name, spec: each }));
}

function key(kind: ItemKind, name: string): string {
  return `${kind}/${name}`;
}

/** The variables of the items that a later line needs. */
function variablesFor(
  project: string,
  spec: ProjectSpec,
  entries: readonly Entry[],
): ReadonlyMap<string, string> {
  const used = namesUsedBy(spec);
  const taken = new Set([project]);
  const variables = new Map<string, string>();
  for (const entry of entries) {
    const { kind, name } = entry;
    if (!used.has(key(kind, name)) && readersOf(entry).length === 0) continue;
    const variable = freeIdentifier(name, taken);
    taken.add(variable);
    variables.set(key(kind, name), variable);
  }
  return variables;
}

const CALLS: {
  readonly [K in ItemKind]: (spec: ItemSpecs[K], variableOf: Variables) => Call;
} = {
  'registry-secrets': registrySecretCall,
  secrets: secretCall,
  'config-maps': configMapCall,
  'job-templates': (spec, variableOf) => ({
    callee: 'new JobTemplate',
    props: jobTemplateProps(spec, variableOf),
  }),
};

function callOf<K extends ItemKind>({ kind, spec }: Entry<K>, variableOf: Variables): Call {
  const { callee, props } = CALLS[kind](spec, variableOf);
  return { callee, props: { ...props, ...metadataProps(spec) } };
}

function statement(
  project: string,
  entry: Entry,
  { callee, props }: Call,
  variable: string | undefined,
): Declaration {
  const start = variable === undefined ? '' : `const ${variable} = `;
  const open = `${start}${callee}(${project}, ${quoteLiteral(entry.name)}, `;
  const code = `${open}${literal(props, open.length + 2)});`;
  const className = callee.replace(/^new /, '').replace(/\..*$/, '');
  const imports = [className, ...(hasCredential(entry.kind) ? ['Credential'] : [])];
  const readers = readersOf(entry);
  if (variable === undefined || readers.length === 0) return { imports, code };
  const accounts = readers.map((each) => `${project}.serviceAccount(${quoteLiteral(each)})`);
  return { imports, code: `${code}\n${variable}.grantRead(${accounts.join(', ')});` };
}

function hasCredential(kind: ItemKind): boolean {
  return kind === 'registry-secrets' || kind === 'secrets';
}

function readersOf({ spec }: Entry): readonly ServiceAccount[] {
  return 'readers' in spec ? (spec.readers ?? []) : [];
}

function ingressCall(
  project: string,
  ingress: NonNullable<ProjectSpec['ingress']>[number],
): Declaration {
  const peer =
    'cidr' in ingress
      ? `NetworkPeer.cidr(${quoteLiteral(ingress.cidr)})`
      : `NetworkPeer.namespace(${quoteLiteral(ingress.namespace)})`;
  const ports = ingress.ports === undefined ? '' : `, { ports: [${ingress.ports.join(', ')}] }`;
  const code = `${project}.allowIngressFrom(${peer}${ports});`;
  return { imports: ['NetworkPeer'], code };
}

/** What differs from the defaults. A copy neither takes over a namespace nor shares one. */
function projectProps(spec: ProjectSpec): { readonly [key: string]: Literal } {
  const { period, quota } = spec;
  const own = Object.entries(quota).filter(
    ([key, limit]) => Object.entries(DEFAULT_QUOTA).find(([name]) => name === key)?.[1] !== limit,
  );
  return {
    ...(period === undefined ? {} : { reclamationPeriod: period }),
    ...(own.length === 0 ? {} : { quota: Object.fromEntries(own) }),
    ...metadataProps(spec),
  };
}

function metadataProps({ labels, annotations }: MetadataSpec): { readonly [key: string]: Literal } {
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function joined(parts: readonly Declaration[]): Declaration {
  const imports = parts.flatMap((part) => part.imports);
  return {
    imports: [...new Set(imports)].sort(),
    code: parts.map(({ code }) => code).join('\n'),
  };
}

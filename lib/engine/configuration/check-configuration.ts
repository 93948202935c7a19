import { canonical } from '../../base/canonical.js';
import { isRecord } from '../../base/guards.js';
import { quote } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { eachText, forbiddenFunction } from './expressions.js';
import { type DependencyLock, isBuiltIn, providerOf, requiredProviders } from './providers.js';
import { referredTo, valueAt } from './references.js';

type Json = Readonly<Record<string, unknown>>;

/** What a stack's configuration is held against. */
export interface ConfigurationRules {
  /** As problems name the stack. */
  readonly stack: string;
  readonly lock: DependencyLock;
  /** The same stack as the base has it; left out where the configuration is the base's own. */
  readonly base?: Json;
  /** The names of the variables that the environment has values of. */
  readonly given: ReadonlySet<string>;
}

/** What cdktf writes for resources and their surroundings. Everything else is refused. */
const BLOCKS: ReadonlySet<string> = new Set([
  '//',
  'terraform',
  'provider',
  'resource',
  'data',
  'variable',
  'locals',
  'output',
  'import',
  'moved',
  'removed',
]);

/** Where texts are expressions without `${`. */
const BARE: ReadonlySet<string> = new Set(['import', 'moved', 'removed']);

/** Data sources that run programs, call addresses, or read files and states of the machine. */
const DATA = /^(external|http|terraform_remote_state|tls_certificate|local_.+)$/;

/**
 * What keeps a configuration from being planned with credentials, where whoever wrote it is not
 * trusted. A plan runs no code of the configuration then, and its providers, their settings and the
 * place of the state are the base's. What a provider does with a resource is up to the provider.
 */
export function checkConfiguration(json: Json, rules: ConfigurationRules): readonly Problem[] {
  return [
    ...wrongBlocks(json),
    ...wrongProviders(json, rules),
    ...wrongData(json),
    ...wrongBodies(json),
    ...wrongVariables(json, rules),
    ...(rules.base === undefined ? [] : differences(json, rules.base)),
    ...(rules.base === undefined ? [] : differencesBehind(json, rules.base)),
    ...(rules.base === undefined ? [] : otherSources(json, rules.base)),
    ...wrongFunctions(json),
  ].map((problem) => ({ ...problem, path: rules.stack }));
}

function wrongBlocks(json: Json): readonly Problem[] {
  const unknown = Object.keys(json).filter((block) => !BLOCKS.has(block));
  const shapeless = [
    ...['resource', 'data'].filter((block) => !isNested(json[block] ?? {})),
    ...['variable'].filter((block) => !isMapOfRecords(json[block] ?? {})),
    ...[...BARE].filter((block) => !isListOfRecords(json[block] ?? [])),
    ...(isPlainTerraform(json['terraform'] ?? {}) ? [] : ['terraform']),
  ];
  return [
    ...unknown.map((block) =>
      problem(
        'block',
        `The block ${quote(block)} isn't planned with credentials: it can bring code or run it.`,
        'Declare resources instead. Modules and checks can be deployed from the default branch.',
      ),
    ),
    ...shapeless.map((block) =>
      problem(
        'shape',
        `\`${block}\` is not written as cdktf writes it.`,
        'Synthesize the stack with cdktf.',
      ),
    ),
  ];
}

function wrongProviders(json: Json, { lock }: ConfigurationRules): readonly Problem[] {
  const required = requiredProviders(json);
  const names = new Set(required.map(({ name }) => name));
  const used = [...bodies(json, 'resource'), ...bodies(json, 'data')]
    .map(({ type, body }) => providerOf(type, body))
    .filter((name) => !isBuiltIn(name) && !names.has(name));
  return [
    ...required
      .filter((provider) => !lock.has(provider))
      .map(({ name, source }) =>
        problem(
          'provider',
          `The provider ${quote(name)} from ${quote(source)} isn't in the base's .terraform.lock.hcl.`,
          'Add it to .terraform.lock.hcl beside cdktf.json, in a change of its own.',
        ),
      ),
    ...[...new Set(used)].map((name) =>
      problem(
        'implied-provider',
        `The provider ${quote(name)} is used, but \`required_providers\` doesn't name it.`,
        'Add the provider to the stack.',
      ),
    ),
  ];
}

function wrongData(json: Json): readonly Problem[] {
  return bodies(json, 'data')
    .filter(({ type }) => DATA.test(type))
    .map(({ type, name }) =>
      problem(
        'data',
        `${quote(`data.${type}.${name}`)} would run a program, call an address or read files while the plan is made.`,
        'Pass what it reads as a value, or read it in a pipeline of its own.',
      ),
    );
}

/** Provisioners run at the apply, with more credentials than a plan has. */
function wrongBodies(json: Json): readonly Problem[] {
  const removed = listOf(json['removed']).filter(isRecord);
  const found = [
    ...bodies(json, 'resource').map(({ type, name, body }) => ({ at: `${type}.${name}`, body })),
    ...removed.map((body) => ({ at: 'removed', body })),
  ];
  return found
    .filter(({ body }) => Object.hasOwn(body, 'provisioner') || Object.hasOwn(body, 'connection'))
    .map(({ at }) =>
      problem(
        'provisioner',
        `${quote(at)} has a provisioner: it would run commands when it is applied.`,
        'Remove the provisioner.',
      ),
    );
}

/** A value from the environment must not get into a plan: only ephemeral variables keep it out. */
function wrongVariables(json: Json, { given }: ConfigurationRules): readonly Problem[] {
  const variables = isRecord(json['variable']) ? Object.entries(json['variable']) : [];
  const plain = variables.filter(
    ([name, body]) => given.has(name) && !(isRecord(body) && body['ephemeral'] === true),
  );
  return plain.map(([name]) =>
    problem(
      'variable',
      `The variable ${quote(name)} has a value here (TF_VAR_${name}) and isn't ephemeral: the plan could show it.`,
      'Declare it as ephemeral, or do not pass it to the job that plans.',
    ),
  );
}

/** Provider settings can run programs and send credentials anywhere; so can a state's backend. */
function differences(json: Json, base: Json): readonly Problem[] {
  const parts = [
    { name: 'terraform', what: 'backend and settings of `terraform`', of: settingsOf },
    { name: 'provider', what: 'settings of `provider`', of: (it: Json) => it['provider'] ?? {} },
  ];
  return parts
    .filter(({ of }) => canonical(of(json)) !== canonical(of(base)))
    .map(({ name, what }) =>
      problem(
        name,
        `The ${what} differ from the base's: they say where credentials are sent and where the state is.`,
        'Make this change alone. Whoever may merge without this check merges it; the deployment reviews its plan.',
      ),
    );
}

/** A provider's settings are for the provider that the base calls by their name, and for no other. */
function otherSources(json: Json, base: Json): readonly Problem[] {
  const own = new Map(requiredProviders(json).map(({ name, source }) => [name, source]));
  return requiredProviders(base)
    .filter(({ name, source }) => (own.get(name) ?? source) !== source)
    .map(({ name, source }) =>
      problem(
        'provider-source',
        `${quote(name)} is the provider from ${quote(own.get(name) ?? '')} here, and the base's is from ${quote(source)}: it would be told what is meant for the other.`,
        'Make this change alone. Whoever may merge without this check merges it; the deployment reviews its plan.',
      ),
    );
}

/** What the provider settings of the base refer to says as much as they do: its values have to be the base's. */
function differencesBehind(json: Json, base: Json): readonly Problem[] {
  return referredTo(base['provider'], base)
    .filter((path) => canonical(valueAt(json, path)) !== canonical(valueAt(base, path)))
    .map((path) =>
      problem(
        'provider-value',
        `${quote(path.join('.'))} differs from the base's, and the settings of \`provider\` depend on it: they say where credentials are sent.`,
        'Make this change alone. Whoever may merge without this check merges it; the deployment reviews its plan.',
      ),
    );
}

/** Versions may differ: the lock says which run. */
function settingsOf({ terraform = {} }: Json): unknown {
  if (!isRecord(terraform)) return terraform;
  const { required_providers: _, ...settings } = terraform;
  return settings;
}

function wrongFunctions(json: Json): readonly Problem[] {
  const found = new Set<string>();
  for (const [block, value] of Object.entries(json)) {
    if (block === '//') continue;
    eachText(value, (text) => {
      const name = forbiddenFunction(text, BARE.has(block));
      if (name !== undefined) found.add(name);
    });
  }
  return [...found].map((name) =>
    problem(
      'function',
      `An expression calls ${quote(name)}, which reads files of the machine that plans or shows what is sensitive.`,
      'Read the file in main.ts, and pass its text.',
    ),
  );
}

interface Body {
  readonly type: string;
  readonly name: string;
  readonly body: Json;
}

function bodies(json: Json, block: 'resource' | 'data'): readonly Body[] {
  const types = json[block];
  if (!isRecord(types)) return [];
  return Object.entries(types).flatMap(([type, names]) =>
    Object.entries(isRecord(names) ? names : {}).map(([name, body]) => ({
      type,
      name,
      body: isRecord(body) ? body : {},
    })),
  );
}

/** By type, then by name, each an object: the other spellings of JSON configuration are refused. */
function isNested(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isMapOfRecords);
}

function isMapOfRecords(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isRecord);
}

/** A list in the list would be a block, too. */
function isListOfRecords(value: unknown): boolean {
  return listOf(value).every(isRecord);
}

function isPlainTerraform(value: unknown): boolean {
  return isRecord(value) && isMapOfRecords(value['required_providers'] ?? {});
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function problem(code: string, message: string, remedy: string): Problem {
  return { code: `synthesized/${code}`, message, remedy };
}

import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { isRecord } from '../base/guards.js';
import { type Candidate, candidatesOf, marksOf } from './candidates.js';
import type { Engine } from './find.js';
import { type HalfCreated, halfCreated, withCreated } from './half-created.js';
import {
  asRecord,
  asResource,
  emptyState,
  knownAddresses,
  type RawResource,
  type RawState,
  type RecordInput,
  readRawState,
  withResources,
} from './raw-state.js';
import { EngineError, type EngineOptions, mustRun } from './run.js';

/** What an interrupted deploy left between a stack's state and the cluster. */
export interface Unnoted {
  /** What carries the stack's own marks. */
  readonly ours: readonly FoundObject[];
  /** What has the name and is not marked as ours: it belongs to somebody else. */
  readonly foreign: readonly Candidate[];
  /** What the state has, and the engine takes for broken. */
  readonly halfCreated: readonly HalfCreated[];
  /**
   * Writes a state that has ours too, what was half created as created, and records that it does not
   * have yet.
   */
  readonly adopt: (records?: readonly RecordInput[]) => Promise<void>;
}

/** An object with what the cluster says of it, apart from its content. */
export interface FoundObject extends Candidate {
  readonly metadata: unknown;
}

const STACK = 'cdk.tf.json';

/**
 * Looks for objects that a killed deploy has made without noting them: Terraform writes a remote
 * state at its end, so the next deploy would say that they exist already. The engine itself asks
 * the cluster, in a folder of its own, with the stack's provider and no more of the configuration.
 * A secret's content isn't read.
 *
 * @see https://developer.hashicorp.com/terraform/cli/commands/plan#planning-modes
 */
export async function findUnnoted(engine: Engine, options: EngineOptions): Promise<Unnoted> {
  await mustRun(engine, ['init', '-input=false', '-no-color'], options);
  const pulled = await mustRun(engine, ['state', 'pull'], options);
  const state = readRawState(engine, pulled);
  const stack: unknown = JSON.parse(readFileSync(join(options.cwd, STACK), 'utf8'));
  const known = knownAddresses(state);
  const candidates = candidatesOf(stack, known);
  const there = candidates.length === 0 ? [] : await probe(engine, stack, candidates, options);
  const found = candidates.flatMap((candidate) => {
    const resource = there.find((each) => isOf(each, candidate));
    return resource === undefined ? [] : [{ candidate, resource }];
  });
  const strangers = found.filter((each) => !isMarked(each)).map(({ candidate }) => candidate.id);
  // Whoever has the namespace has what is in it, whatever that says of itself.
  const isStranger = ({ candidate: { id } }: Found) =>
    strangers.includes(id) || strangers.includes(id.split('/')[0] ?? '');
  const open = found.filter(({ candidate }) => !candidate.isImported);
  const ours = open.filter((each) => !isStranger(each));
  const foreign = open.filter(isStranger);
  return {
    ours: ours.map(({ candidate, resource }) => ({ ...candidate, metadata: metadataOf(resource) })),
    foreign: foreign.map(({ candidate }) => candidate),
    halfCreated: halfCreated(state),
    adopt: (records = []) => {
      const unknown = records.filter(({ name }) => !known.has(`terraform_data.${name}`));
      const added = [...ours.map(({ resource }) => resource), ...unknown.map(asRecord)];
      return push(engine, withResources(withCreated(state), added), options);
    },
  };
}

/** Which of the candidates are there, as the provider reads them. */
async function probe(
  engine: Engine,
  stack: unknown,
  candidates: readonly Candidate[],
  options: EngineOptions,
): Promise<readonly RawResource[]> {
  const provider = await kubernetesProvider(engine, options);
  return inPrivateFolder(options.cwd, async (folder) => {
    const write = (name: string, value: unknown) =>
      writeFileSync(join(folder, name), JSON.stringify(value), { mode: 0o600 });
    write(STACK, providerOnly(stack, options.cwd));
    const resources = candidates.map((candidate) => asResource(candidate, provider));
    write('terraform.tfstate', withResources(emptyState(engine), resources));
    const lock = join(options.cwd, '.terraform.lock.hcl');
    if (existsSync(lock)) copyFileSync(lock, join(folder, '.terraform.lock.hcl'));
    const own = { ...options, cwd: folder, env: plainEnvironment(options.env) };
    const plugins = join(options.cwd, options.env['TF_DATA_DIR'] || '.terraform', 'providers');
    const from = existsSync(plugins) ? [`-plugin-dir=${plugins}`] : [];
    await mustRun(engine, ['init', '-input=false', '-no-color', ...from], own);
    const refresh = ['apply', '-refresh-only', '-auto-approve', '-input=false', '-no-color'];
    await mustRun(engine, refresh, own);
    const text = readFileSync(join(folder, 'terraform.tfstate'), 'utf8');
    return readRawState(engine, text).resources.filter(({ instances }) => instances.length > 0);
  });
}

async function push(engine: Engine, state: RawState, options: EngineOptions): Promise<void> {
  await inPrivateFolder(options.cwd, async (folder) => {
    const file = join(folder, 'state.json');
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    // The engine takes the lock, and refuses if another deploy has written in the meantime.
    await mustRun(engine, ['state', 'push', file], options);
  });
}

/** States hold sensitive values: nobody else may look, and nothing stays behind. */
async function inPrivateFolder<T>(parent: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(parent, '.recover-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The Kubernetes provider's address, as this engine calls it. */
async function kubernetesProvider(engine: Engine, options: EngineOptions): Promise<string> {
  const json: unknown = JSON.parse(await mustRun(engine, ['version', '-json'], options));
  const selected = isRecord(json) ? json['provider_selections'] : undefined;
  const addresses = Object.keys(isRecord(selected) ? selected : {});
  const found = addresses.find((address) => address.endsWith('/hashicorp/kubernetes'));
  if (found !== undefined) return found;
  throw new EngineError('The stack does not use the Kubernetes provider.');
}

/** What of a stack its providers need. Ephemeral variables get no value: none is written. */
function providerOnly(stack: unknown, cwd: string): Readonly<Record<string, unknown>> {
  const { terraform, provider, variable } = isRecord(stack) ? stack : {};
  const variables = Object.keys(isRecord(variable) ? variable : {});
  const required = isRecord(terraform) ? terraform['required_providers'] : undefined;
  return {
    terraform: { required_providers: required },
    provider: fromElsewhere(provider, cwd),
    ...(variables.length === 0
      ? {}
      : { variable: Object.fromEntries(variables.map((name) => [name, unset(variable, name)])) }),
  };
}

function unset(variables: unknown, name: string) {
  const declared = isRecord(variables) ? variables[name] : undefined;
  const { type, ephemeral, sensitive } = isRecord(declared) ? declared : {};
  return { default: null, type, ephemeral, sensitive };
}

/** A provider takes relative paths from the folder that the engine runs in. */
function fromElsewhere(value: unknown, cwd: string, key = ''): unknown {
  if (Array.isArray(value)) return value.map((entry) => fromElsewhere(entry, cwd, key));
  if (isRecord(value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([name, each]) => [name, fromElsewhere(each, cwd, name)]),
    );
  }
  const isPath = typeof value === 'string' && /_paths?$/.test(key) && !/^[~$]/.test(value);
  return isPath && !isAbsolute(value) ? resolve(cwd, value) : value;
}

/** What a user's environment may say of their own state and commands is not for this folder. */
function plainEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const theirs = /^TF_(DATA_DIR|WORKSPACE|CLI_ARGS.*)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !theirs.test(name)));
}

function isOf(resource: RawResource, { type, name }: Candidate): boolean {
  return resource.type === type && resource.name === name;
}

interface Found {
  readonly candidate: Candidate;
  readonly resource: RawResource;
}

function isMarked({ candidate: { marks }, resource }: Found): boolean {
  const found = marksOf(metadataOf(resource));
  return Object.entries(marks).every(([mark, value]) => found[mark] === value);
}

function metadataOf(resource: RawResource): unknown {
  const attributes = resource.instances[0]?.['attributes'];
  const metadata = isRecord(attributes) ? attributes['metadata'] : undefined;
  return Array.isArray(metadata) ? metadata[0] : undefined;
}

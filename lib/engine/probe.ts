import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { isRecord } from '../base/guards.js';
import type { Engine } from './find.js';
import { inPrivateFolder } from './private-folder.js';
import {
  type Askable,
  asResource,
  emptyState,
  type RawResource,
  type RawState,
  readRawState,
  withResources,
} from './raw-state.js';
import { EngineError, type EngineOptions, mustRun } from './run.js';

const STACK = 'cdk.tf.json';

/** The state as the stack's backend has it. */
export async function pullState(engine: Engine, options: EngineOptions): Promise<RawState> {
  await mustRun(engine, ['init', '-input=false', '-no-color'], options);
  return readRawState(engine, await mustRun(engine, ['state', 'pull'], options));
}

/** Writes the state's next version. */
export async function pushState(
  engine: Engine,
  state: RawState,
  options: EngineOptions,
): Promise<void> {
  await inPrivateFolder(options.cwd, async (folder) => {
    const file = join(folder, 'state.json');
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    // The engine takes the lock, and refuses if another deploy has written in the meantime.
    await mustRun(engine, ['state', 'push', file], options);
  });
}

/** A stack as it was synthesized, not yet looked at. */
export function synthesizedIn(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, STACK), 'utf8'));
}

/**
 * Which of these objects are there, as the provider reads them: in a folder of its own, with the
 * stack's provider and no more of the configuration. A secret's content isn't read where a revision
 * of it is given.
 *
 * @see https://developer.hashicorp.com/terraform/cli/commands/plan#planning-modes
 */
export async function probe(
  engine: Engine,
  stack: unknown,
  candidates: readonly Askable[],
  options: EngineOptions,
): Promise<readonly RawResource[]> {
  if (candidates.length === 0) return [];
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

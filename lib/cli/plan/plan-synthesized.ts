import { rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isRecord } from '../../base/guards.js';
import { type Problem, Problems } from '../../base/problem.js';
import { checkConfiguration } from '../../engine/configuration/check-configuration.js';
import { DependencyLock, requiredProviders } from '../../engine/configuration/providers.js';
import type { Engine } from '../../engine/find.js';
import { writePlan } from '../../engine/plan.js';
import { makeFolder, readProjectFile } from '../../files/disk.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import { startProgress } from '../terminal/progress.js';
import { nearestFolder } from '../workspace/nearest-folder.js';
import { outputFolder } from '../workspace/output-folder.js';
import { requireEngine } from '../workspace/stack-state.js';
import { pickStack } from '../workspace/workspace.js';
import { readSynthesizedFolder, type SynthesizedStack } from './synthesized-folder.js';

export interface SynthesizedOptions {
  /** The folder with a folder for each stack, which another job synthesized. */
  readonly synthesized: string;
  /** The same of the base. */
  readonly against?: string | undefined;
}

const LOCK = '.terraform.lock.hcl';
const VARIABLE = /^TF_VAR_(.+)$/s;

/**
 * `plan --synthesized`: plans what another job synthesized, and runs nothing of it. What is planned
 * is written anew from what was checked: in the JSON of a configuration, a key that is there twice
 * means more to an engine than to whoever parsed it.
 */
export async function planSynthesized(
  io: Io,
  names: readonly string[],
  options: SynthesizedOptions,
): Promise<ExitCode> {
  const folder = nearestFolder(io.cwd, ['cdktf.json', 'reprieve.yaml']) ?? io.cwd;
  const lock = DependencyLock.parse(lockText(folder));
  const stacks = checkedStacks(io, names, options, lock);
  const engine = requireEngine(io);
  const output = outputFolder(folder);
  for (const stack of stacks) {
    const progress = startProgress(io, `Planning stack '${stack.name}'...`);
    const file = await planStack(io, engine, output, stack, lock).finally(progress.stop);
    print(io, relative(io.cwd, file));
  }
  return EXIT.ok;
}

/** The stacks that are planned, or the end of the command with everything that is wrong with them. */
function checkedStacks(
  io: Io,
  names: readonly string[],
  { synthesized, against }: SynthesizedOptions,
  lock: DependencyLock,
): readonly SynthesizedStack[] {
  const problems = new Problems();
  const found = problems.take(readSynthesizedFolder(resolve(io.cwd, synthesized))) ?? [];
  const base =
    against === undefined
      ? undefined
      : problems.take(readSynthesizedFolder(resolve(io.cwd, against)));
  if (problems.all.length > 0) misuse(...problems.all);
  const chosen = names.length === 0 ? found : names.map((name) => pickStack(found, name));
  const known = base === undefined ? chosen : knownStacks(io, chosen, base, names, problems);
  const given = new Set(Object.keys(io.env).flatMap((name) => VARIABLE.exec(name)?.[1] ?? []));
  for (const { name, configuration } of known) {
    const same = base?.find((each) => each.name === name)?.configuration;
    const rules = { stack: name, lock, given, ...(same === undefined ? {} : { base: same }) };
    for (const problem of checkConfiguration(configuration, rules)) problems.add(problem);
  }
  return problems.all.length > 0 ? misuse(...problems.all) : known;
}

/** A stack that the base doesn't have has no settings to hold it against: it isn't planned here. */
function knownStacks(
  io: Io,
  stacks: readonly SynthesizedStack[],
  base: readonly SynthesizedStack[],
  names: readonly string[],
  problems: Problems,
): readonly SynthesizedStack[] {
  const isKnown = ({ name }: SynthesizedStack) => base.some((each) => each.name === name);
  for (const { name } of stacks.filter((each) => !isKnown(each))) {
    say(io, `note: the stack '${name}' is new: it is planned and reviewed when it is deployed.`);
  }
  const missing = base.filter(({ name }) => !stacks.some((each) => each.name === name));
  for (const { name } of names.length === 0 ? missing : []) problems.add(gone(name));
  return stacks.filter(isKnown);
}

function gone(stack: string): Problem {
  return {
    code: 'synthesized/stack-gone',
    message: `The base has a stack '${stack}', and the change doesn't: nobody would see what becomes of it.`,
    remedy:
      'Keep the stack until nothing is left in its state. Under another name, it needs the same name in the base.',
  };
}

/** Writes the stack anew into the output folder, and plans it there. Returns the plan's file. */
async function planStack(
  io: Io,
  engine: Engine,
  output: string,
  { name, configuration, sources }: SynthesizedStack,
  lock: DependencyLock,
): Promise<string> {
  const cwd = join(output, 'stacks', name);
  const plans = join(output, 'plans');
  rmSync(cwd, { recursive: true, force: true });
  for (const folder of [cwd, plans]) makeFolder(folder);
  writeFileSync(join(cwd, 'cdk.tf.json'), JSON.stringify(configuration));
  if (sources !== undefined) writeFileSync(join(cwd, 'reprieve.json'), JSON.stringify(sources));
  const locked = lock.of(requiredProviders(configuration));
  if (locked !== '') writeFileSync(join(cwd, LOCK), locked);
  const file = join(plans, `${name}.json`);
  // Whoever plans with credentials that may only read can't take the state's lock either.
  const flags = { init: ['-lockfile=readonly'], plan: ['-lock=false'] };
  const env = { ...placeholders(configuration), ...io.env };
  await writePlan(engine, file, { cwd, env, ...flags });
  return file;
}

/** Ephemeral variables are in no plan: for one without a value here, any text does. */
function placeholders(configuration: Readonly<Record<string, unknown>>): NodeJS.ProcessEnv {
  const { variable } = configuration;
  const ephemeral = Object.entries(isRecord(variable) ? variable : {}).filter(
    ([, body]) => isRecord(body) && body['ephemeral'] === true && body['default'] === undefined,
  );
  return Object.fromEntries(ephemeral.map(([name]) => [`TF_VAR_${name}`, 'placeholder']));
}

function lockText(folder: string): string {
  const { text, problem } = readProjectFile(folder, LOCK);
  return problem === undefined ? (text ?? '') : misuse(problem);
}

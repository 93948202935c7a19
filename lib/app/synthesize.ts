import { join } from 'node:path';
import { DeclarationError, ReprieveApp } from '../constructs/app.js';
import { UsageError } from '../constructs/context.js';
import { findEngine } from '../engine/find.js';
import { formatProblem, type Problem } from '../model/problem.js';
import { writeAtomically } from '../reclamation/files.js';
import { diffLocks, formatLock } from '../reclamation/lock.js';
import { LOCK_FILE, loadProjectFiles } from './project-files.js';

/** How an app is synthesized, where the environment should not decide. */
export interface SynthesizeOptions {
  /** Where cdktf.json stands. @default - the working directory */
  readonly folder?: string;
  /** @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Whether a lock that differs from the code is an error. @default - as under CI */
  readonly frozenLock?: boolean;
  /** Whether Terraform or OpenTofu has to be there. @default true */
  readonly requireEngine?: boolean;
}

const FINDINGS = 1;
const UNREADABLE = 2;

/**
 * The whole of a main.ts: reads deletions.yaml, reprieve.yaml and projects.lock.yaml, lets
 * `declare` fill an app, writes the stacks and keeps the lock. Problems are printed plainly and
 * set the exit code: 1 for what was declared, 2 for a file that can't be read.
 */
export async function synthesize(
  declare: (app: ReprieveApp) => void | Promise<void>,
  options: SynthesizeOptions = {},
): Promise<void> {
  const code = await run(declare, options);
  if (code !== 0) process.exitCode = code;
}

async function run(
  declare: (app: ReprieveApp) => void | Promise<void>,
  options: SynthesizeOptions,
): Promise<number> {
  const { folder = process.cwd(), env = process.env } = options;
  const engine = options.requireEngine === false ? [] : findEngine(env).problems;
  const files = loadProjectFiles(folder);
  const unusable = [...engine, ...files.problems];
  if (unusable.length > 0) return fail(unusable, UNREADABLE);
  try {
    const app = new ReprieveApp({ files, frozenLock: options.frozenLock ?? isFrozen(env) });
    await declare(app);
    app.synth();
    if (diffLocks(files.lock.lock, app.lock).length > 0) {
      writeAtomically(join(folder, LOCK_FILE), formatLock(app.lock));
    }
    return 0;
  } catch (error) {
    return fail(problemsOf(error), FINDINGS);
  }
}

/** `CI=true`, as every CI service sets it, or REPRIEVE_LOCK=frozen; `update` overrides both. */
function isFrozen(env: NodeJS.ProcessEnv): boolean {
  const wish = env['REPRIEVE_LOCK'];
  if (wish !== undefined && wish !== '') return wish !== 'update';
  return ['true', '1'].includes(env['CI'] ?? '');
}

function problemsOf(error: unknown): readonly Problem[] {
  if (DeclarationError.isDeclarationError(error)) return error.problems;
  if (UsageError.isUsageError(error)) return [usage(error.message, error.remedy)];
  const message = error instanceof Error ? error.message : String(error);
  const line = error instanceof Error ? placeIn(error.stack) : undefined;
  return [usage(message, line === undefined ? 'It came up while main.ts ran.' : `At ${line}.`)];
}

function usage(message: string, remedy: string): Problem {
  return { code: 'app/usage', message, remedy };
}

/** The first line of the user's own in a trace. */
function placeIn(stack: string | undefined): string | undefined {
  const frames = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => !line.includes('node_modules') && !line.includes('node:'));
  return own?.replace(/^\s+at (?:.* \()?/, '').replace(/\)$/, '');
}

function fail(problems: readonly Problem[], code: number): number {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const text = problems.map(formatProblem).join('\n\n');
  process.stderr.write(`\n${text}\n\n${count}. Nothing was written.\n`);
  return code;
}

import { join } from 'node:path';
import { EXIT } from '../base/exit.js';
import { quote, quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import { ReprieveApp } from '../constructs/app.js';
import type { ProjectFiles } from '../constructs/project-files.js';
import type { ReprieveStack } from '../constructs/stack.js';
import { providerLogging } from '../engine/environment.js';
import { findEngine } from '../engine/find.js';
import { writeAtomically } from '../files/disk.js';
import { LOCK_FILE } from '../files/file-names.js';
import { diffLocks, formatLock } from '../files/projects-lock.js';
import { hasPolicies } from '../files/settings.js';
import { printProblems, problemsOf } from './failure.js';
import { checkLocalState } from './local-state.js';
import { loadProjectFiles } from './project-files.js';
import { noteUnderCdktf } from './under-cdktf.js';

/** How an app is synthesized, where the environment should not decide. */
export interface SynthesizeOptions {
  /** Where cdktf.json stands. @default - the working directory */
  readonly folder?: string;
  /** The environment: `CI`, `REPRIEVE_LOCK`, `TF_LOG`. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Whether a lock that differs from the code is an error. @default - as under CI */
  readonly frozenLock?: boolean;
  /** Whether Terraform or OpenTofu has to be there. @default true */
  readonly requireEngine?: boolean;
}

/**
 * The whole of a main.ts: reads deletions.yaml, reprieve.yaml and projects.lock.yaml, lets
 * `declare` fill an app, writes the stacks and keeps the lock. Problems are printed plainly and
 * set the exit code: 1 for what was declared, 2 for a file that can't be read.
 *
 * @example
 * await synthesize((app) => {
 *   const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
 *   new Project(stack, 'billing');
 * });
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
  if (unusable.length > 0) return printProblems(unusable, EXIT.usage);
  try {
    const app = new ReprieveApp({ files, frozenLock: options.frozenLock ?? isFrozen(env) });
    await declare(app);
    const unfit = app.stacks.flatMap((stack) => [
      ...damagedState(stack),
      ...leakingLog(stack, env),
    ]);
    if (unfit.length > 0) return printProblems(unfit, EXIT.usage);
    app.synth();
    const refused = await policyFailure(app, folder, files);
    if (refused !== 0) return refused;
    const isOld = files.lock.lock.version !== app.lock.version && !app.isLockFrozen;
    if (isOld || diffLocks(files.lock.lock, app.lock).length > 0) {
      writeAtomically(join(folder, LOCK_FILE), formatLock(app.lock));
    }
    const note = noteUnderCdktf(app.stacks, app.outdir, env);
    if (note !== undefined) process.stdout.write(`\n${note}\n`);
    return 0;
  } catch (error) {
    return printProblems(problemsOf(error), EXIT.findings);
  }
}

/** The exit code to end with where the policies say so. */
async function policyFailure(
  app: ReprieveApp,
  folder: string,
  { settings, deletions }: ProjectFiles,
): Promise<number> {
  if (!hasPolicies(settings)) return 0;
  // The validator and its schemas would cost an app without policies a tenth of a second.
  const { checkPolicies, discard } = await import('./policies.js');
  const now = new Date();
  const { stops, unusable } = checkPolicies({ app, folder, settings, deletions, now });
  const problems = [...unusable, ...stops];
  if (problems.length === 0) return 0;
  discard(app);
  const code = unusable.length > 0 ? EXIT.usage : EXIT.findings;
  return printProblems(problems, code, 'Nothing is left that could be deployed.');
}

/** `CI=true`, as every CI service sets it, or REPRIEVE_LOCK=frozen; `update` overrides both. */
function isFrozen(env: NodeJS.ProcessEnv): boolean {
  const wish = env['REPRIEVE_LOCK'];
  if (wish !== undefined && wish !== '') return wish !== 'update';
  return ['true', '1'].includes(env['CI'] ?? '');
}

/** A stack knows its state's file once it is complete. */
function damagedState(stack: ReprieveStack): readonly Problem[] {
  stack.seal();
  return stack.localState === undefined ? [] : checkLocalState(stack.localState);
}

/** `cdktf deploy` would print what the provider logs, with the secrets in it. */
function leakingLog(stack: ReprieveStack, env: NodeJS.ProcessEnv): readonly Problem[] {
  const name = providerLogging(env);
  if (name === undefined || !stack.handlesCredentials) return [];
  return [
    {
      code: 'app/provider-log',
      message: `${name} is ${quote(env[name])}: at this level the provider logs the credentials of ${quoteName(stack.node.id)} in the clear.`,
      remedy: `Unset ${name}, or set TF_LOG_PROVIDER=WARN. TF_LOG_CORE=TRACE still shows what Terraform itself does.`,
      path: stack.node.path,
    },
  ];
}

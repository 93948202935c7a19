import { type Applying, PlanReplaced, startApply } from '../../engine/apply.js';
import type { Engine } from '../../engine/find.js';
import type { Message } from '../../engine/machine/message.js';
import { evidenceBeforeDeploy } from '../evidence/deploy.js';
import { Interruption, type Io, refuse, say } from '../terminal/io.js';
import { startProgress } from '../terminal/progress.js';
import type { Workspace } from '../workspace/workspace.js';
import { ChangeCount } from './changes.js';
import { isIdle, type Planned, planReplaced, requireFresh } from './planning.js';

/** How a deployment is carried out and waited for. */
export interface DeployOptions {
  readonly deploy?: boolean;
  /** Whether to wait for the end. @default true */
  readonly wait?: boolean;
  /** Seconds. @default 600 */
  readonly waitTimeout?: number;
  readonly quiet?: boolean;
  /** Whose rules hold: a commit, or a folder that has its files. @default - what the forge says */
  readonly rules?: string;
  /** Called once the engine has begun to change something. `done` says how far it is. */
  readonly begins?: (done: () => string) => void;
}

const DEFAULT_TIMEOUT = 600;

/** How a deployment went on: it `ended` well, or it goes on, as wished or beyond the time. */
export type DeploymentOutcome = 'ended' | 'not waited for' | 'timed out';

/**
 * Applies the plan that was reviewed, and no other. Who stops waiting leaves it running: Terraform
 * rewrites states in place, and one that is killed can leave an empty one.
 */
export async function applyPlanned(
  io: Io,
  workspace: Workspace,
  engine: Engine,
  planned: Planned,
  options: DeployOptions,
): Promise<DeploymentOutcome> {
  const { stack, written, file } = planned;
  if (isIdle(planned)) return 'ended';
  requireFresh(io, workspace, planned);
  await evidenceBeforeDeploy(io, workspace, stack, file);
  const changes = new ChangeCount(planned.kinds);
  const progress = startProgress(io, `Applying stack '${stack.name}'...`, options.quiet);
  const watch = (message: Message) => {
    changes.add(message);
    if (message.type === 'started') options.begins?.(() => changes.inWords);
    progress.detail(changes.inWords);
  };
  const applying = await startApply(engine, written, {
    cwd: stack.folder,
    env: io.env,
    name: stack.name,
    ...(options.wait === false ? {} : { watch }),
  }).catch((error: unknown) => {
    progress.stop();
    if (error instanceof PlanReplaced) refuse(planReplaced(stack.name));
    throw error;
  });
  const end = await waiting(io, stack.name, applying, options).finally(progress.stop);
  if (typeof end === 'string') return end;
  for (const warning of end.warnings) say(io, warning);
  if (options.quiet !== true) sayEnd(io, planned, changes);
  return 'ended';
}

function sayEnd(io: Io, { stack, kinds }: Planned, changes: ChangeCount): void {
  const what = kinds.length === 0 ? 'outputs updated' : changes.total;
  say(io, `Applied stack '${stack.name}': ${what}.`);
  for (const [name, value] of changes.outputs) say(io, `  ${name} = ${value}`);
}

type End = Awaited<Applying['ended']> | 'not waited for' | 'timed out';

async function waiting(
  io: Io,
  stack: string,
  applying: Applying,
  { wait, waitTimeout = DEFAULT_TIMEOUT }: DeployOptions,
): Promise<End> {
  if (wait === false) return leave(io, stack, applying, 'not waited for');
  let timer: NodeJS.Timeout | undefined;
  let interrupted: (() => void) | undefined;
  const timeout = new Promise<'timed out'>((done) => {
    timer = setTimeout(() => done('timed out'), waitTimeout * 1000);
  });
  const interruption = new Promise<'interrupted'>((done) => {
    interrupted = () => done('interrupted');
    process.once('SIGINT', interrupted);
  });
  try {
    const end = await Promise.race([applying.ended, timeout, interruption]);
    if (typeof end !== 'string') return end;
    const left = await leave(io, stack, applying, 'timed out');
    if (end === 'interrupted' && left === 'timed out') throw new Interruption();
    return left;
  } finally {
    clearTimeout(timer);
    if (interrupted !== undefined) process.off('SIGINT', interrupted);
  }
}

/** It may have ended while it was being left. */
async function leave<O extends 'not waited for' | 'timed out'>(
  io: Io,
  stack: string,
  applying: Applying,
  outcome: O,
): Promise<End> {
  if (!(await applying.leave())) return applying.ended;
  say(io, `The deployment of '${stack}' goes on. What it says is in ${applying.log}`);
  return outcome;
}

import { quoteName } from '../../base/inert.js';
import { rfc3339Seconds } from '../../base/timestamp.js';
import type { Entry, Status } from '../../state/inventory.js';
import { EXIT, type ExitCode, type Io, say } from '../terminal/io.js';
import { takeInventory } from '../workspace/inventory.js';
import type { Located } from '../workspace/locate.js';
import { requireInputs } from '../workspace/missing-inputs.js';
import { requireEngine } from '../workspace/stack-state.js';
import { pickStack, type Stack, type Workspace } from '../workspace/workspace.js';
import { applyPlanned, type DeploymentOutcome, type DeployOptions } from './deployment.js';
import { planAndReview, requireVerdicts, summaryOf } from './planning.js';
import { prepareDeployment } from './prepare.js';

/** What became of a change of deletions.yaml. */
export interface AppliedRequest {
  readonly code: ExitCode;
  /** Null where nothing was to be deployed. */
  readonly deployment: DeploymentOutcome | null;
  /** As the state says afterwards, where that was waited for. */
  readonly resident?: Entry;
}

/** A change of deletions.yaml that is to be carried out. */
export interface RequestChange {
  readonly located: Located;
  /** Where it is to lead. */
  readonly wanted: Status;
  /** Takes the change back, for an app that can't be synthesized with it. */
  readonly undo: () => Promise<void>;
}

/** Deploys what was asked for, if so wished, and looks into the state whether it came about. */
export async function applyRequest(
  io: Io,
  workspace: Workspace,
  change: RequestChange,
  options: DeployOptions,
): Promise<AppliedRequest> {
  if (options.deploy !== true) return { code: EXIT.ok, deployment: null };
  const stacks = await synthesizeOrUndo(workspace, change);
  const { stack, target } = change.located;
  const deployment = await deployStack(io, workspace, pickStack(stacks, stack), options);
  if (deployment !== 'ended') {
    return { code: deployment === 'timed out' ? EXIT.engine : EXIT.ok, deployment };
  }
  const { residents } = await takeInventory(io, workspace, stack);
  const resident = residents.find((each) => each.target === target);
  if (resident === undefined) return { code: EXIT.engine, deployment };
  const { status, deletion } = resident;
  if (status !== change.wanted) {
    say(
      io,
      `error: ${quoteName(target)} was deployed, and is ${status} instead of ${change.wanted}.`,
    );
    return { code: EXIT.findings, deployment, resident };
  }
  if (options.quiet !== true && deletion !== undefined && status === 'soft deleted') {
    say(io, `It can be taken back until ${rfc3339Seconds(deletion.reclaimAfter)}.`);
  }
  return { code: EXIT.ok, deployment, resident };
}

/** Plans a stack, has the gate judge the plan, and applies it. */
async function deployStack(
  io: Io,
  workspace: Workspace,
  stack: Stack,
  options: DeployOptions,
): Promise<DeploymentOutcome> {
  requireInputs(io, [stack]);
  await prepareDeployment(io, workspace, stack, options);
  const engine = requireEngine(io);
  const planned = await planAndReview(io, workspace, engine, stack, options);
  if (planned.review.verdict === 'blocked') say(io, summaryOf(io, planned));
  requireVerdicts([planned]);
  return applyPlanned(io, workspace, engine, planned, options);
}

/** What is wrong in the app is told before anything runs. */
async function synthesizeOrUndo(
  workspace: Workspace,
  { undo }: RequestChange,
): Promise<readonly Stack[]> {
  try {
    return workspace.synthesize();
  } catch (error) {
    await undo();
    throw error;
  }
}

import { requireProofs } from '../rules/proofs.js';
import type { Io } from '../terminal/io.js';
import type { Stack, Workspace } from '../workspace/workspace.js';
import { requireClock } from './clock.js';
import type { DeployOptions } from './deployment.js';
import { putRotationsBack } from './rotations.js';

/** What is done before a deployment is planned. */
const STEPS = { requireProofs, requireClock, putRotationsBack };

/**
 * What comes before the plan of every deployment of a stack. What may refuse it goes before what writes
 * its state.
 *
 * @returns whether the state was written
 */
export async function prepareDeployment(
  io: Io,
  workspace: Workspace,
  stack: Stack,
  { rules }: Pick<DeployOptions, 'rules'>,
  steps: typeof STEPS = STEPS,
): Promise<boolean> {
  await steps.requireProofs(io, workspace, [stack.name], rules);
  await steps.requireClock(io, workspace, stack);
  return steps.putRotationsBack(io, stack);
}

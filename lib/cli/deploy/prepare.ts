import { evidenceBeforeDeploy } from '../evidence/deploy.js';
import { requireProofs } from '../rules/proofs.js';
import type { Io } from '../terminal/io.js';
import type { Stack, Workspace } from '../workspace/workspace.js';
import { requireClock } from './clock.js';
import type { DeployOptions } from './deployment.js';
import { putRotationsBack } from './rotations.js';

/** What is done before a deployment. */
const STEPS = { requireProofs, requireClock, putRotationsBack, evidenceBeforeDeploy };

/**
 * What comes before every deployment of a stack. What may refuse it goes before what writes its state,
 * and evidence is of the state that is deployed.
 */
export async function prepareDeployment(
  io: Io,
  workspace: Workspace,
  stack: Stack,
  { rules }: Pick<DeployOptions, 'rules'>,
  steps: typeof STEPS = STEPS,
): Promise<void> {
  await steps.requireProofs(io, workspace, [stack.name], rules);
  await steps.requireClock(io, workspace, stack);
  await steps.putRotationsBack(io, stack);
  await steps.evidenceBeforeDeploy(io, workspace, stack);
}

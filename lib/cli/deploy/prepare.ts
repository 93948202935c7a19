import { evidenceBeforeDeploy } from '../evidence/deploy.js';
import { requireProofs } from '../rules/proofs.js';
import type { Io } from '../terminal/io.js';
import type { Stack, Workspace } from '../workspace/workspace.js';
import { requireClock } from './clock.js';
import type { DeployOptions } from './deployment.js';
import { putRotationsBack } from './rotations.js';

/** What comes before every deployment of a stack. What may refuse it goes before what writes its state. */
export async function prepareDeployment(
  io: Io,
  workspace: Workspace,
  stack: Stack,
  { rules }: Pick<DeployOptions, 'rules'>,
): Promise<void> {
  await requireProofs(io, workspace, [stack.name], rules);
  await requireClock(io, workspace, stack);
  await putRotationsBack(io, stack);
  await evidenceBeforeDeploy(io, workspace, stack);
}

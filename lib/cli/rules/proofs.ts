import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { type DeletionRequest, effectiveApproval, requestsFor } from '../../files/deletions.js';
import { findApprover } from '../../files/person.js';
import { hasApproved } from '../../gate/approval.js';
import type { ForgeAnswer } from '../../gate/context.js';
import { CommandFailure, EXIT, type Io } from '../terminal/io.js';
import { requireEngine, stateOf } from '../workspace/stack-state.js';
import { pickStack, type Workspace } from '../workspace/workspace.js';
import { type Rules, rulesFor } from './rules.js';

/** Whether a forge runs this, whose reviews can be asked for. */
export function isAtForge({ env }: Io): boolean {
  return env['GITHUB_ACTIONS'] === 'true' || env['GITLAB_CI'] === 'true';
}

/**
 * Refuses to carry out hard deletions for which deletions.yaml is all that says that somebody has
 * approved them, unless the base's settings trust the file. Soft deletions, restores and reclaims
 * need no proof; nor does what was carried out before.
 */
export async function requireProofs(
  io: Io,
  workspace: Workspace,
  stacks: readonly string[],
  named: string | undefined,
): Promise<void> {
  const asked = stacks.map((stack) => [stack, approvedIn(workspace, stack)] as const);
  if (asked.every(([, requests]) => requests.length === 0)) return;
  const project = { folder: workspace.folder, settings: workspace.settings() };
  const rules = await rulesFor(io, project, named);
  if (rules.held.gate.approvals === 'file') return;
  const open = await Promise.all(asked.map(([stack, all]) => notDone(io, workspace, stack, all)));
  const requests = open.flat();
  if (requests.length === 0) return;
  const answer = await answerHere(io, rules);
  const unproven = requests.filter((request) => !isProven(request, rules, answer));
  const problems = unproven.map((request) => unprovenProblem(request, answer));
  if (problems.length > 0) throw new CommandFailure(EXIT.findings, problems);
}

/** Whether a stack has hard deletions whose approval a forge can be asked about. */
export function hasApprovals(workspace: Workspace, stack: string): boolean {
  return approvedIn(workspace, stack).length > 0;
}

function approvedIn(workspace: Workspace, stack: string): readonly DeletionRequest[] {
  return requestsFor(workspace.requests(), stack).filter(
    ({ mode, approvals }) => mode === 'hard' && approvals.length > 0,
  );
}

/** What no plan has carried out yet, as the state says. */
async function notDone(
  io: Io,
  workspace: Workspace,
  name: string,
  requests: readonly DeletionRequest[],
): Promise<readonly DeletionRequest[]> {
  if (requests.length === 0) return [];
  const stack = pickStack(workspace.lastSynthesis() ?? workspace.synthesize(), name);
  const { hardDeleted } = await stateOf(io, requireEngine(io), stack);
  return requests.filter(({ target }) => !hardDeleted.includes(target));
}

async function answerHere(io: Io, { base }: Rules): Promise<ForgeAnswer | undefined> {
  if (!isAtForge(io)) return undefined;
  const { askHere } = await import('../review/at-forge.js');
  return (await askHere(io))?.(base.approvers);
}

function isProven(
  request: DeletionRequest,
  { held }: Rules,
  answer: ForgeAnswer | undefined,
): boolean {
  const by = effectiveApproval(request)?.by;
  const approver = by === undefined ? undefined : findApprover(held.approvers, by);
  return approver !== undefined && hasApproved(approver, answer?.approvals);
}

function unprovenProblem(request: DeletionRequest, answer: ForgeAnswer | undefined): Problem {
  const by = effectiveApproval(request)?.by ?? '';
  const why =
    answer === undefined
      ? 'no forge can be asked here.'
      : ['no approving review of theirs counts.', ...answer.notes].join(' ');
  return {
    code: 'deletion/unproven',
    message: `deletions.yaml says that ${quoteName(by)} approved the hard deletion of ${quoteName(request.target)}, which proves nothing by itself: ${why}`,
    remedy:
      'Have the approver approve the change at the forge, and deploy from its pipeline, which reviews the plan (reprieve github or reprieve gitlab) and applies it. Where there is no forge, the base’s reprieve.yaml may say gate: { approvals: file }.',
    source: request.source,
  };
}

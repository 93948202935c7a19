import { relative } from 'node:path';
import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { parseTimestamp } from '../../base/timestamp.js';
import type { Engine } from '../../engine/find.js';
import { sha256Of, type WrittenPlan } from '../../engine/plan.js';
import { stackSettings } from '../../files/settings.js';
import { ends } from '../../plan/change.js';
import { countKinds } from '../../plan/kinds.js';
import { renderSummary } from '../../report/summary.js';
import type { KindCount, Review } from '../../review/review.js';
import { writeStackPlan } from '../plan/stack-plan.js';
import { reviewWithPlans } from '../review/review.js';
import { hasApprovals, isAtForge } from '../rules/proofs.js';
import { type Io, refuse } from '../terminal/io.js';
import type { Stack, Workspace } from '../workspace/workspace.js';

/** A stack's plan, and what the gate says of it. */
export interface Planned {
  readonly stack: Stack;
  /** The plan as JSON. */
  readonly file: string;
  readonly written: WrittenPlan;
  readonly review: Review;
  readonly kinds: readonly KindCount[];
  /** Whether the state has something that is gone outside of Terraform: the apply drops it from there. */
  readonly drops: boolean;
}

/** Whether there is nothing to apply. The engine says so also where the state has something to drop. */
export function isIdle({ written, drops }: Planned): boolean {
  return written.isEmpty && !drops;
}

/** How a plan is made and judged. */
export interface PlanningOptions {
  readonly quiet?: boolean;
  /** Whose rules hold. */
  readonly rules?: string;
}

/** Plans a stack and has the gate judge that plan. */
export async function planAndReview(
  io: Io,
  workspace: Workspace,
  engine: Engine,
  stack: Stack,
  options: PlanningOptions,
): Promise<Planned> {
  const { file, written } = await writeStackPlan(io, engine, stack, options);
  // Only for an approval a forge is asked, and its token needed.
  const asks = isAtForge(io) && hasApprovals(workspace, stack.name);
  const ask = asks ? await (await import('../review/at-forge.js')).askHere(io) : undefined;
  const { rules } = options;
  const judging = { stack: stack.name, ...(rules === undefined ? {} : { rules }) };
  const { review, plans } = await reviewWithPlans(io, [file], judging, ask);
  // What was judged has to be the JSON of what is applied.
  if ((await sha256Of(file)) !== written.sha256.json) refuse(planReplaced(stack.name));
  const kinds = plans.flatMap(countKinds);
  const drops = plans.some(({ drift }) => drift.some(ends));
  return { stack, file, written, review, kinds, drops };
}

/** What one person has to know of it, in a few lines. */
export function summaryOf(io: Io, planned: Planned): string {
  const { stack, file, review, kinds } = planned;
  if (isIdle(planned) && review.verdict === 'pass' && review.deletions.length === 0) {
    const pending = review.reclamations.length === 0 ? [] : [renderSummary(review, [])];
    return [`Stack ${quoteName(stack.name)}: nothing to change.`, ...pending].join('\n');
  }
  const only = kinds.length === 0 ? [`  ${onlyChange(planned)}`] : [];
  return [
    `Stack ${quoteName(stack.name)}:`,
    renderSummary(review, kinds),
    ...only,
    `  All of it: npx reprieve review ${relative(io.cwd, file)}`,
  ].join('\n');
}

function onlyChange({ written, drops }: Planned): string {
  if (!drops) return 'Only outputs change.';
  const dropped = 'The state drops what is gone outside of Terraform';
  return written.isEmpty ? `${dropped}.` : `${dropped}, and outputs change.`;
}

/** Ends the command where the gate stops any of the plans. */
export function requireVerdicts(planned: readonly Planned[]): void {
  const blocked = planned.filter(({ review }) => review.verdict === 'blocked');
  if (blocked.length === 0) return;
  const all = blocked.map(({ stack }) => quoteName(stack.name)).join(', ');
  refuse({
    code: 'deploy/blocked',
    message: `The plan of ${all} is blocked, for the reasons above.`,
    remedy: 'Correct them and deploy again.',
  });
}

/** Refuses a plan that has become too old while somebody thought about it. */
export function requireFresh(io: Io, workspace: Workspace, { stack, review }: Planned): void {
  const { planMaxAge } = stackSettings(workspace.settings(), stack.name);
  const plannedAt = review.plans[0]?.plannedAt ?? null;
  const at = plannedAt === null ? undefined : parseTimestamp(plannedAt).value;
  if (at === undefined) return;
  const age = (io.now().getTime() - new Date(at).getTime()) / 1000;
  if (age <= planMaxAge.seconds) return;
  refuse({
    code: 'deploy/plan-stale',
    message: `The plan of ${quoteName(stack.name)} is older than ${planMaxAge.text} (planMaxAge): what is due may have changed.`,
    remedy: 'Deploy again: it makes a new plan.',
  });
}

/** That a plan is no longer what was reviewed. */
export function planReplaced(stack: string): Problem {
  return {
    code: 'deploy/plan-replaced',
    message: `The plan of ${quoteName(stack)} was replaced after it was reviewed: another command has planned this stack at the same time.`,
    remedy: 'Wait for it and deploy again.',
  };
}

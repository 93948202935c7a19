import { formatTimeLeft } from '../base/duration.js';
import { quoteName } from '../base/inert.js';
import { rfc3339 } from '../base/timestamp.js';
import { creates, ends, forgets, type ResourceChange } from '../plan/change.js';
import type { ReadLabels } from '../plan/marks.js';
import type { Plan } from '../plan/plan.js';
import type { Reason } from '../review/review.js';
import { reviewerOf } from './approval.js';
import type { GateContext } from './context.js';

/** A reason without the plan's name, which the caller knows. */
export type PlanReason = Omit<Reason, 'stack' | 'source'>;

/** What is wrong with a plan as a whole: whatever it deletes, it can't be judged. */
export function judgePlan(plan: Plan, context: GateContext): readonly PlanReason[] {
  return [
    ...judgeCompleteness(plan),
    ...(mayLeave(plan, context) === undefined ? brokenRecords(plan) : []),
    ...judgeTime(plan, context),
  ];
}

/** How old a plan is that is too old, where its age stops nothing: there is nothing of ours in it. */
export function noteAge(plan: Plan, context: GateContext): readonly PlanReason[] {
  if (concernsUs(plan)) return [];
  return tooOld(plan, context).map(({ made, ago, most }) =>
    whole(
      'plan-old',
      `The plan was made at ${made}, ${ago} ago, and may be ${most} old where something is protected. Nothing in it is, so its age stops nothing. The state may have changed since: plan again to see what an apply would do now.`,
    ),
  );
}

/** What an approver has let go of a state although nobody can tell what it protects. */
export function noteBrokenRecords(plan: Plan, context: GateContext): readonly PlanReason[] {
  const reviewer = mayLeave(plan, context);
  if (reviewer === undefined) return [];
  return brokenRecords(plan).map(({ address }) => ({
    code: 'protection-ends',
    address,
    message: `${quoteName(reviewer)} has approved that this record of protection, which can’t be read, leaves the state: what it alone protects, nothing protects afterwards.`,
  }));
}

/**
 * The approver who has reviewed that a plan takes all records away that can't be read. It may end
 * nothing else: what such a record protects, only the next plan can tell.
 */
function mayLeave(plan: Plan, context: GateContext): string | undefined {
  const broken = new Set(brokenIn(plan));
  const going = plan.changes.filter(ends);
  const isAlone = going.every(
    (change) => broken.has(change.address) && !creates(change) && !forgets(change),
  );
  if (broken.size === 0 || going.length < broken.size || !isAlone) return undefined;
  return reviewerOf(context);
}

function brokenIn(plan: Plan): readonly string[] {
  return plan.prior.filter(({ record }) => record.kind === 'Broken').map(({ address }) => address);
}

function brokenRecords(plan: Plan): readonly PlanReason[] {
  return brokenIn(plan).map((address) => ({
    code: 'record-unreadable',
    address,
    message:
      'This record of protection in the state can’t be read: it was edited, or a newer version wrote it. Review with the version that wrote it. If it is none of Reprieve’s, take it out of the code in a change that ends nothing else; an approver that reprieve.yaml names has to approve that at the forge, and the review has to ask there.',
  }));
}

function judgeCompleteness(plan: Plan): readonly PlanReason[] {
  const reasons: PlanReason[] = [];
  if (plan.errored === true) {
    reasons.push(
      whole(
        'plan-errored',
        'Planning failed, so the plan may miss deletions. Mend the error and plan anew.',
      ),
    );
  }
  if (plan.complete === false && plan.errored !== true) {
    reasons.push(
      whole(
        'plan-incomplete',
        'The plan is not complete: it was made with -target or -exclude, or an engine has put changes off. Plan without them.',
      ),
    );
  }
  if (plan.isPartial && plan.complete !== false && plan.errored !== true) {
    reasons.push(
      whole(
        'plan-partial',
        'The state has objects that the plan does not mention, so it was made with -target, -exclude or -refresh-only. Plan without them.',
      ),
    );
  }
  return reasons;
}

function judgeTime(plan: Plan, context: GateContext): readonly PlanReason[] {
  const { plannedAt } = plan;
  if (plannedAt === undefined) return [];
  const ahead = (plannedAt.getTime() - context.now.getTime()) / 1000;
  if (ahead > context.clockTolerance.seconds) {
    return [
      whole(
        'plan-from-future',
        `The plan says that it was made at ${rfc3339(plannedAt)}, and it is ${rfc3339(context.now)} now: the clock of the machine that planned is ${formatTimeLeft(ahead)} ahead. Set it right and plan anew.`,
      ),
    ];
  }
  if (!concernsUs(plan)) return [];
  return tooOld(plan, context).map(({ made, ago, most }) =>
    whole(
      'plan-stale',
      `The plan was made at ${made}, ${ago} ago; it may be ${most} old at most. Plan anew.`,
    ),
  );
}

/** By how much a plan is older than it may be, in words; nothing where it isn't. */
function tooOld({ plannedAt, stack }: Plan, { now, planMaxAge }: GateContext) {
  const { seconds, text: most } = planMaxAge(stack);
  if (plannedAt === undefined) return [];
  const age = (now.getTime() - plannedAt.getTime()) / 1000;
  return age <= seconds ? [] : [{ made: rfc3339(plannedAt), ago: formatTimeLeft(age), most }];
}

/**
 * Whether a plan, or its prior state, has anything of ours, or may have: a record, an object with marks, what
 * only the apply could make one, or a part that nobody has seen.
 */
function concernsUs(plan: Plan): boolean {
  const isWhole = plan.complete !== false && plan.errored !== true && !plan.isPartial;
  const all = [...plan.changes, ...plan.drift, ...plan.deferred];
  const isThere = plan.prior.length > 0 || plan.hasIdleMarks || plan.hiding.length > 0;
  return !isWhole || isThere || all.some(isOfOurs);
}

function isOfOurs(change: ResourceChange): boolean {
  const { before, after, isOpaque, marks, marksAfter, openMarks, writesMarks } = change;
  const isRecord = before !== undefined || after !== undefined || isOpaque;
  return isRecord || openMarks !== undefined || writesMarks || [marks, marksAfter].some(isMarked);
}

function isMarked({ isProtected, isSoftDeleted, reclaimAfter, period }: ReadLabels): boolean {
  return isProtected || isSoftDeleted || reclaimAfter !== undefined || period !== undefined;
}

function whole(code: string, message: string): PlanReason {
  return { code, address: '', message };
}

import { named } from '../model/inert.js';
import { withoutIndex } from '../reclamation/address.js';
import { compareTexts } from '../reclamation/order.js';
import { ofKind } from '../reclamation/records.js';
import { rfc3339 } from '../reclamation/timestamp.js';
import { causeOf } from './causes.js';
import { type Change, ends } from './change.js';
import { judgeActions } from './gate-actions.js';
import type { GateContext } from './gate-context.js';
import { judgeEnd, type ObjectGate, type ObjectVerdict } from './gate-objects.js';
import { judgePlan, type Reason } from './gate-plan.js';
import { judgeRecords, type RecordVerdict } from './gate-records.js';
import type { Plan } from './plan.js';
import { Protection } from './protection.js';
import {
  DELETION_KINDS,
  type Deletion,
  type PlanSummary,
  type ReclamationEvent,
  type Review,
  type Why,
} from './review.js';

/** Reviews plans: what each one ends, what can be taken back, and whether it may be applied. */
export function reviewPlans(plans: readonly Plan[], context: GateContext): Review {
  const parts = [...plans]
    .sort((a, b) => compareTexts(a.stack, b.stack))
    .map((plan) => reviewPlan(plan, context));
  const why = parts.flatMap((part) => part.why);
  return {
    scope: 'deletions',
    verdict: why.length === 0 ? 'pass' : 'blocked',
    why,
    deletions: parts.flatMap((part) => part.deletions),
    reclamations: parts.flatMap((part) => part.reclamations),
    notices: parts.flatMap((part) => part.notices),
    plans: parts.map((part) => part.summary),
    reviewedAt: rfc3339(context.now),
    findings: [],
  };
}

interface Part {
  readonly why: readonly Why[];
  readonly notices: readonly Why[];
  readonly deletions: readonly Deletion[];
  readonly reclamations: readonly ReclamationEvent[];
  readonly summary: PlanSummary;
}

function reviewPlan(plan: Plan, context: GateContext): Part {
  const protection = new Protection(plan);
  const records = judgeRecords(plan, protection, context);
  const gate = objectGate(plan, protection, records, context);
  const ended = endings(plan).map(({ change, drifted }) => judged(plan, change, drifted, gate));
  const invoked = judgeActions(plan, protection);
  const all = [...ended, ...invoked];
  const place = (reason: Reason): Why => placed(plan, reason);
  const reasons = [
    ...judgePlan(plan, context),
    ...records.why,
    ...all.flatMap((each) => each.reasons),
  ];
  return {
    why: unique(reasons).map(place),
    notices: unique([...records.notices, ...unproven(all)]).map(place),
    deletions: all.map(({ deletion }) => deletion).sort(byWeight),
    reclamations: records.events
      .map((event) => ({ stack: plan.stack, ...event }))
      .sort((a, b) => compareTexts(a.target, b.target) || compareTexts(a.kind, b.kind)),
    summary: summaryOf(plan),
  };
}

function objectGate(
  plan: Plan,
  protection: Protection,
  records: RecordVerdict,
  context: GateContext,
): ObjectGate {
  const planned = ofKind(
    plan.changes.flatMap(({ after, actions }) =>
      after === undefined || !actions.includes('create') ? [] : [after],
    ),
    'HardDeletion',
  );
  const hardDeletions = new Map(planned.map((record) => [record.target, record]));
  for (const [target, record] of protection.hardDeletions) hardDeletions.set(target, record);
  const time =
    plan.plannedAt === undefined || plan.plannedAt > context.now ? context.now : plan.plannedAt;
  return { protection, context, time, hardDeletions, unguarded: records.unguarded };
}

interface Ending {
  readonly change: Change;
  /** Whether it was lost before this plan. */
  readonly drifted: boolean;
}

/** Everything that ends, records of ours aside: those are judged by themselves. */
function endings(plan: Plan): readonly Ending[] {
  const planned = [...plan.changes, ...plan.deferred].filter(ends);
  const drifted = plan.drift.filter(ends);
  return [
    ...planned.map((change) => ({ change, drifted: false })),
    ...drifted.map((change) => ({ change, drifted: true })),
  ].filter(({ change }) => change.before === undefined || change.before.kind === 'Broken');
}

interface Judged {
  readonly deletion: Deletion;
  readonly reasons: readonly Reason[];
  readonly unproven?: string;
}

function judged(plan: Plan, change: Change, drifted: boolean, gate: ObjectGate): Judged {
  const verdict = drifted ? judgeLoss(change, gate) : judgeEnd(change, gate);
  return {
    deletion: deletionOf(plan, change, drifted, verdict, gate.protection),
    reasons: verdict.reason === undefined ? [] : [verdict.reason],
    ...(verdict.unproven === undefined ? {} : { unproven: verdict.unproven }),
  };
}

/** An object that somebody ended outside of Terraform: gone, whatever the plan does. */
function judgeLoss(change: Change, gate: ObjectGate): ObjectVerdict {
  const verdict = judgeEnd(change, gate);
  if (verdict.reason === undefined) return verdict;
  return {
    ...verdict,
    recoverableUntil: null,
    reason: {
      code: 'lost-outside',
      address: change.address,
      message: `This object of ${verdict.target === null ? 'a project' : named(verdict.target)} was deleted outside of Terraform before its deadline, and a deploy would make an empty one. Bring it back from a backup, or make it anew on purpose.`,
    },
  };
}

function deletionOf(
  plan: Plan,
  change: Change,
  drifted: boolean,
  verdict: ObjectVerdict,
  protection: Protection,
): Deletion {
  const { target } = verdict;
  const source = plan.sources.get(change.base) ?? plan.sources.get(change.previous?.base ?? '');
  const cause = drifted ? 'drift' : causeOf(change, plan);
  const isOurs = cause === 'count-shrunk' || cause === 'unknown' || cause === 'destroy-mode';
  return {
    stack: plan.stack,
    address: change.address,
    kind: verdict.kind,
    actions: change.actions,
    reason: change.reason,
    cause: isOurs ? (OURS[verdict.kind] ?? cause) : cause,
    recoverableUntil: verdict.recoverableUntil === null ? null : rfc3339(verdict.recoverableUntil),
    target,
    members: target === null ? [] : companions(protection.membersOf(target), change.base),
    images: change.images,
    attributes: change.attributes,
    ...(change.deposed === undefined ? {} : { deposed: change.deposed }),
    ...(change.deferred === undefined ? {} : { deferred: change.deferred }),
    ...(change.previous === undefined ? {} : { previousAddress: change.previous.address }),
    ...(source === undefined ? {} : { source }),
  };
}

/** A project can have more members than each of them can be told with. */
const MOST_MEMBERS = 100;

function companions(members: readonly string[], own: string): readonly string[] {
  return members
    .slice(0, MOST_MEMBERS + 1)
    .filter((each) => each !== own)
    .slice(0, MOST_MEMBERS);
}

/** What shrinks the count of a doomed object is our own clock. */
const OURS: Readonly<Record<string, Deletion['cause']>> = {
  reclaim: 'period-over',
  'hard-delete': 'approved',
};

function unproven(all: readonly Judged[]): readonly Reason[] {
  return all.flatMap(({ unproven: by, deletion }) =>
    by === undefined
      ? []
      : [
          {
            code: 'approval-by-file',
            address: deletion.address,
            message: `That ${named(by)} approved this hard deletion stands in deletions.yaml alone, where anybody could have written it. Run the review where it can ask for the pull request’s approving reviews.`,
          },
        ],
  );
}

function summaryOf(plan: Plan): PlanSummary {
  return {
    stack: plan.stack,
    terraformVersion: plan.terraformVersion,
    formatVersion: plan.formatVersion,
    plannedAt: plan.plannedAt === undefined ? null : rfc3339(plan.plannedAt),
    counts: plan.counts,
  };
}

function placed(plan: Plan, reason: Reason): Why {
  const source = plan.sources.get(withoutIndex(reason.address));
  return { ...reason, stack: plan.stack, ...(source === undefined ? {} : { source }) };
}

function unique(reasons: readonly Reason[]): readonly Reason[] {
  const seen = new Map(
    reasons.map((reason) => [`${reason.code}\0${reason.address}\0${reason.message}`, reason]),
  );
  return [...seen.values()];
}

/** The worst first, then by address; deposed objects and replacements keep their place. */
function byWeight(a: Deletion, b: Deletion): number {
  return (
    DELETION_KINDS.indexOf(a.kind) - DELETION_KINDS.indexOf(b.kind) ||
    compareTexts(a.address, b.address) ||
    compareTexts(a.deposed ?? '', b.deposed ?? '') ||
    compareTexts(a.cause, b.cause)
  );
}

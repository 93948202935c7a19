import { quoteName } from '../base/inert.js';
import { compareTexts } from '../base/order.js';
import { rfc3339 } from '../base/timestamp.js';
import { lineage } from '../model/deletion-target.js';
import { creates, ends, type ResourceChange } from '../plan/change.js';
import type { Plan } from '../plan/plan.js';
import {
  DELETION_KINDS,
  type Deletion,
  type MemberGroup,
  type PlanSummary,
  RECORDS_GO,
  type Reason,
  type ReclamationEvent,
  type RequestNote,
  type Review,
} from '../review/review.js';
import { withoutIndex } from '../state/address.js';
import { judgeActions } from './actions.js';
import { judgeBreaches } from './breaches.js';
import { causeOf } from './causes.js';
import type { GateContext } from './context.js';
import { judgeEnd, type ObjectGate, type ObjectVerdict } from './ends.js';
import { eventsIn } from './events.js';
import { groupsOf } from './groups.js';
import { judgeHiddenMarks } from './hidden-marks.js';
import { judgeImports, noteImports } from './imports.js';
import { type Breach, breachesIn, keptIn } from './invariant.js';
import { judgeJoining } from './joining.js';
import { notesIn } from './notes.js';
import { Passage } from './passage.js';
import { recordChangesIn } from './record-changes.js';
import { judgeRecords } from './records.js';
import { hardRequests } from './requests.js';
import { judgeRotations, noteReadable } from './rotations.js';
import { judgeRulesRecord, withRecordedRules } from './rules-record.js';
import { judgeTouches } from './touches.js';
import { judgePlan, noteAge, noteBrokenRecords, type PlanReason } from './whole-plan.js';

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
    groups: parts.flatMap((part) => part.groups),
    requests: parts.flatMap((part) => part.requests),
    notices: parts.flatMap((part) => part.notices),
    plans: parts.map((part) => part.summary),
    reviewedAt: rfc3339(context.now),
    findings: [],
  };
}

interface Part {
  readonly why: readonly Reason[];
  readonly notices: readonly Reason[];
  readonly deletions: readonly Deletion[];
  readonly reclamations: readonly ReclamationEvent[];
  readonly groups: readonly MemberGroup[];
  readonly requests: readonly RequestNote[];
  readonly summary: PlanSummary;
}

function reviewPlan(plan: Plan, outer: GateContext): Part {
  const passage = new Passage(plan);
  const context = withRecordedRules(outer, passage);
  const rules = judgeRulesRecord(passage, context, outer);
  const gate = objectGate(passage, context);
  const ended = endings(passage).map(({ change, drifted }) => judged(change, drifted, gate));
  const breaches = judgeBreaches(breachesOf(passage, ended), passage, context);
  const invoked = judgeActions(plan, passage);
  const touches = judgeTouches(passage);
  const imports = judgeImports(passage, context);
  const all = [...ended, ...invoked];
  const place = (reason: PlanReason): Reason => placed(plan, reason);
  const reasons = [
    ...judgePlan(plan, context),
    ...judgeRecords(passage, context),
    ...rules.why,
    ...breaches.why,
    ...judgeJoining(passage),
    ...imports.why,
    ...judgeHiddenMarks(passage),
    ...touches.why,
    ...judgeRotations(passage),
    ...all.flatMap((each) => each.reasons),
  ];
  const events = eventsIn(passage, reasons, context);
  return {
    why: unique(reasons).map(place),
    notices: unique([
      ...breaches.notices,
      ...rules.notices,
      ...noteAge(plan, context),
      ...noteBrokenRecords(plan, context),
      ...touches.notices,
      ...imports.notices,
      ...noteImports(passage),
      ...noteReadable(passage),
      ...ended.flatMap(({ notice }) => notice ?? []),
      ...(reasons.length === 0 ? recordsThatGo(passage, events) : []),
      ...unproven(all, gate),
      ...notesIn(
        passage,
        events,
        all.map(({ deletion }) => deletion),
      ),
    ]).map(place),
    deletions: all.map(({ deletion }) => deletion).sort(byWeight),
    reclamations: events
      .map((event) => ({ stack: plan.stack, ...event }))
      .sort((a, b) => compareTexts(a.target, b.target) || compareTexts(a.kind, b.kind)),
    groups: groupsOf(passage, [...all.map(({ deletion }) => deletion), ...events]),
    requests: hardRequests(gate),
    summary: summaryOf(plan),
  };
}

/** What the plan leaves weaker; of what it may not end, whether its guard goes along. */
function breachesOf(passage: Passage, ended: readonly Judged[]): readonly Breach[] {
  const stopped = new Set(ended.filter(({ reasons }) => reasons.length > 0).map((it) => it.change));
  const isKept = (change: ResourceChange | undefined) => change === undefined || !ends(change);
  const kept = [...passage.objects()]
    .filter(({ change }) => change === undefined || isKept(change) || stopped.has(change))
    .map((object) => keptIn(object, passage))
    .filter((each) => each !== undefined);
  return breachesIn(kept, passage).filter(
    ({ clause, object }) => clause === 'unlisted' || isKept(object.change),
  );
}

function objectGate(passage: Passage, context: GateContext): ObjectGate {
  const { plan } = passage;
  const begun = recordChangesIn(passage).flatMap(({ fate, after }) =>
    fate === 'begins' && after?.kind === 'HardDeletion' ? [[after.target, after] as const] : [],
  );
  const time =
    plan.plannedAt === undefined || plan.plannedAt > context.now ? context.now : plan.plannedAt;
  return { passage, context, time, hardDeletions: new Map(begun) };
}

interface Ended {
  readonly change: ResourceChange;
  /** Whether it was lost before this plan. */
  readonly drifted: boolean;
}

/**
 * Everything that ends, records of ours aside, which are judged by themselves. What a guard lists
 * is no record, whatever it says about itself.
 */
function endings({ plan, before }: Passage): readonly Ended[] {
  const planned = [...plan.changes, ...plan.deferred].filter(ends);
  const drifted = plan.drift.filter(ends);
  return [
    ...planned.map((change) => ({ change, drifted: false })),
    ...drifted.map((change) => ({ change, drifted: true })),
  ].filter(({ change }) => {
    const isRecord = change.before !== undefined && change.before.kind !== 'Broken';
    return !isRecord || before.listingsOf(change.previous?.address ?? change.address).length > 0;
  });
}

interface Judged {
  readonly change: ResourceChange;
  readonly deletion: Deletion;
  readonly reasons: readonly PlanReason[];
  readonly notice?: PlanReason;
  readonly unproven?: string;
}

function judged(change: ResourceChange, drifted: boolean, gate: ObjectGate): Judged {
  const verdict = drifted ? judgeLoss(change, gate) : judgeEnd(change, gate);
  return {
    change,
    deletion: deletionOf(change, drifted, verdict, gate.passage),
    reasons: verdict.reason === undefined ? [] : [verdict.reason],
    ...(verdict.notice === undefined ? {} : { notice: verdict.notice }),
    ...(verdict.unproven === undefined ? {} : { unproven: verdict.unproven }),
  };
}

/** An object that somebody ended outside of Terraform: gone, whatever the plan does. */
function judgeLoss(change: ResourceChange, gate: ObjectGate): ObjectVerdict {
  const verdict = judgeEnd(change, gate);
  if (verdict.reason === undefined) return verdict;
  if (isMadeAgain(change, gate)) {
    return {
      kind: 'unprotected',
      recoverableUntil: null,
      target: verdict.target,
      notice: {
        code: 'lost-outside',
        address: change.address,
        message: `This object of ${verdict.target === null ? 'a project' : quoteName(verdict.target)} was deleted outside of Terraform, and the plan makes it again, with what the code says. Find out who deleted it.`,
      },
    };
  }
  return {
    ...verdict,
    recoverableUntil: null,
    reason: {
      code: 'lost-outside',
      address: change.address,
      message: `This object of ${verdict.target === null ? 'a project' : quoteName(verdict.target)} was deleted outside of Terraform before its deadline, and a deploy would make an empty one. Bring it back from a backup, or make it anew on purpose.`,
    },
  };
}

/** What is in the code as a whole, and isn't being deleted, is the same when it is made again. */
function isMadeAgain({ address, type }: ResourceChange, { passage }: ObjectGate): boolean {
  const isWhole = WHOLLY_DECLARED.test(type);
  const [listing] = passage.before.listingsOf(address);
  const isDoomed = listing !== undefined && passage.before.clocksOver(listing.target).length > 0;
  return (
    isWhole &&
    !isDoomed &&
    passage.plan.changes.some((each) => each.address === address && creates(each))
  );
}

/** No secrets: what they hold comes from outside of the code. */
const WHOLLY_DECLARED =
  /^kubernetes_(config_map|service_account|role|role_binding|cron_job|resource_quota|limit_range|network_policy)(_v\d+\w*)?$/;

function deletionOf(
  change: ResourceChange,
  drifted: boolean,
  verdict: ObjectVerdict,
  { plan }: Passage,
): Deletion {
  const { target } = verdict;
  const source = plan.sources.get(change.base) ?? plan.sources.get(change.previous?.base ?? '');
  const cause = drifted ? 'drift' : causeOf(change, plan);
  return {
    stack: plan.stack,
    address: change.address,
    kind: verdict.kind,
    actions: change.actions,
    reason: change.reason,
    cause: BY_CLOCK.has(cause) ? (OURS[verdict.kind] ?? cause) : cause,
    recoverableUntil: verdict.recoverableUntil === null ? null : rfc3339(verdict.recoverableUntil),
    target,
    images: change.images,
    attributes: change.attributes,
    ...(change.deposed === undefined ? {} : { deposed: change.deposed }),
    ...(change.deferred === undefined ? {} : { deferred: change.deferred }),
    ...(change.previous === undefined ? {} : { previousAddress: change.previous.address }),
    ...(source === undefined ? {} : { source }),
  };
}

/** How an object ends by our own clock, which shrinks its count or takes its keys away. */
const BY_CLOCK: ReadonlySet<Deletion['cause']> = new Set([
  'count-shrunk',
  'key-removed',
  'unknown',
  'destroy-mode',
]);
const OURS: Readonly<Record<string, Deletion['cause']>> = {
  reclaim: 'period-over',
  'hard-delete': 'approved',
};

/**
 * What an engine counts as destroyed and is no object: the records of a deletion that is closed. Those of
 * a deletion that is taken back go with it.
 */
function recordsThatGo(
  passage: Passage,
  events: readonly { readonly target: string }[],
): readonly PlanReason[] {
  const told = new Set(events.map(({ target }) => target));
  const gone = recordChangesIn(passage).filter(
    ({ fate, before }) => fate === 'ends' && !(before !== undefined && told.has(before.target)),
  );
  if (gone.length === 0) return [];
  const targets = new Set(
    gone.flatMap(({ before }) => (before === undefined ? [] : [before.target])),
  );
  return [
    {
      code: RECORDS_GO,
      address: '',
      message: `What the engine counts as ${gone.length} to destroy ${gone.length === 1 ? 'is a record' : 'are records'} of protection of ${[...targets].sort().map(quoteName).join(', ')}, and no object.`,
    },
  ];
}

/** Said once for each request, however many objects go by it. */
function unproven(
  all: readonly Pick<Judged, 'unproven' | 'deletion'>[],
  { hardDeletions }: ObjectGate,
): readonly PlanReason[] {
  return all.flatMap(({ unproven: by, deletion: { target } }) => {
    if (by === undefined || target === null) return [];
    const own = lineage(target).find((each) => hardDeletions.has(each)) ?? target;
    return [
      {
        code: 'approval-by-file',
        address: '',
        message: `That ${quoteName(by)} approved the hard deletion of ${quoteName(own)} stands in deletions.yaml alone, where anybody could have written it, and the base’s reprieve.yaml has that suffice (gate.approvals: file).`,
      },
    ];
  });
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

function placed(plan: Plan, reason: PlanReason): Reason {
  const source = plan.sources.get(withoutIndex(reason.address));
  return { ...reason, stack: plan.stack, ...(source === undefined ? {} : { source }) };
}

function unique(reasons: readonly PlanReason[]): readonly PlanReason[] {
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

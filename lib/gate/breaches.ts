import { durationOf } from '../base/duration.js';
import { quoteName } from '../base/inert.js';
import { plural } from '../base/plural.js';
import { rfc3339 } from '../base/timestamp.js';
import type { Guard } from '../state/records.js';
import { reviewerOf } from './approval.js';
import type { GateContext } from './context.js';
import { type Breach, type Clause, isResourceOf } from './invariant.js';
import { projectOf } from './lineage.js';
import type { Passage } from './passage.js';
import type { Placed } from './standing.js';
import type { PlanReason } from './whole-plan.js';

/** What the breaches of the invariant mean for a plan. */
export interface BreachVerdict {
  readonly why: readonly PlanReason[];
  readonly notices: readonly PlanReason[];
}

/** What an approver of the change may decide: that a period gets shorter, that something leaves. */
const BY_REVIEW: ReadonlySet<Clause> = new Set([
  'period',
  'own-period',
  'unlisted',
  'retargeted',
  'label',
]);

/** Says each breach, unless an approver has reviewed the very change and may allow it. */
export function judgeBreaches(
  breaches: readonly Breach[],
  passage: Passage,
  context: GateContext,
): BreachVerdict {
  const reviewer = reviewerOf(context);
  const known: GoneGuards = new Map();
  const why: PlanReason[] = [];
  const notices: PlanReason[] = [];
  for (const breach of breaches) {
    if (reviewer !== undefined && isForReview(breach, context, passage)) {
      notices.push(allowed(breach, reviewer, passage));
    } else why.push(said(breach, passage, known));
  }
  return { why, notices };
}

function isForReview({ clause, before, after }: Breach, context: GateContext, { plan }: Passage) {
  if (!BY_REVIEW.has(clause)) return false;
  // A label may only go together with its object’s place on the list.
  if (clause === 'label') return (after?.targets.length ?? 0) === 0;
  if (clause === 'unlisted') return before.clocks.length === 0;
  if (clause === 'retargeted') return isLessOnly(before, after);
  return (after?.period ?? 0) >= context.floor(plan.stack).seconds;
}

/**
 * Of several targets that guards give it, it keeps some and gets no other, or it gives up one of its own
 * and goes with the whole alone, which ended it before; nothing of it is being deleted.
 */
function isLessOnly(before: Breach['before'], after: Breach['after']): boolean {
  const left = after?.targets ?? [];
  const isKnown = (target: string) =>
    before.targets.some((each) => each === target || isResourceOf(each, target));
  return left.length > 0 && left.every(isKnown) && before.clocks.length === 0;
}

function allowed(breach: Breach, reviewer: string, passage: Passage): PlanReason {
  const { clause, object, before } = breach;
  const left = breach.after?.targets ?? [];
  const targets = list(before.targets.filter((each) => !left.includes(each)));
  const rest = left.length === 0 ? 'nothing protects it' : `it goes with ${list(left)} alone`;
  return clause === 'period' || clause === 'own-period'
    ? {
        code: 'period-shortened',
        address: guardOf(breach, passage) ?? object.address,
        message: `${quoteName(reviewer)} has approved that the reclamation period of ${projects(before)} becomes shorter. Deletions that have begun keep theirs.`,
      }
    : {
        code: 'protection-ends',
        address: object.address,
        message: `${quoteName(reviewer)} has approved that this object no longer belongs to ${targets}: ${rest} afterwards.`,
      };
}

function said(breach: Breach, passage: Passage, known: GoneGuards): PlanReason {
  if (breach.clause === 'unlisted') return unlisted(breach, passage, known);
  const { code, message } = SENTENCES[breach.clause](breach);
  if (breach.clause === 'period') {
    return { code, message, address: guardOf(breach, passage) ?? breach.object.address };
  }
  const isAboutClock = breach.clock !== undefined && breach.clause.startsWith('clock');
  const clock = breach.clock?.address ?? '';
  const address = isAboutClock ? presentOf(clock, breach, passage) : breach.object.address;
  return { code, address, message };
}

/** The guard that promises an object its period. */
function guardOf({ object }: Breach, passage: Passage): string | undefined {
  const [listing] = passage.before.listingsOf(object.former);
  return listing === undefined ? undefined : passage.presentAddress(listing.guard.address);
}

function projects({ targets }: Pick<Breach['before'], 'targets'>): string {
  return list([...new Set(targets.map(projectOf))]);
}

function presentOf(clock: string, { clause }: Breach, passage: Passage): string {
  return clause === 'clock-edited' ? passage.presentAddress(clock) : clock;
}

/** An object that no guard lists any more, or whose guard itself goes: then that is said once. */
function unlisted({ object, before }: Breach, passage: Passage, known: GoneGuards): PlanReason {
  const listings = passage.before.listingsOf(object.former);
  const gone = listings.map(({ guard }) => guardGone(guard, passage, known)).find(Boolean);
  if (gone !== undefined) return gone;
  return {
    code: 'member-removed',
    address: passage.presentAddress(listings[0]?.guard.address ?? ''),
    message: `The plan takes ${quoteName(object.base)} of ${quoteName(before.targets[0] ?? '')} off the guard’s list, and the object is there: a later plan could end it unseen. Put its code back; to delete it, request it in deletions.yaml.`,
  };
}

function guardGone(
  guard: Placed<Guard>,
  passage: Passage,
  known: GoneGuards,
): PlanReason | undefined {
  const said = known.has(guard) ? known.get(guard) : gone(guard, passage);
  known.set(guard, said);
  return said;
}

/** What is said of each guard that goes, so that its members are counted once. */
type GoneGuards = Map<Placed<Guard>, PlanReason | undefined>;

function gone(guard: Placed<Guard>, passage: Passage): PlanReason | undefined {
  const address = passage.presentAddress(guard.address);
  const { target, members } = guard.record;
  if (passage.after.recordAt(address)?.kind === 'Guard') return undefined;
  if (!passage.isDeleted(address)) {
    return {
      code: 'guard-edited',
      address,
      message: `The plan makes the guard of ${quoteName(target)} something else, so that nothing would protect the project. Put its code back as it was.`,
    };
  }
  const left = members.filter((member) => passage.isThere(member.address)).length;
  return {
    code: 'guard-removed',
    address,
    message: `The plan takes away the guard of ${quoteName(target)}, and ${plural(left, 'object')} of it ${left === 1 ? 'is' : 'are'} there. Put the project’s code and its entry in projects.lock.yaml back; to delete it, request it in deletions.yaml.`,
  };
}

type Sentence = (breach: Breach) => Omit<PlanReason, 'address'>;

const SENTENCES: Readonly<Record<Exclude<Clause, 'unlisted'>, Sentence>> = {
  retargeted: ({ object, before, after }) => ({
    code: 'retargeted',
    message: isLessOnly(before, after)
      ? `Guards have ${quoteName(object.base)} go with ${list(before.targets)}, and the plan takes away that of ${list(before.targets.filter((each) => after?.targets.includes(each) !== true))}. An approver that reprieve.yaml names has to approve this change at the forge, and the review has to ask there.`
      : `The plan has ${quoteName(object.base)} go with ${list(after?.targets)}, and it goes with ${list(before.targets)}: another deletion would end it. A project is renamed as a whole, by movedFrom, while nothing of it is being deleted and onto a name that is free.`,
  }),
  period: ({ before, after }) => ({
    code: 'period-shortened',
    message: `The plan makes the reclamation period of ${projects(before)} shorter: ${time(after?.period ?? 0)} instead of ${time(before.period)}. An approver that reprieve.yaml names has to approve this change at the forge, and the review has to ask there.`,
  }),
  'own-period': ({ before, after }) => ({
    code: 'period-shortened',
    message: `The plan writes a shorter period on this object of ${list(after?.targets)}: ${time(after?.marks?.period ?? 0)} instead of ${time(before.marks?.period ?? 0)}, by which it would be protected if the state were lost. Leave its annotations to the project.`,
  }),
  'clock-edited': ({ clock }) => ({
    code: 'tombstone-edited',
    message: `The plan changes the deletion clock of ${quoteName(clock?.record.target ?? '')}, which began at ${began(clock)}. It can’t be changed: undo what edits it.`,
  }),
  'clock-ignored': ({ clock }) => ({
    code: 'clock-ignored',
    message: `The deletion of ${quoteName(clock?.record.target ?? '')} began at ${began(clock)}, and the plan has a guard look for its clock elsewhere. Take the deletion back by removing its request, or leave the guard alone.`,
  }),
  'clock-appears': ({ clock, object }) => ({
    code: 'clock-planted',
    message: `This clock, of ${began(clock)}, would come to end ${quoteName(object.base)}, and the object was never marked by the plan that began it. A deletion begins by its request: take this clock away.`,
  }),
  'clock-short': ({ clock, before }) => ({
    code: 'period-shortened',
    message: `The deletion of ${quoteName(clock?.record.target ?? '')} would run for ${quoteName(clock?.record.period ?? '')}, and ${before.targets.length === 0 ? 'its objects promise' : 'its guard promises'} ${time(before.period)}. Shorten the period in a change of its own first.`,
  }),
  'marks-stay': ({ clock }) => ({
    code: 'marks-stay',
    message: `The plan takes away the clock of ${quoteName(clock?.record.target ?? '')}, and this object stays marked as soft-deleted, with a deadline before any other: whoever goes by the marks would end it. Restore it as a whole, by removing the request.`,
  }),
  label: () => ({
    code: 'label-removed',
    message:
      'The plan takes the label off by which the cluster protects this object, or leaves it off where somebody else took it. Leave it to the project.',
  }),
  deadline: () => ({
    code: 'deadline-shortened',
    message:
      'The plan takes this object’s deadline away or sets it earlier, or leaves it so where somebody else did, and its deletion goes on. Take the deletion back instead.',
  }),
  'marked-early': ({ after }) => ({
    code: 'marked-early',
    message: `The plan marks this object as soft-deleted, with a deadline before that of ${after === undefined || after.clocks.length === 0 ? 'any deletion' : `the deletion of ${list(after.targets)}`}. Request the deletion in deletions.yaml, and leave the marks to it.`,
  }),
  content: ({ before, after }) => ({
    code: 'content-changed',
    message: `This object of ${list(after?.targets ?? before.targets)} is being deleted and can still be taken back, and the plan changes what it holds: what could be restored would not be what was deleted. Undo the change, or take the deletion back first.`,
  }),
};

function list(targets: readonly string[] | undefined): string {
  return (targets ?? []).length === 0 ? 'no project' : (targets ?? []).map(quoteName).join(', ');
}

function time(seconds: number): string {
  return seconds === 0 ? 'none' : durationOf(seconds).text;
}

function began(clock: Breach['clock']): string {
  return clock === undefined ? 'an unknown time' : rfc3339(clock.record.deletedAt);
}

import { durationOf } from '../base/duration.js';
import { quoteName } from '../base/inert.js';
import { isSamePerson } from '../files/person.js';
import type { Plan } from '../plan/plan.js';
import { commonApprovers } from '../rules/strictest.js';
import type { RulesRecord } from '../state/records.js';
import { reviewerOf } from './approval.js';
import type { GateContext } from './context.js';
import type { Passage } from './passage.js';
import { secondsOf } from './protection-of.js';
import { type RecordChange, recordChangesIn } from './record-changes.js';
import type { PlanReason } from './whole-plan.js';

/** What a plan does with the rules in its state, and what an approver’s review has allowed of it. */
export interface RulesRecordVerdict {
  readonly why: readonly PlanReason[];
  readonly notices: readonly PlanReason[];
}

/** The rules that hold for a plan: those that its prior state has, too, and of each the stricter one. */
export function withRecordedRules(context: GateContext, plan: Plan): GateContext {
  const recorded = plan.prior.flatMap(({ record }) => (record.kind === 'Rules' ? [record] : []));
  return recorded.reduce(tightened, context);
}

function tightened(context: GateContext, { floor, approvers }: RulesRecord): GateContext {
  const seconds = secondsOf(floor);
  return {
    ...context,
    people: context.people ?? context.approvers,
    approvers: commonApprovers(context.approvers, approvers),
    floor: (stack) => {
      const own = context.floor(stack);
      return own.seconds >= seconds ? own : durationOf(seconds);
    },
  };
}

/**
 * Judges what a plan does with the record of the rules. Loosening it needs the review of an approver
 * and counts from the next plan on, since the prior state’s record holds for this one.
 *
 * @param outer - the rules without the record
 */
export function judgeRulesRecord(
  passage: Passage,
  context: GateContext,
  outer: GateContext,
): RulesRecordVerdict {
  const changes = recordChangesIn(passage);
  const reviewerFor = ({ approvers }: RulesRecord) =>
    // A record that names nobody can be loosened by whom the base names.
    reviewerOf(approvers.length === 0 ? outer : context);
  const why: PlanReason[] = [...doubled(changes, passage)];
  const notices: PlanReason[] = [];
  for (const each of changes) {
    const { before } = each;
    if (before?.kind !== 'Rules' || each.change.isUndecided) continue;
    const weakness = weaknessOf(each, before, passage);
    if (weakness === undefined) continue;
    const reviewer = weakness.isForReview ? reviewerFor(before) : undefined;
    const { address } = each.change;
    if (reviewer === undefined)
      why.push({ code: 'rules-record', address, message: weakness.message });
    else notices.push({ code: 'rules-record', address, message: allowed(reviewer, before) });
  }
  return { why, notices };
}

interface Weakness {
  /** Whether an approver may allow it. */
  readonly isForReview: boolean;
  readonly message: string;
}

function weaknessOf(
  { fate, after }: RecordChange,
  before: RulesRecord,
  passage: Passage,
): Weakness | undefined {
  const whose = `the record of the rules of ${quoteName(before.target)}`;
  if (fate === 'ends') {
    // With the last project, there is nothing left that they would be for.
    if (passage.after.guards.length === 0) return undefined;
    return { isForReview: true, message: `The plan takes ${whose} away. ${REMEDY}` };
  }
  if (after?.kind !== 'Rules' || after.target !== before.target) {
    return {
      isForReview: false,
      message: `The plan makes ${whose} something else, so that a later change could loosen them. Put its code back as it was.`,
    };
  }
  const looser = looserIn(before, after);
  if (looser.length === 0) return undefined;
  return {
    isForReview: true,
    message: `The plan loosens ${whose}: ${looser.join(', ')}. ${REMEDY}`,
  };
}

const REMEDY =
  'An approver whom the record names has to approve this change at the forge, and the review has to ask there; it counts from the next plan on. Or leave the rules as they are.';

function looserIn(before: RulesRecord, after: RulesRecord): readonly string[] {
  const [was, is] = [secondsOf(before.floor), secondsOf(after.floor)];
  // Each by its own account: of two with one id, the second could have another one's.
  const isKnown = ({ id, github }: RulesRecord['approvers'][number]) =>
    before.approvers.some(
      (each) =>
        isSamePerson(each.id, id) &&
        (github === undefined || (each.github !== undefined && isSamePerson(each.github, github))),
    );
  // The first approvers pass: nobody could review them.
  const isFirst = before.approvers.length === 0;
  const added = isFirst ? [] : after.approvers.filter((each) => !isKnown(each));
  const isLast = !isFirst && after.approvers.length === 0;
  return [
    ...(is < was ? [`the floor is ${after.floor} instead of ${before.floor}`] : []),
    ...added.map(({ id }) => `${quoteName(id)} comes to be an approver, or gets another account`),
    ...(isLast ? ['no approver is left'] : []),
  ];
}

/** One stack has one record of its rules: of two, a later plan could take the stricter one away. */
function doubled(changes: readonly RecordChange[], { plan }: Passage): readonly PlanReason[] {
  const begun = changes.filter(({ fate, after }) => fate === 'begins' && after?.kind === 'Rules');
  const stood = plan.prior.some(({ record }) => record.kind === 'Rules') ? 1 : 0;
  return begun.slice(1 - Math.min(1, stood)).map(({ change: { address } }) => ({
    code: 'rules-record',
    address,
    message:
      'The plan makes a second record of the rules, and one stack has one. Take the second one away.',
  }));
}

function allowed(reviewer: string, { target }: RulesRecord): string {
  return `${quoteName(reviewer)} has approved that the record of the rules of ${quoteName(target)} is loosened. It counts from the next plan on.`;
}

import { durationOf } from '../base/duration.js';
import { quoteName } from '../base/inert.js';
import { type Approver, isSamePerson } from '../files/person.js';
import { commonApprovers } from '../rules/strictest.js';
import { RULES_ADDRESS, type RulesRecord, type StateRecord } from '../state/records.js';
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

/**
 * The rules that hold for a plan: those that its prior state has, too, and of each the stricter one. They
 * stand at one address, where nothing that is unknown passes.
 */
export function withRecordedRules(context: GateContext, { before }: Passage): GateContext {
  const recorded = before.recordAt(RULES_ADDRESS);
  return recorded?.kind === 'Rules' ? tightened(context, recorded) : context;
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
  const why: PlanReason[] = [];
  const notices: PlanReason[] = [];
  for (const each of recordChangesIn(passage)) {
    if (each.change.isUndecided) continue;
    const { address } = each.change;
    const before = rulesAt(passage.formerAddress(address), each.before);
    const weakness = weaknessIn(each, before, passage, outer);
    if (weakness === undefined) continue;
    // A record that names nobody can be loosened by whom the base names.
    const isNobodys = (before?.approvers ?? []).length === 0;
    const reviewer = weakness.isForReview ? reviewerOf(isNobodys ? outer : context) : undefined;
    const reason = { code: 'rules-record', address };
    if (reviewer === undefined) why.push({ ...reason, message: weakness.message });
    else notices.push({ ...reason, message: allowed(reviewer, passage) });
  }
  return { why, notices: [...notices, ...ignored(passage)] };
}

/** The record of the rules; undefined where it is none, or not where it counts. */
function rulesAt(address: string, record: StateRecord | undefined): RulesRecord | undefined {
  return record?.kind === 'Rules' && address === RULES_ADDRESS ? record : undefined;
}

function weaknessIn(
  each: RecordChange,
  before: RulesRecord | undefined,
  passage: Passage,
  outer: GateContext,
): Weakness | undefined {
  return before === undefined
    ? weaknessOfFirst(each, passage, outer)
    : weaknessOf(each, before, passage, outer);
}

interface Weakness {
  /** Whether an approver may allow it. */
  readonly isForReview: boolean;
  readonly message: string;
}

function weaknessOf(
  { fate, change, after: now }: RecordChange,
  before: RulesRecord,
  passage: Passage,
  outer: GateContext,
): Weakness | undefined {
  const whose = `the record of the rules of ${quoteName(before.target)}`;
  if (fate === 'ends') {
    // With the last project, there is nothing left that they would be for.
    if (passage.after.guards.length === 0) return undefined;
    return { isForReview: true, message: `The plan takes ${whose} away. ${REMEDY}` };
  }
  const after = rulesAt(change.address, now);
  if (after?.target !== before.target) {
    return {
      isForReview: false,
      message: `The plan makes ${whose} something else, so that a later change could loosen them. Put its code back as it was.`,
    };
  }
  const looser = looserIn(before, after, outer);
  if (looser.length === 0) return undefined;
  return {
    isForReview: true,
    message: `The plan loosens ${whose}: ${looser.join(', ')}. ${REMEDY}`,
  };
}

const REMEDY =
  'An approver whom the record names has to approve this change at the forge, and the review has to ask there; it counts from the next plan on. Or leave the rules as they are.';

/** A stack’s first record, or one at a place where none counts. */
function weaknessOfFirst(
  { fate, change: { address }, after }: RecordChange,
  { plan }: Passage,
  outer: GateContext,
): Weakness | undefined {
  if (after?.kind !== 'Rules') return undefined;
  if (address !== RULES_ADDRESS) {
    if (fate !== 'begins' && fate !== 'replaced') return undefined;
    return {
      isForReview: false,
      message: `The plan makes a record of the rules, and one stack has one, at ${quoteName(RULES_ADDRESS)}. Take this one away.`,
    };
  }
  const differences = differencesIn(after, plan.stack, outer);
  if (differences.length === 0) return undefined;
  return {
    isForReview: true,
    message: `The plan makes the first record of the rules of ${quoteName(after.target)}, and these are not the rules of the base: ${differences.join(', ')}. Leave the record to reprieve.yaml, and review with the base that has it (\`--rules\`); or have an approver whom the base names approve this change at the forge.`,
  };
}

/** A record that nobody has held yet says what base and change say: whom else it names could stop everything. */
function differencesIn(record: RulesRecord, stack: string, outer: GateContext): readonly string[] {
  const floor = outer.floor(stack);
  const named = allowedBy(outer);
  const left = outer.approvers.filter(
    ({ id }) => !record.approvers.some((each) => isSamePerson(each.id, id)),
  );
  return [
    ...(secondsOf(record.floor) === floor.seconds
      ? []
      : [`the floor is ${record.floor} instead of ${floor.text}`]),
    ...addedTo(named, record),
    ...left.map(({ id }) => `${quoteName(id)} is left out`),
  ];
}

/** Where the base names nobody, the first approvers pass: nobody could review them. */
function allowedBy({ approvers, people = approvers }: GateContext): readonly Approver[] {
  return approvers.length > 0 ? approvers : people;
}

/** Each by its own account: of two with one id, the second could have another one's. */
function addedTo(known: readonly Approver[], { approvers }: RulesRecord): readonly string[] {
  const isKnown = ({ id, github }: RulesRecord['approvers'][number]) =>
    known.some(
      (each) =>
        isSamePerson(each.id, id) &&
        (github === undefined || (each.github !== undefined && isSamePerson(each.github, github))),
    );
  return approvers
    .filter((each) => !isKnown(each))
    .map(({ id }) => `${quoteName(id)} comes to be an approver, or gets another account`);
}

function looserIn(before: RulesRecord, after: RulesRecord, outer: GateContext): readonly string[] {
  const [was, is] = [secondsOf(before.floor), secondsOf(after.floor)];
  const isFirst = before.approvers.length === 0;
  const isLast = !isFirst && after.approvers.length === 0;
  return [
    ...(is < was ? [`the floor is ${after.floor} instead of ${before.floor}`] : []),
    ...addedTo(isFirst ? allowedBy(outer) : before.approvers, after),
    ...(isLast ? ['no approver is left'] : []),
  ];
}

/** What became one unseen, elsewhere: it counts for nothing, and may go. */
function ignored({ before, presentAddress, isDeleted }: Passage): readonly PlanReason[] {
  return before.rules
    .filter(({ address }) => address !== RULES_ADDRESS && !isDeleted(presentAddress(address)))
    .map(({ address }) => ({
      code: 'rules-ignored',
      address: presentAddress(address),
      message: `This has become a record of the rules, and those stand at ${quoteName(RULES_ADDRESS)} alone: it counts for nothing. Take it out of the code.`,
    }));
}

function allowed(reviewer: string, { plan }: Passage): string {
  return `${quoteName(reviewer)} has approved what the record of the rules of ${quoteName(plan.stack)} says. It counts from the next plan on.`;
}

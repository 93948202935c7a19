import { formatTimeLeft } from '../base/duration.js';
import { quoteName } from '../base/inert.js';
import { compareTexts } from '../base/order.js';
import { plural } from '../base/plural.js';
import {
  type Cause,
  CHANGE_ACTIONS,
  type ChangeCount,
  type Deletion,
  type DeletionKind,
  isForgotten,
  isMandatory,
  isStopped,
  POLICY_UNUSABLE,
  type PolicyFinding,
  RECORDS_GO,
  type Reason,
  type ReclamationEvent,
  type ReclamationKind,
  type Review,
  type RuleChange,
} from '../review/review.js';

import { foldedDeletions } from './folded.js';

const KINDS: Readonly<Record<DeletionKind, string>> = {
  blocked: 'blocked',
  'protection-removed': 'blocked, protection removed',
  'hard-delete': 'hard delete',
  reclaim: 'reclaim',
  unprotected: 'not protected',
};

const CAUSES: Readonly<Record<Cause, string>> = {
  'block-removed': 'its block was removed from the code',
  'module-removed': 'its module was removed from the code',
  'key-removed': 'its key was removed from for_each',
  'count-shrunk': 'the count shrank',
  'repetition-changed': 'count or for_each was added, removed or exchanged',
  'move-target-missing': 'it was moved to an address that the code does not have',
  disabled: 'it was disabled',
  'attribute-changed': 'a changed attribute forces a replacement',
  tainted: 'it is tainted',
  'replacement-requested': 'its replacement was asked for by -replace',
  'replacement-triggered': 'replace_triggered_by forces a replacement',
  'destroy-mode': 'the plan destroys everything',
  'period-over': 'its reclamation period is over',
  approved: 'a second person approved it',
  forgotten: 'it leaves the state, and the object stays without an owner',
  deposed: 'it was left behind by an earlier replacement',
  drift: 'it was deleted outside of Terraform',
  action: 'the action runs when something is destroyed',
  unknown: 'the plan does not say why',
};

const RECLAMATIONS: Readonly<Record<ReclamationKind, string>> = {
  'soft-delete': 'soft delete begins',
  pending: 'soft-deleted',
  restore: 'restored',
  'restore-too-late': 'restored too late: it would be empty',
};

/** What becomes of an object, in a few words. */
export function kindInWords(deletion: Pick<Deletion, 'kind' | 'actions'>): string {
  return isForgotten(deletion) ? 'let go of' : KINDS[deletion.kind];
}

/** Why an object ends, in a few words, without any name from the plan. */
export function causeInWords(deletion: Deletion): string {
  const cause = CAUSES[deletion.cause];
  return deletion.deferred === undefined ? cause : `${cause}; put off to a later plan`;
}

/** What happens to a deletion, in a few words. */
export function reclamationInWords(event: ReclamationEvent): string {
  return RECLAMATIONS[event.kind];
}

/** A point in time for people: `2026-01-08 00:00 UTC`. Seconds only where there are some. */
export function timeInWords(rfc3339: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?/.exec(rfc3339);
  if (match === null) return rfc3339;
  const seconds = match[3] === undefined || match[3] === ':00' ? '' : match[3];
  return `${match[1]} ${match[2]}${seconds} UTC`;
}

/** The time to a deadline as Code Engine prints it; empty where there is none. */
export function timeLeftInWords(event: ReclamationEvent): string {
  if (event.timeLeft === null) return '';
  return event.timeLeft === 0 ? 'over' : formatTimeLeft(event.timeLeft / 1000);
}

/** What a report is called. */
export function titleOf({ scope }: Review): string {
  return scope === 'policies' ? 'Policies' : 'Planned deletions';
}

/** The first line of every report. */
export function summaryLine(review: Review): string {
  const said = `${counts(review)}${nearestDeadline(review)}.`;
  if (review.verdict === 'blocked') return `Blocked${blockedBy(review)}: ${said}`;
  return `${passedInWords(review)}: ${said}`;
}

/** Until when something can be taken back, of what is nearest. */
function nearestDeadline({ scope, deletions, reclamations, reviewedAt }: Review): string {
  if (scope === 'policies') return '';
  const [nearest] = [...deletions.filter(isStopped), ...reclamations]
    .flatMap(({ recoverableUntil }) => recoverableUntil ?? [])
    .filter((each) => each > reviewedAt)
    .sort(compareTexts);
  return nearest === undefined ? '' : `; nearest deadline ${timeInWords(nearest)}`;
}

/** Where a policy can't be used, nobody knows whether there is something to stop for. */
function passedInWords({ notices }: Review): string {
  const isPartial = notices.some(({ code }) => code === POLICY_UNUSABLE);
  return isPartial ? 'Incomplete: a policy can’t be used' : 'Nothing to stop for';
}

/** What blocks, where none of what is counted does: no object that is stopped, no finding to mend. */
function blockedBy({ why, deletions, findings }: Review): string {
  if (deletions.some(isStopped) || findings.some(isMandatory)) return '';
  const codes = [...new Set(why.map(({ code }) => code))];
  const said = codes.slice(0, MOST_CODES).map((code) => WHY[code] ?? code.replaceAll('-', ' '));
  const more = codes.length > MOST_CODES ? [`${codes.length - MOST_CODES} more`] : [];
  return said.length === 0
    ? ''
    : ` by ${said.join(', ')}${more.map((it) => ` and ${it}`).join('')}`;
}

const MOST_CODES = 3;

/** Reasons whose code alone is no answer to "by what?". */
const WHY: Readonly<Record<string, string | undefined>> = {
  'plan-stale': 'the plan’s age',
  'plan-from-future': 'the plan’s time, which is yet to come',
  'plan-errored': 'an error of planning',
  'plan-incomplete': 'a plan that is not complete',
  'plan-partial': 'a plan of a part only',
  'rules-weakened': 'rules that get weaker',
  'rules-record': 'its record of the rules',
  'guard-removed': 'a guard that goes',
  'guard-edited': 'a guard that becomes something else',
  'member-removed': 'an object off a guard’s list',
  'period-shortened': 'a period that gets shorter',
  'record-unknown': 'a record that is only known after the apply',
  'record-unreadable': 'a record that can’t be read',
  'content-changed': 'content that changes while it can be taken back',
  'label-removed': 'a label that goes',
  'deadline-shortened': 'a deadline that gets shorter',
};

function counts(review: Review): string {
  return [
    ...(review.scope === 'policies' ? [] : [deletionCounts(review)]),
    ...(review.scope === 'deletions' ? [] : [findingCounts(review)]),
  ].join('; ');
}

function findingCounts({ findings }: Review): string {
  const open = findings.filter(({ state }) => state === 'open');
  const mandatory = open.filter(isMandatory).length;
  const parts = [
    [mandatory, 'to mend'],
    [open.length - mandatory, 'advisory'],
    [findings.filter(({ state }) => state === 'undecided').length, 'undecided'],
    [findings.filter(({ state }) => state === 'waived').length, 'waived'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, how]) => `${count} ${how}`);
  const total = plural(findings.length, 'policy finding');
  return said.length === 0 ? 'no policy finding' : `${total} (${said.join(', ')})`;
}

/** A hard deletion is one, however many objects it takes along. */
function hardCounts(review: Review): readonly (readonly [number, string, string])[] {
  const { hard, others } = foldedDeletions(review);
  const objects = plural(
    hard.reduce((sum, { deletions }) => sum + deletions.length, 0),
    'object',
  );
  const unasked = others.filter(({ kind }) => kind === 'hard-delete').length;
  return [
    [hard.length, `hard deletion of ${objects}`, `hard deletions of ${objects}`],
    [unasked, 'hard-deleted', 'hard-deleted'],
  ];
}

function deletionCounts(review: Review): string {
  const of = (...kinds: readonly DeletionKind[]) =>
    review.deletions.filter(({ kind }) => kinds.includes(kind)).length;
  const events = (kind: ReclamationKind) =>
    review.reclamations.filter((event) => event.kind === kind).length;
  const forgotten = review.deletions.filter(isForgotten).length;
  const parts = [
    [of('blocked', 'protection-removed'), 'deletion stopped', 'deletions stopped'],
    ...hardCounts(review),
    [of('reclaim'), 'reclaimed for good'],
    [of('unprotected') - forgotten, 'deleted without protection'],
    [forgotten, 'let go of, not deleted'],
    [events('soft-delete'), 'soft delete begins', 'soft deletes begin'],
    [events('pending'), 'soft-deleted'],
    [events('restore'), 'restored'],
    [events('restore-too-late'), 'restored too late'],
  ] as const;
  const said = parts
    .filter(([count]) => count > 0)
    .map(([count, one, many = one]) => `${count} ${count === 1 ? one : many}`);
  if (said.length > 0) return said.join(', ');
  const isOfRecords = review.notices.some(({ code }) => code === RECORDS_GO);
  return isOfRecords
    ? 'no object is deleted, only records of protection'
    : 'no deletion in this plan';
}

/** Where something comes from in the code, as a line of its own; nothing where that isn't known. */
export function placeInWords(source: Reason['source']): readonly string[] {
  if (source?.file === undefined) return [];
  const { file, line, path } = source;
  return [`at ${file}${line === undefined ? '' : `:${line}`} (${path})`];
}

/** What the section about creations, updates and the like is called. */
export const CHANGES_TITLE = 'Other changes';

/** More types than this of one action are counted, not named. */
const SHOWN_TYPES = 5;

/** What a plan changes besides, a line for each action: `create 12: 5 aws_s3_bucket, …`. */
export function changesInWords(
  changes: readonly ChangeCount[],
  named: (type: string) => string,
): readonly string[] {
  return CHANGE_ACTIONS.flatMap((action) => {
    const own = changes.filter((each) => each.action === action);
    if (own.length === 0) return [];
    const [first] = own;
    if (own.length === 1 && first !== undefined)
      return [`${action} ${first.count} ${named(first.type)}`];
    const types = own.slice(0, SHOWN_TYPES).map(({ type, count }) => `${count} ${named(type)}`);
    const others = own.slice(SHOWN_TYPES);
    const rest =
      others.length === 0 ? '' : ` and ${sumOf(others)} of ${plural(others.length, 'other type')}`;
    return [`${action} ${sumOf(own)}: ${types.join(', ')}${rest}`];
  });
}

/** The same without types: `create 12, update 3`. */
export function changeTotals(changes: readonly ChangeCount[]): string {
  return CHANGE_ACTIONS.flatMap((action) => {
    const own = changes.filter((each) => each.action === action);
    return own.length === 0 ? [] : [`${action} ${sumOf(own)}`];
  }).join(', ');
}

function sumOf(changes: readonly ChangeCount[]): number {
  return changes.reduce((sum, { count }) => sum + count, 0);
}

/** By which rules a review was made, where nobody has set any; for the head or foot of a report. */
export function rulesInWords({ rulesFrom }: Pick<Review, 'rulesFrom'>): string {
  return rulesFrom === 'defaults' ? ' by default rules: no reprieve.yaml was found' : '';
}

/** What the section about the rules is called. */
export const RULES_TITLE = 'Changes to the rules';

/** How a change has a rule otherwise than its base, as a sentence with its names between backticks. */
export function ruleInWords({ rule, before, after, direction }: RuleChange): string {
  const [was, is] = [before, after].map((each) => (each === null ? 'nothing' : quoteName(each)));
  return `${quoteName(rule)} becomes ${direction === 'neutral' ? 'another, neither weaker nor stricter' : direction}: ${was} before, ${is} after.`;
}

/** All of a finding in one line, for formats that have no fields for it. */
export function findingInFull(finding: PolicyFinding): string {
  const { level, state, message, remediation, address, pointer, source } = finding;
  const path = source === undefined ? '' : ` (${quoteName(source.path)})`;
  const at = `${level}, ${state}, at ${quoteName(`${address}${pointer}`)}${path}.`;
  return [message, remediation, at, ...waiverInWords(finding)].join(' ');
}

/** Who excepted a finding, until when and why, as a line of its own. */
export function waiverInWords({ waiver }: PolicyFinding): readonly string[] {
  if (waiver === undefined) return [];
  const { owner, expires, reason } = waiver;
  return [`Waived by ${quoteName(owner)} until ${quoteName(expires)}: ${quoteName(reason)}.`];
}

/** What a policy found, and on what. */
export function findingInWords(finding: PolicyFinding): string {
  const { level, state, policy, address, pointer } = finding;
  return `${level}, ${state}  ${policy}  ${address}${pointer}`;
}

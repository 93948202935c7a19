import { quoteName } from '../../base/inert.js';
import { parseTimestamp } from '../../base/timestamp.js';
import {
  APPROVAL_ANNOTATION,
  DEADLINE_ANNOTATION,
  SHORTER_PERIOD_ANNOTATION,
} from '../../model/marks.js';
import { type AuditFinding, note } from './finding.js';
import { wordsFor } from './marks.js';
import { type ClusterObject, nameOf } from './object.js';

/** Tells which approvals lie on objects: whoever may delete can use those that hold. */
export function auditApprovals(
  objects: readonly ClusterObject[],
  now: Date,
): readonly AuditFinding[] {
  return objects.flatMap((object) => [...hardDeletion(object, now), ...shorterPeriod(object)]);
}

function hardDeletion(object: ClusterObject, now: Date): readonly AuditFinding[] {
  const value = object.annotations[APPROVAL_ANNOTATION];
  if (value === undefined || value === '') return [];
  const why = voidBecause(value, object, now);
  const shown = quoteName(value.slice(0, 300));
  return [
    note(
      why === undefined ? 'approval/open' : 'approval/void',
      nameOf(object),
      why === undefined
        ? `It may be deleted for good, by another than the approver: ${shown}.`
        : `An approval of its hard deletion is void, ${why}: ${shown}.`,
      `If it is not wanted: kubectl annotate ${wordsFor(object)} ${APPROVAL_ANNOTATION}-`,
    ),
  ];
}

/** `USER UID EXPIRES DEADLINE`; a user's name may have spaces. */
function voidBecause(value: string, object: ClusterObject, now: Date): string | undefined {
  const [deadline, expires, uid] = value.split(' ').reverse();
  if (uid !== object.uid) return 'since it is for another object';
  if (deadline !== (object.annotations[DEADLINE_ANNOTATION] ?? 'live')) {
    return 'since the deadline is another one by now';
  }
  const until = parseTimestamp(expires ?? '').value;
  if (until === undefined) return 'since its time can’t be read';
  return until <= now.getTime() ? 'since it has expired' : undefined;
}

function shorterPeriod(object: ClusterObject): readonly AuditFinding[] {
  const value = object.annotations[SHORTER_PERIOD_ANNOTATION];
  if (value === undefined || value === '') return [];
  return [
    note(
      'approval/shorter-period',
      nameOf(object),
      `An approver allowed a shorter period: ${quoteName(value.slice(0, 300))}.`,
      `Once it is deployed, or if it is not wanted: kubectl annotate ${wordsFor(object)} ${SHORTER_PERIOD_ANNOTATION}-`,
    ),
  ];
}

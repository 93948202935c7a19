import { quoteName } from '../base/inert.js';
import { rfc3339 } from '../base/timestamp.js';
import { findApprover, isSamePerson, isSelfApproval } from '../files/person.js';
import type { HardDeletionRecord } from '../state/records.js';
import type { GateContext } from './context.js';
import type { Passage } from './passage.js';

/** Whether a hard deletion may go ahead, or why not. */
export type ApprovalVerdict =
  | { readonly approved: true; readonly by: string; readonly proven: boolean }
  | { readonly approved: false; readonly code: string; readonly message: string };

/**
 * Holds a hard deletion against the rules: somebody who may approve, other than the requester, for
 * the very object in the prior state, not expired; and, where the forge was asked, by an approving
 * review of this change, since a name in a file proves nothing.
 */
export function judgeApproval(
  record: HardDeletionRecord,
  passage: Passage,
  context: GateContext,
): ApprovalVerdict {
  const { target, approvedBy, requestedBy, expires, uid } = record;
  const approver = findApprover(context.approvers, approvedBy);
  if (isSelfApproval(approvedBy, requestedBy, context.approvers)) {
    return refused(
      'approval-self',
      `${quoteName(approvedBy)} asked for the hard deletion of ${quoteName(target)} and can’t approve it. Another person has to.`,
    );
  }
  if (approver === undefined) {
    return refused(
      'approval-unknown',
      `${quoteName(approvedBy)} is not listed under approvers in reprieve.yaml. Ask somebody who is to approve the hard deletion of ${quoteName(target)}.`,
    );
  }
  if (expires === undefined || expires.getTime() <= (record.executedAt ?? context.now).getTime()) {
    const when =
      expires === undefined ? 'has no expiry that can be read' : `expired at ${rfc3339(expires)}`;
    return refused(
      'approval-expired',
      `The approval of the hard deletion of ${quoteName(target)} ${when}. Ask for a new one.`,
    );
  }
  const known = uidsOf(target, passage);
  if (known.length === 0 || known.some((each) => each !== uid)) {
    const [other] = known.filter((each) => each !== uid);
    const there =
      other === undefined
        ? 'no object of that name is recorded'
        : `the object there is ${quoteName(other)}`;
    return refused(
      'approval-uid',
      `The approval of the hard deletion of ${quoteName(target)} is for the object ${quoteName(uid)}, and ${there}. Approve the object that is there.`,
    );
  }
  const { approvals } = context;
  if (approvals === undefined) return { approved: true, by: approver.id, proven: false };
  const isProven = approvals.some(
    ({ by }) => approver.github !== undefined && isSamePerson(approver.github, by),
  );
  return isProven
    ? { approved: true, by: approver.id, proven: true }
    : refused(
        'approval-unproven',
        `deletions.yaml says that ${quoteName(approvedBy)} approved the hard deletion of ${quoteName(target)}, and no approving review of theirs stands on the newest commit. They have to approve this change.`,
      );
}

/** What the records say, all of them, and what the objects say that the plan ends. */
function uidsOf(target: string, { plan, before }: Passage): readonly string[] {
  const recorded = [...before.uidsOf(target)];
  const ending = plan.changes.filter(
    ({ uids, base, previous }) =>
      uids.length > 0 &&
      before.listingsOf(previous?.base ?? base).some((listing) => listing.target === target),
  );
  const isThere =
    ending.length === 0 || ending.some(({ uids }) => uids.includes(recorded[0] ?? ''));
  return isThere ? recorded : [...recorded, ...(ending[0]?.uids ?? [])];
}

/** The approver of a change, by an approving review of theirs; undefined where there is none. */
export function reviewerOf({ approvers, approvals }: GateContext): string | undefined {
  return approvers.find(({ github }) =>
    approvals?.some(({ by }) => github !== undefined && isSamePerson(github, by)),
  )?.id;
}

function refused(code: string, message: string): ApprovalVerdict {
  return { approved: false, code, message };
}

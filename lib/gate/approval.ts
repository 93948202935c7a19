import { quoteName } from '../base/inert.js';
import { rfc3339 } from '../base/timestamp.js';
import { type Approver, findApprover, hasAccount, isSelfApproval } from '../files/person.js';
import { MAX_APPROVAL } from '../model/limits.js';
import type { HardDeletionRecord } from '../state/records.js';
import type { GateContext } from './context.js';
import type { Passage } from './passage.js';

/** Whether a hard deletion may go ahead, or why not. */
export type ApprovalVerdict =
  | { readonly approved: true; readonly by: string; readonly proven: boolean }
  | { readonly approved: false; readonly code: string; readonly message: string };

/**
 * Holds a hard deletion against the rules: somebody whom the base names, other than the requester,
 * for the very object in the prior state, within its time; and by an approving review of this change
 * that the forge has, since a name in a file proves nothing.
 */
export function judgeApproval(
  record: HardDeletionRecord,
  passage: Passage,
  context: GateContext,
): ApprovalVerdict {
  const { target, approvedBy, requestedBy, uid } = record;
  const { approvers, people = approvers } = context;
  const approver = findApprover(approvers, approvedBy);
  if (isSelfApproval(approvedBy, requestedBy, people)) {
    return refused(
      'approval-self',
      `${quoteName(approvedBy)} asked for the hard deletion of ${quoteName(target)} and can’t approve it. Another person has to.`,
    );
  }
  if (approvers.length === 0) {
    return refused(
      'no-approvers',
      `No hard deletion passes, that of ${quoteName(target)} neither: the rules that hold for this change name no approvers. Name them under approvers in reprieve.yaml, in a change of their own, and delete after it is merged; or use mode: soft.`,
    );
  }
  if (approver === undefined) {
    return refused(
      'approval-unknown',
      `${quoteName(approvedBy)} is not an approver whom the base of this change names in reprieve.yaml. Ask somebody who is to approve the hard deletion of ${quoteName(target)}.`,
    );
  }
  const late = judgeTimes(record, context);
  if (late !== undefined) return late;
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
  return judgeProof(record, approver, context);
}

/** When it was given, and until when it counts. */
function judgeTimes(
  { target, expires, executedAt, approvedAt }: HardDeletionRecord,
  { now, clockTolerance }: GateContext,
): ApprovalVerdict | undefined {
  const whose = `The approval of the hard deletion of ${quoteName(target)}`;
  if (expires === undefined || expires.getTime() <= (executedAt ?? now).getTime()) {
    const when =
      expires === undefined ? 'has no expiry that can be read' : `expired at ${rfc3339(expires)}`;
    return refused('approval-expired', `${whose} ${when}. Ask for a new one.`);
  }
  if (approvedAt === undefined) return undefined;
  if (approvedAt.getTime() > now.getTime() + clockTolerance.seconds * 1000) {
    return refused(
      'approval-future',
      `${whose} says that it was given at ${rfc3339(approvedAt)}, and it is ${rfc3339(now)} now. Ask for a new one.`,
    );
  }
  const isTooLong = expires.getTime() - approvedAt.getTime() > MAX_APPROVAL * 1000;
  return isTooLong
    ? refused('approval-expired', `${whose} counts for longer than 7 days. Ask for a new one.`)
    : undefined;
}

/** What the file says needs a proof: the forge's review, unless the base's settings trust the file. */
function judgeProof(
  { target, approvedBy, approvedAt }: HardDeletionRecord,
  approver: Approver,
  { approvals, approvalNotes = [], trustsFile = false }: GateContext,
): ApprovalVerdict {
  if (hasApproved(approver, approvals)) return { approved: true, by: approver.id, proven: true };
  if (trustsFile && approvedAt !== undefined) {
    return { approved: true, by: approver.id, proven: false };
  }
  if (trustsFile) {
    return refused(
      'approval-undated',
      `The plan does not say when the hard deletion of ${quoteName(target)} was approved, so the word of deletions.yaml can’t count. Plan with a version of Reprieve that records it.`,
    );
  }
  const said = `deletions.yaml says that ${quoteName(approvedBy)} approved the hard deletion of ${quoteName(target)}`;
  if (approvals === undefined) {
    return refused(
      'approval-unproven',
      `${said}, and no forge was asked, while a file proves nothing. Review the plan where the forge can be asked: \`reprieve github\` or \`reprieve gitlab\`.`,
    );
  }
  const account =
    approver.github === undefined
      ? `The base gives no account of theirs (\`github\` under approvers).`
      : 'They have to approve this change.';
  return refused(
    'approval-unproven',
    [
      `${said}, and no approving review of theirs counts for the newest commit.`,
      account,
      ...approvalNotes,
    ].join(' '),
  );
}

/** What the records say, all of them, and what the objects say that the plan ends. */
function uidsOf(target: string, { plan, before }: Passage): readonly string[] {
  const recorded = [...before.uidsOf(target)];
  const ending = plan.changes.filter(
    ({ uids, address, previous }) =>
      uids.length > 0 &&
      before.listingsOf(previous?.address ?? address).some((listing) => listing.target === target),
  );
  const isThere =
    ending.length === 0 || ending.some(({ uids }) => uids.includes(recorded[0] ?? ''));
  return isThere ? recorded : [...recorded, ...(ending[0]?.uids ?? [])];
}

/** The approver of a change, by an approving review of theirs; undefined where there is none. */
export function reviewerOf({
  approvers,
  approvals,
}: Pick<GateContext, 'approvers' | 'approvals'>): string | undefined {
  return approvers.find((approver) => hasApproved(approver, approvals))?.id;
}

/** Whether an approver has given one of the approving reviews. */
export function hasApproved(approver: Approver, approvals: GateContext['approvals']): boolean {
  return approvals?.some(({ by }) => hasAccount(approver, by)) === true;
}

function refused(code: string, message: string): ApprovalVerdict {
  return { approved: false, code, message };
}

import { rfc3339 } from '../base/timestamp.js';
import type { RequestNote } from '../review/review.js';
import { judgeApproval } from './approval.js';
import type { ObjectGate } from './ends.js';

/**
 * Who asked for the hard deletions that a plan begins, as its records say; and who approved them, where
 * that counts. What a record says of an approval that doesn't, nobody is to take for one.
 */
export function hardRequests({
  passage,
  context,
  hardDeletions,
}: Pick<ObjectGate, 'passage' | 'context' | 'hardDeletions'>): readonly RequestNote[] {
  return [...hardDeletions.values()].map((record) => {
    const { target, requestedBy, approvedBy, expires } = record;
    const asked = { stack: passage.plan.stack, target, mode: 'hard', requestedBy } as const;
    if (!judgeApproval(record, passage, context).approved) return asked;
    return {
      ...asked,
      approvedBy,
      ...(expires === undefined ? {} : { approvedUntil: rfc3339(expires) }),
    };
  });
}

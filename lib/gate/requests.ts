import { rfc3339 } from '../base/timestamp.js';
import type { RequestNote } from '../review/review.js';
import type { HardDeletionRecord } from '../state/records.js';

/** Who asked for the hard deletions that a plan begins, and who approved them, as its records say. */
export function hardRequests(
  stack: string,
  records: ReadonlyMap<string, HardDeletionRecord>,
): readonly RequestNote[] {
  return [...records.values()].map(({ target, requestedBy, approvedBy, expires }) => ({
    stack,
    target,
    mode: 'hard',
    requestedBy,
    approvedBy,
    ...(expires === undefined ? {} : { approvedUntil: rfc3339(expires) }),
  }));
}

import { rfc3339Seconds } from '../../base/timestamp.js';
import type { Recorded } from '../../certificate/match.js';
import { type StackState, statusOf } from '../../state/state.js';

/** A target's deletion as the state has it, to find the evidence that is about this one. */
export function recordedDeletion(state: StackState, stack: string, target: string): Recorded {
  const { deletedAt, remaining, gone } = statusOf(state, target);
  return {
    stack,
    target,
    deletedAt: deletedAt === undefined ? undefined : rfc3339Seconds(deletedAt),
    uid: state.uids.get(target),
    addresses: [...remaining, ...gone],
  };
}

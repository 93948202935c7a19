import { parseDuration } from '../../base/duration.js';
import { rfc3339 } from '../../base/timestamp.js';
import { type ClusterObject, deadlineOf } from '../audit/object.js';

/** When a deletion began, told from the deadline that its objects carry. */
export interface FoundClock {
  /** RFC 3339, in whole seconds as Terraform writes it. */
  readonly deletedAt: string;
  /** In Terraform's units. */
  readonly period: string;
  readonly deadline: Date;
}

/** Why a deletion's clock can't be taken over: it then begins anew, which is never earlier. */
export type LostClock = 'no-deadline' | 'over';

/**
 * The clock of a deletion by the latest deadline that any of its objects carries. A deadline that
 * has passed is not believed: with a lost state nobody could tell whether it was moved.
 */
export function clockIn(
  objects: readonly ClusterObject[],
  period: string,
  now: Date,
): FoundClock | LostClock {
  const deadlines = objects.flatMap((it) => deadlineOf(it)?.getTime() ?? []);
  if (deadlines.length === 0) return 'no-deadline';
  const deadline = Math.max(...deadlines);
  if (deadline <= now.getTime()) return 'over';
  const length = (parseDuration(period).value?.seconds ?? 0) * 1000;
  // A period that was made shorter since would have it begin in the future.
  const deletedAt = Math.floor(Math.min(deadline - length, now.getTime()) / 1000) * 1000;
  const kept = deadline - length === deletedAt;
  return {
    deletedAt: rfc3339(new Date(deletedAt)),
    period: kept ? period : `${Math.ceil((deadline - deletedAt) / 1000)}s`,
    deadline: new Date(deadline),
  };
}

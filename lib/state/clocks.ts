import { lineage } from '../model/deletion-target.js';

/**
 * Each target's clock. Of two for one target the later one counts, so that a second can't shorten
 * the first.
 */
export function clocksByTarget<T extends { readonly target: string; readonly reclaimAfter: Date }>(
  clocks: readonly T[],
): ReadonlyMap<string, T> {
  const ascending = [...clocks].sort((a, b) => Number(a.reclaimAfter) - Number(b.reclaimAfter));
  return new Map(ascending.map((clock) => [clock.target, clock]));
}

/** The clock that ends a target first: its own or its project's. */
export function earliestClock<T>(
  target: string,
  clocks: ReadonlyMap<string, T>,
  deadlineOf: (clock: T) => Date,
): T | undefined {
  const [own, around] = lineage(target).map((each) => clocks.get(each));
  if (own === undefined || around === undefined) return own ?? around;
  return deadlineOf(own).getTime() <= deadlineOf(around).getTime() ? own : around;
}

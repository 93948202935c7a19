import type { Reason } from '../review/review.js';

/** The same reason for several resources, said once. */
export interface ReasonGroup {
  readonly first: Reason;
  /** Every address that the reason is about; empty where the whole plan is meant. */
  readonly addresses: readonly string[];
}

/** Puts together what differs by the address alone, in the order in which it came. */
export function groupReasons(reasons: readonly Reason[]): readonly ReasonGroup[] {
  const groups = new Map<string, Reason[]>();
  for (const why of reasons) {
    const key = JSON.stringify([
      why.stack,
      why.code,
      why.message,
      why.source?.file,
      why.source?.line,
    ]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [why]);
    else known.push(why);
  }
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    return [{ first, addresses: same.map(({ address }) => address).filter((each) => each !== '') }];
  });
}

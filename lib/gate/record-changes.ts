import { creates, ends, type ResourceChange } from '../plan/change.js';
import type { StateRecord } from '../state/records.js';
import type { Passage } from './passage.js';

/** What a plan does with a record of protection. */
export interface RecordChange {
  readonly change: ResourceChange;
  /** What it was; undefined where it was none. */
  readonly before: StateRecord | undefined;
  /** What it will be; undefined where it will be none. */
  readonly after: StateRecord | undefined;
  /** Whether it goes, comes, becomes another one, or stays. */
  readonly fate: 'ends' | 'begins' | 'replaced' | 'edited' | 'stays';
}

/** Every record of protection that the plan mentions, before or after it. */
export function recordChangesIn({ plan, before: prior, formerAddress }: Passage) {
  const known = (address: string) => prior.recordAt(formerAddress(address));
  return plan.changes
    .filter(({ deposed }) => deposed === undefined)
    .map((change): RecordChange => {
      const before = change.before ?? known(change.address);
      const { after } = change;
      return { change, before, after, fate: fateOf(change) };
    })
    .filter(({ before, after }) => before !== undefined || after !== undefined);
}

function fateOf(change: ResourceChange): RecordChange['fate'] {
  if (ends(change)) return creates(change) ? 'replaced' : 'ends';
  if (creates(change)) return 'begins';
  return change.actions.includes('update') ? 'edited' : 'stays';
}

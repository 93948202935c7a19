import { lineage } from '../model/deletion-target.js';
import { withoutIndex } from '../state/address.js';
import type {
  Guard,
  HardDeletionRecord,
  RulesRecord,
  StateRecord,
  Tombstone,
} from '../state/records.js';

/** A record of protection and the address that it has in its own state, index included. */
export interface Placed<R extends StateRecord = StateRecord> {
  readonly address: string;
  readonly record: R;
}

/** A guard's word that an object goes with a target. */
export interface Listing {
  readonly target: string;
  readonly guard: Placed<Guard>;
}

/**
 * The records of protection in one state, before a plan or after it: who lists what, and which
 * clocks count. Lookups cost the same however many objects there are.
 */
export class Standing {
  readonly guards: readonly Placed<Guard>[];
  readonly tombstones: readonly Placed<Tombstone>[];
  readonly hardDeletions: readonly Placed<HardDeletionRecord>[];
  readonly rules: readonly Placed<RulesRecord>[];
  private readonly uids = new Map<string, Set<string>>();
  private readonly at: ReadonlyMap<string, StateRecord>;
  private readonly listings = new Map<string, Listing[]>();
  private readonly clocks: ReadonlyMap<string, readonly Placed<Tombstone>[]>;
  private readonly ends: ReadonlyMap<string, readonly Placed<HardDeletionRecord>[]>;
  private readonly byTarget = new Map<string, string[]>();

  constructor(records: readonly Placed[]) {
    this.at = new Map(records.map(({ address, record }) => [address, record]));
    this.guards = ofKind(records, 'Guard');
    this.tombstones = ofKind(records, 'Tombstone');
    this.hardDeletions = ofKind(records, 'HardDeletion');
    this.rules = ofKind(records, 'Rules');
    this.clocks = byTarget(this.tombstones);
    this.ends = byTarget(this.hardDeletions);
    for (const guard of this.guards) this.list(guard);
    for (const { record } of ofKind(records, 'Identity')) {
      for (const [target, uid] of record.uids) put(this.uids, target, new Set()).add(uid);
    }
  }

  recordAt(address: string): StateRecord | undefined {
    return this.at.get(address);
  }

  /**
   * What guards say of the object at an address: what one says of that very instance counts before
   * what it says of all instances.
   */
  listingsOf(address: string): readonly Listing[] {
    const base = withoutIndex(address);
    const ofAll = this.listings.get(base) ?? [];
    const own = address === base ? undefined : this.listings.get(address);
    if (own === undefined) return ofAll;
    return [...own, ...ofAll.filter(({ guard }) => own.every((each) => each.guard !== guard))];
  }

  /** Every address that a guard lists, with an index where it lists an instance by itself. */
  get listed(): Iterable<string> {
    return this.listings.keys();
  }

  /** Addresses of what goes with a target, in the order of the guards. */
  membersOf(target: string): readonly string[] {
    return this.byTarget.get(target) ?? [];
  }

  /** The clocks of a target and its project, whether they count or not. */
  clocksOver(target: string): readonly Placed<Tombstone>[] {
    return lineage(target).flatMap((each) => this.clocks.get(each) ?? []);
  }

  /** The hard deletions of a target and its project. */
  hardDeletionsOver(target: string): readonly Placed<HardDeletionRecord>[] {
    return lineage(target).flatMap((each) => this.ends.get(each) ?? []);
  }

  /** Every uid that a record has of a target's root object. */
  uidsOf(target: string): ReadonlySet<string> {
    return this.uids.get(target) ?? new Set();
  }

  /**
   * Clocks that end an object: every guard that lists it has to name the clock's address. Guards of
   * version 0.1 name none; where one target has two clocks there, the later one counts.
   */
  countingClocks(listings: readonly Listing[]): readonly Placed<Tombstone>[] {
    const [first] = listings;
    if (first === undefined) return [];
    const counting = this.clocksOver(first.target).filter((clock) =>
      listings.every((listing) => counts(clock, listing)),
    );
    const byTarget = new Map<string, Placed<Tombstone>>();
    for (const clock of counting) {
      const known = byTarget.get(clock.record.target);
      const isLater = known === undefined || clock.record.reclaimAfter > known.record.reclaimAfter;
      if (isLater) byTarget.set(clock.record.target, clock);
    }
    return [...byTarget.values()];
  }

  private list(guard: Placed<Guard>): void {
    for (const { address, target } of guard.record.members) {
      put(this.listings, address, []).push({ target, guard });
      for (const each of lineage(target)) put(this.byTarget, each, []).push(address);
    }
  }
}

/** Whether a guard that lists an object lets a clock end it. */
function counts({ address, record }: Placed<Tombstone>, { target, guard }: Listing): boolean {
  if (!lineage(target).includes(record.target)) return false;
  const { clocks } = guard.record;
  return clocks === undefined || clocks.get(record.target) === address;
}

function ofKind<K extends StateRecord['kind']>(records: readonly Placed[], kind: K) {
  return records.filter(
    (each): each is Placed<Extract<StateRecord, { kind: K }>> => each.record.kind === kind,
  );
}

function byTarget<R extends StateRecord>(records: readonly Placed<R>[]) {
  const found = new Map<string, Placed<R>[]>();
  for (const each of records) put(found, each.record.target, []).push(each);
  return found;
}

function put<V>(map: Map<string, V>, key: string, fresh: V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  map.set(key, fresh);
  return fresh;
}

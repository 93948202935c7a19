import { clocksByTarget, earliestClock } from '../reclamation/clocks.js';
import {
  type Guard,
  type HardDeletionRecord,
  ofKind,
  type Tombstone,
} from '../reclamation/records.js';
import { lineage } from '../reclamation/target.js';
import type { Change } from './change.js';
import type { Plan } from './plan.js';

/** What the prior state says of an object. */
export interface Membership {
  /** The deletion target; the project alone where only the object's own label tells. */
  readonly target: string;
  /** Whether a guard lists it. An object that only its label protects has no clock to trust. */
  readonly isGuarded: boolean;
}

/**
 * What protects what, told from the prior state alone: nobody who edits code can change it.
 * Lookups cost the same however many objects there are.
 */
export class Protection {
  readonly guards: ReadonlyMap<string, Guard>;
  readonly tombstones: ReadonlyMap<string, Tombstone>;
  readonly hardDeletions: ReadonlyMap<string, HardDeletionRecord>;
  readonly uids: ReadonlyMap<string, string>;
  private readonly members = new Map<string, string[]>();
  private readonly moved: ReadonlyMap<string, string>;
  private readonly byTarget = new Map<string, string[]>();

  constructor(private readonly plan: Plan) {
    const records = plan.prior.map(({ record }) => record);
    this.guards = byTarget(ofKind(records, 'Guard'));
    this.tombstones = clocksByTarget(ofKind(records, 'Tombstone'));
    this.hardDeletions = byTarget(ofKind(records, 'HardDeletion'));
    this.uids = new Map(ofKind(records, 'Identity').flatMap(({ uids }) => [...uids]));
    this.moved = new Map(
      plan.changes.flatMap(({ previous, base }) =>
        previous === undefined ? [] : [[previous.base, base] as const],
      ),
    );
    for (const { members } of ofKind(records, 'Guard')) {
      for (const { address, target } of members) {
        const known = this.members.get(address);
        if (known === undefined) this.members.set(address, [target]);
        else known.push(target);
        for (const each of lineage(target)) this.list(each).push(address);
      }
    }
  }

  /** What an object belongs to; undefined where nothing protects it. */
  membershipOf(change: Change): Membership | undefined {
    const target =
      this.targetOf(change.base) ??
      (change.previous === undefined ? undefined : this.targetOf(change.previous.base));
    if (target !== undefined) return { target, isGuarded: true };
    const { isProtected, project } = change.marks;
    return isProtected ? { target: project ?? '', isGuarded: false } : undefined;
  }

  /**
   * The target that a guard lists an address under. Where several do, it is the one that protects
   * it longest: a second guard can't shorten the first one's word.
   */
  targetOf(base: string): string | undefined {
    const targets = this.members.get(base);
    if (targets === undefined || targets.length < 2) return targets?.[0];
    const until = (target: string) =>
      this.clockOf(target)?.reclaimAfter.getTime() ?? Number.POSITIVE_INFINITY;
    return targets.reduce((a, b) => (until(b) > until(a) ? b : a));
  }

  /** Addresses of what goes with a target, without indices, in order. */
  membersOf(target: string): readonly string[] {
    return this.byTarget.get(target) ?? [];
  }

  /** Members of a target that the prior state still has, by the names that the guard has. */
  remaining(target: string): readonly string[] {
    return this.membersOf(target).filter((base) => this.isThere(base));
  }

  /** Whether the prior state has an object, under its own address or the one it is moved to. */
  isThere(base: string): boolean {
    return this.plan.priorBases.has(base) || this.plan.priorBases.has(this.addressNow(base));
  }

  /** Where the plan moves an object to; its own address if it stays. */
  addressNow(base: string): string {
    return this.moved.get(base) ?? base;
  }

  /** The clock that ends a target first: its own or its project's. */
  clockOf(target: string): Tombstone | undefined {
    return earliestClock(target, this.tombstones, (clock) => clock.reclaimAfter);
  }

  private list(target: string): string[] {
    const known = this.byTarget.get(target);
    if (known !== undefined) return known;
    const made: string[] = [];
    this.byTarget.set(target, made);
    return made;
  }
}

/** Whether a target or its project is among some. */
export function isAmong(target: string, targets: ReadonlySet<string>): boolean {
  return lineage(target).some((each) => targets.has(each));
}

/** What there is for a target or else for its project. */
export function nearestOf<T>(target: string, known: ReadonlyMap<string, T>): T | undefined {
  return lineage(target)
    .map((each) => known.get(each))
    .find((each) => each !== undefined);
}

function byTarget<T extends { readonly target: string }>(records: readonly T[]) {
  return new Map(records.map((record) => [record.target, record]));
}

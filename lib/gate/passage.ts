import { creates, ends, type ResourceChange } from '../plan/change.js';
import type { ReadLabels } from '../plan/marks.js';
import type { Plan } from '../plan/plan.js';
import { placesOf, withoutIndex } from '../state/address.js';
import type { StateRecord } from '../state/records.js';
import { strongest } from './protection-of.js';
import { type Placed, Standing } from './standing.js';

/** An object that the prior state has, and what the plan does with it. */
export interface StandingObject {
  /** With its index where the plan tells it. */
  readonly address: string;
  /** The same without index. */
  readonly base: string;
  /** Where it was before the plan's moves: by this address the prior guards know it. */
  readonly former: string;
  /** Undefined where the plan leaves it as it is. */
  readonly change: ResourceChange | undefined;
  /** What it says about itself, as strong as the state or the refreshed object has it. */
  readonly marks: ReadLabels | undefined;
}

/**
 * A plan as the way from one state of protection to another. The prior state in a plan has moves
 * and refresh already made, and its guards still name what was moved by the former addresses.
 */
export class Passage {
  readonly before: Standing;
  readonly after: Standing;
  private readonly formerOf = new Map<string, string>();
  private readonly presentOf = new Map<string, string>();
  /** Where objects were that the plan changes, with their index and without. */
  private readonly formerPlaces = new Set<string>();
  private readonly deleted = new Set<string>();
  private readonly drifted: ReadonlyMap<string, ReadLabels>;
  private readonly changed = new Map<string, number>();

  constructor(readonly plan: Plan) {
    for (const change of plan.changes) this.note(change);
    this.drifted = new Map(plan.drift.map(({ address, marks }) => [address, marks]));
    this.before = new Standing(
      plan.prior.map(({ address, record }) => ({ address: this.formerAddress(address), record })),
    );
    this.after = new Standing(planned(plan));
  }

  private note(change: ResourceChange): void {
    const { address, previous, deposed, hasBefore, actions } = change;
    if (hasBefore && deposed === undefined) this.notePlaces(change);
    if (actions.length === 1 && actions[0] === 'delete') this.deleted.add(address);
    if (previous === undefined) return;
    this.formerOf.set(address, previous.address);
    this.presentOf.set(previous.address, address);
  }

  private notePlaces(change: ResourceChange): void {
    for (const place of placesOf(change.address, change.base)) {
      this.changed.set(place, (this.changed.get(place) ?? 0) + 1);
    }
    const former = change.previous ?? change;
    if (!change.importing) this.formerPlaces.add(former.address).add(former.base);
  }

  /** Where something was before the plan's moves. */
  readonly formerAddress = (address: string): string => this.formerOf.get(address) ?? address;

  /** Where something is after the plan's moves. */
  readonly presentAddress = (former: string): string => this.presentOf.get(former) ?? former;

  /** Whether the plan deletes what is at an address, and leaves nothing there. */
  readonly isDeleted = (address: string): boolean => this.deleted.has(address);

  /** An object that the plan changes. */
  objectOf(change: ResourceChange): StandingObject {
    const { address, base, previous } = change;
    const drifted = this.drifted.get(address);
    const marks = drifted === undefined ? change.marks : strongest(change.marks, drifted);
    // What is imported was never at its address: no guard has listed it there.
    const former = change.importing ? '' : (previous?.address ?? address);
    return { address, base, former, change, marks };
  }

  /** Objects that were there and that a guard or their own label may protect. */
  *objects(): Iterable<StandingObject> {
    for (const change of this.plan.changes) {
      if (change.hasBefore && change.deposed === undefined) yield this.objectOf(change);
    }
    const listed = [...this.before.listed];
    // An instance that only the new guards list by itself went with what it is an instance of.
    const apart = [...this.after.listed].filter((each) => each !== withoutIndex(each));
    for (const address of new Set([...listed, ...apart])) {
      const isKnown = this.before.listingsOf(address).length > 0;
      if (isKnown && this.hasIdle(address)) yield idle(address);
    }
  }

  /** Objects that a guard lists after the plan and none listed before: new ones, and joining ones. */
  *joining(): Iterable<Pick<StandingObject, 'address' | 'base' | 'change'>> {
    for (const change of this.plan.changes) {
      const { address, base, deposed } = change;
      if (deposed !== undefined || (ends(change) && !creates(change))) continue;
      const isNew = !change.hasBefore || creates(change) || change.importing;
      const former = change.previous?.address ?? address;
      if (isNew || this.before.listingsOf(former).length === 0) yield { address, base, change };
    }
    for (const listed of this.after.listed) {
      const wasListed = this.before.listingsOf(listed).length > 0;
      if (!wasListed && this.hasIdle(listed)) yield idle(listed);
    }
  }

  /** Whether the prior state has an object that its guards know by an address. */
  isThere(address: string): boolean {
    return this.formerPlaces.has(address) || this.hasIdle(address);
  }

  /**
   * Whether the prior state has objects at an address that the plan leaves as they are; without an
   * index it is about all instances.
   */
  hasIdle(address: string): boolean {
    return (this.plan.priorPlaces.get(address) ?? 0) > (this.changed.get(address) ?? 0);
  }
}

function idle(address: string): StandingObject {
  const base = withoutIndex(address);
  return { address, base, former: address, change: undefined, marks: undefined };
}

/** The records as the plan would leave them. */
function planned(plan: Plan): readonly Placed[] {
  const records = new Map<string, StateRecord>(
    plan.prior.map(({ address, record }) => [address, record]),
  );
  for (const change of plan.changes) {
    if (change.deposed !== undefined) continue;
    const { address, after } = change;
    const isGone = (ends(change) && !creates(change)) || after === undefined || change.isUndecided;
    if (isGone) records.delete(address);
    else records.set(address, after);
  }
  return [...records].map(([address, record]) => ({ address, record }));
}

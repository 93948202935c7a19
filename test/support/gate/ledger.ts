import { parseDuration } from '../../../lib/base/duration.js';
import {
  type Guard,
  readRecord,
  type StateRecord,
  type Tombstone,
} from '../../../lib/state/records.js';
import { at, baseOf, type ModelPlan, type State } from './terraform.js';
import type { Proposal } from './world.js';

/** What was promised to an object of a project: not by the gate, but by what everybody could see. */
interface Promised {
  /** Seconds that its deletion can be taken back. */
  period: number;
  /** What it went with when it was first listed: its own deletion, and no other, may end it. */
  target: string;
  /** Whether it has carried our label. */
  readonly isMarked: boolean;
  /** The clocks that were openly begun for it, by their ids, and when. */
  readonly clocks: Map<string, { readonly begun: number; readonly period: number }>;
}

/** An object that ended, or lost what it held, before its first clock had run out. */
export interface Broken {
  readonly id: string;
  readonly address: string;
  readonly what: 'ended' | 'emptied';
}

/** Nobody may promise less, in seconds. */
export const FLOOR = 10;

/**
 * Notes what was promised to each object from the time when a guard first listed it, and which
 * promises were broken. It knows nothing of the gate.
 */
export class Ledger {
  readonly broken: Broken[] = [];
  /** Whether the state has lost its records: only marks are left to go by. */
  hasLost = false;
  private readonly promised = new Map<string, Promised>();

  hasPromised(id: string): boolean {
    return this.promised.has(id);
  }

  /** Objects and clocks get other ids. */
  rename(idOf: (id: string) => string): void {
    for (const [id, promise] of [...this.promised]) {
      this.promised.delete(id);
      const clocks = new Map([...promise.clocks].map(([clock, each]) => [idOf(clock), each]));
      this.promised.set(idOf(id), { ...promise, clocks });
    }
  }

  take(other: Ledger): void {
    for (const [id, promise] of other.promised) {
      this.promised.set(id, { ...promise, clocks: new Map(promise.clocks) });
    }
  }

  note(before: State, after: State, plan: ModelPlan, proposal: Proposal): void {
    this.ends(before, after, plan, proposal);
    this.contents(before, after, plan);
    this.restores(before, plan);
    this.begins(before, plan);
    this.listed(after, plan, proposal);
  }

  private ends(before: State, after: State, { time, steps }: ModelPlan, proposal: Proposal): void {
    const left = idsLeft(after, steps);
    for (const [address, { id, input }] of before) {
      const promise = this.promised.get(id);
      if (promise === undefined || left.has(id)) continue;
      this.promised.delete(id);
      if (this.hasLost && !promise.isMarked) continue;
      const isDue = [...promise.clocks.values()].some(
        ({ begun, period }) => time >= begun + period,
      );
      // Whoever looks at an object that carries our label goes by its marks.
      const isSeen = !promise.isMarked || isSoftDeleted(input);
      if ((isDue && isSeen) || isApproved(promise.target, before, proposal)) continue;
      this.broken.push({ id, address, what: 'ended' });
    }
  }

  private contents(before: State, after: State, { steps }: ModelPlan): void {
    const held = new Map([...before].map(([, { id, input }]) => [id, contentOf(input)]));
    const former = new Map(steps.map(({ address, previous }) => [address, previous ?? address]));
    const isBeginning = steps.some((step) => clockBegunBy(step) !== undefined);
    const clocks = new Set([...after].map(([, { id }]) => id));
    for (const [address, { id, input }] of after) {
      const promise = this.promised.get(id);
      const known = before.get(former.get(address) ?? address);
      const was = known?.id === id ? contentOf(known.input) : held.get(id);
      if (promise === undefined || contentOf(input) === was) continue;
      const isRunning = [...promise.clocks.keys()].some((clock) => clocks.has(clock));
      const isEmptied = contentOf(input) === '{}';
      if (isRunning || (isBeginning && isEmptied && this.covered(address, steps, before))) {
        this.broken.push({ id, address, what: 'emptied' });
      }
    }
  }

  /** A deletion that is taken back gives back what was deleted, and nothing that is new. */
  private restores(before: State, { steps }: ModelPlan): void {
    const listings = listingsIn(before);
    const gone = steps.flatMap(({ actions, before: clock }) => {
      const record = actions.includes('delete') ? readRecord(clock?.input) : undefined;
      return record?.kind === 'Tombstone' ? [record.target] : [];
    });
    for (const { address, actions } of steps) {
      const target = listingAt(listings, address)?.target;
      const isEmpty = actions.includes('create') && target !== undefined;
      if (isEmpty && gone.some((each) => isWithin(target, each))) {
        this.broken.push({ id: '', address, what: 'emptied' });
      }
    }
  }

  private covered(address: string, steps: ModelPlan['steps'], before: State): boolean {
    const previous = steps.find((step) => step.address === address)?.previous ?? address;
    const target = listingAt(listingsIn(before), previous)?.target;
    return steps.some((step) => {
      const clock = clockBegunBy(step);
      return clock !== undefined && target !== undefined && isWithin(target, clock.target);
    });
  }

  private begins(before: State, { steps, time }: ModelPlan): void {
    const listings = listingsIn(before);
    for (const step of steps) {
      const clock = clockBegunBy(step);
      if (clock === undefined) continue;
      for (const [address, { id }] of before) {
        const target = listingAt(listings, address)?.target;
        const promise = this.promised.get(id);
        const isCovered = target !== undefined && isWithin(target, clock.target);
        if (!isCovered || promise === undefined) continue;
        promise.clocks.set(step.address, { begun: time, period: promise.period });
      }
    }
  }

  /** Clocks are known by address until the state has given them an id. */
  private listed(after: State, { steps }: ModelPlan, { isReviewed }: Proposal): void {
    const ids = new Set([...after.values()].map(({ id }) => id));
    const listings = listingsIn(after);
    const unseen = new Set(
      steps.filter(({ block }) => block?.unknown === true).map(({ address }) => address),
    );
    for (const [address, { id, input }] of after) {
      const listing = listingAt(listings, address);
      const known = this.promised.get(id);
      if (known !== undefined) this.settleClocks(known, after, ids);
      if (listing === undefined) {
        if (isReviewed === true) this.promised.delete(id);
        continue;
      }
      if (known === undefined) {
        // What was unknown as a whole has openly said nothing about itself.
        const isOpen = unseen.has(address);
        const isMarked =
          !isOpen && JSON.stringify(input).includes('"reprieve.dev/protected":"true"');
        this.promised.set(id, { ...listing, isMarked, clocks: new Map() });
      } else if (isReviewed === true) Object.assign(known, listing);
      else promiseMore(known, listing);
    }
  }

  private settleClocks({ clocks }: Promised, after: State, ids: ReadonlySet<string>): void {
    for (const [key, clock] of [...clocks]) {
      const made = after.get(key);
      if (made !== undefined) clocks.set(made.id, clock);
      if (made !== undefined || !ids.has(key)) clocks.delete(key);
    }
  }
}

/** An instance that comes apart goes with its own target and with the whole. */
function promiseMore(known: Promised, { target, period }: Listed): void {
  known.period = Math.max(known.period, period);
  if (target.startsWith(`${known.target}/resources/`)) known.target = target;
}

interface Listed {
  readonly target: string;
  readonly period: number;
}

/** What is said of an instance is what it goes with; for how long, whoever says the most. */
function listingAt(listings: ReadonlyMap<string, Listed>, address: string): Listed | undefined {
  const [own, ofAll] = [listings.get(address), listings.get(baseOf(address))];
  if (own === undefined || ofAll === undefined) return own ?? ofAll;
  return { ...own, period: Math.max(own.period, ofAll.period) };
}

function listingsIn(state: State): ReadonlyMap<string, Listed> {
  const found = new Map<string, { target: string; period: number }>();
  for (const guard of recordsIn(state, 'Guard')) {
    const period = Math.max(FLOOR, parseDuration(guard.period).value?.seconds ?? 0);
    for (const { address, target } of guard.members) {
      const known = found.get(address);
      if (known === undefined || known.period < period) found.set(address, { target, period });
    }
  }
  return found;
}

function recordsIn(state: State, kind: 'Guard'): readonly Guard[];
function recordsIn(state: State, kind: string): readonly StateRecord[] {
  return [...state.values()]
    .map(({ input }) => readRecord(input))
    .filter((record) => record?.kind === kind)
    .filter((record) => record !== undefined);
}

/** Only what an approver has truly approved: the object whose id they looked at. */
function isApproved(target: string | undefined, before: State, { approved, isReviewed }: Proposal) {
  if (approved === undefined || isReviewed !== true || target === undefined) return false;
  const isThere = [...before.values()].some(({ id }) => id === approved.uid);
  return isThere && isWithin(target, approved.target);
}

/** What nothing has ended: at another address, the same object may have been. */
function idsLeft(after: State, steps: ModelPlan['steps']): ReadonlySet<string> {
  const left = new Set([...after.values()].map(({ id }) => id));
  for (const { actions, before } of steps) {
    if (actions.includes('delete') && before !== undefined) left.delete(before.id);
  }
  return left;
}

/** A clock that a plan begins for everybody to see: what is only known later promises nothing. */
function clockBegunBy({ actions, block }: ModelPlan['steps'][number]): Tombstone | undefined {
  const isOpen = actions.includes('create') && block !== undefined && block.unknown === undefined;
  const record = isOpen ? readRecord(at(block, 0)) : undefined;
  return record?.kind === 'Tombstone' ? record : undefined;
}

function isWithin(target: string, other: string): boolean {
  return `${target}/`.startsWith(`${other}/`);
}

function isSoftDeleted(input: unknown): boolean {
  return JSON.stringify(input).includes('"reprieve.dev/state":"soft-deleted"');
}

/** What holds nothing can't be emptied. */
function contentOf(input: unknown): string {
  const { data } = Object(input);
  return JSON.stringify(data ?? {});
}

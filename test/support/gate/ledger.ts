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
    this.begins(before, plan);
    this.listed(after, proposal);
  }

  private ends(before: State, after: State, { time }: ModelPlan, proposal: Proposal): void {
    const left = new Set([...after.values()].map(({ id }) => id));
    const listings = listingsIn(before);
    for (const [address, { id }] of before) {
      const promise = this.promised.get(id);
      if (promise === undefined || left.has(id)) continue;
      this.promised.delete(id);
      if (this.hasLost && !promise.isMarked) continue;
      const isDue = [...promise.clocks.values()].some(
        ({ begun, period }) => time >= begun + period,
      );
      const target = listings.get(baseOf(address))?.target;
      if (isDue || isApproved(target, before, proposal)) continue;
      this.broken.push({ id, address, what: 'ended' });
    }
  }

  private contents(before: State, after: State, { steps }: ModelPlan): void {
    const held = new Map([...before].map(([, { id, input }]) => [id, contentOf(input)]));
    const begun = steps.flatMap(({ actions, block }) =>
      actions.includes('create') && block !== undefined ? [readRecord(block.input)?.kind] : [],
    );
    const isBeginning = begun.includes('Tombstone');
    const clocks = new Set([...after].map(([, { id }]) => id));
    for (const [address, { id, input }] of after) {
      const promise = this.promised.get(id);
      if (promise === undefined || contentOf(input) === held.get(id)) continue;
      const isRunning = [...promise.clocks.keys()].some((clock) => clocks.has(clock));
      const isEmptied = contentOf(input) === '{}' || contentOf(input) === undefined;
      if (isRunning || (isBeginning && isEmptied && this.covered(address, steps, before))) {
        this.broken.push({ id, address, what: 'emptied' });
      }
    }
  }

  private covered(address: string, steps: ModelPlan['steps'], before: State): boolean {
    const previous = steps.find((step) => step.address === address)?.previous ?? address;
    const target = listingsIn(before).get(baseOf(previous))?.target;
    return steps.some(({ actions, block }) => {
      const record = block === undefined ? undefined : readRecord(at(block, 0));
      const isClock = actions.includes('create') && record?.kind === 'Tombstone';
      return isClock && target !== undefined && `${target}/`.startsWith(`${record.target}/`);
    });
  }

  private begins(before: State, { steps, time, prior }: ModelPlan): void {
    const former = new Map(steps.map(({ address, previous }) => [address, previous ?? address]));
    const listings = listingsIn(before);
    for (const step of steps) {
      const isOpen = step.actions.includes('create') && step.block?.unknown === undefined;
      const record = step.block === undefined ? undefined : readRecord(at(step.block, time));
      if (!isOpen || record?.kind !== 'Tombstone') continue;
      for (const [address, { id }] of prior) {
        const target = listings.get(baseOf(former.get(address) ?? address))?.target;
        const isCovered = target !== undefined && `${target}/`.startsWith(`${record.target}/`);
        const promise = this.promised.get(id);
        if (!isCovered || promise === undefined) continue;
        promise.clocks.set(step.address, { begun: time, period: promise.period });
      }
    }
  }

  /** Clocks are known by address until the state has given them an id. */
  private listed(after: State, { isReviewed }: Proposal): void {
    const ids = new Set([...after.values()].map(({ id }) => id));
    const listings = listingsIn(after);
    for (const [address, { id, input }] of after) {
      const listing = listings.get(baseOf(address));
      const known = this.promised.get(id);
      if (known !== undefined) this.settleClocks(known, after, ids);
      if (listing === undefined) {
        if (isReviewed === true) this.promised.delete(id);
        continue;
      }
      if (known === undefined) {
        const isMarked = JSON.stringify(input).includes('"reprieve.dev/protected":"true"');
        this.promised.set(id, { period: listing.period, isMarked, clocks: new Map() });
      }
      if (known !== undefined && isReviewed === true) known.period = listing.period;
      else if (known !== undefined) known.period = Math.max(known.period, listing.period);
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

function listingsIn(state: State): ReadonlyMap<string, { target: string; period: number }> {
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
function recordsIn(state: State, kind: 'Tombstone'): readonly Tombstone[];
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
  return isThere && `${target}/`.startsWith(`${approved.target}/`);
}

function contentOf(input: unknown): string | undefined {
  const { data } = Object(input);
  return data === undefined ? undefined : JSON.stringify(data);
}

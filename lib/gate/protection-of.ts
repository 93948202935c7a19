import { parseDuration } from '../base/duration.js';
import type { ReadLabels } from '../plan/marks.js';
import type { Tombstone } from '../state/records.js';
import type { Placed, Standing } from './standing.js';

/** P of one object: what protects it in one state. */
export interface Protection {
  /** What it goes with, in order; none where only its own label protects it. */
  readonly targets: readonly string[];
  /** Seconds: the longest of any guard that lists it, or what it says about itself. */
  readonly period: number;
  /** The clocks that count for it. */
  readonly clocks: readonly Placed<Tombstone>[];
  /** Undefined where nobody can see them, since the plan leaves them as they are. */
  readonly marks: ReadLabels | undefined;
}

/**
 * P(state) of the object at an address; undefined where nothing protects it. What an
 * object says about itself protects it where the state was lost: its label, and its own period.
 */
export function protectionOf(
  address: string,
  state: Standing,
  marks: ReadLabels | undefined,
): Protection | undefined {
  const listings = state.listingsOf(address);
  if (listings.length === 0 && marks?.isProtected !== true) return undefined;
  const periods = listings.map(({ guard }) => secondsOf(guard.record.period));
  return {
    targets: [...new Set(listings.map(({ target }) => target))].sort(),
    period: Math.max(marks?.period ?? 0, ...periods),
    clocks: state.countingClocks(listings),
    marks,
  };
}

/** When the first of an object's clocks runs out; undefined where none counts. */
export function deadlineOf(clocks: readonly Placed<Tombstone>[]): Date | undefined {
  const ends = clocks.map(({ record }) => record.reclaimAfter.getTime());
  return ends.length === 0 ? undefined : new Date(Math.min(...ends));
}

/** What protects longer of what the state says and what was found: each can be tampered with. */
export function strongest(one: ReadLabels, other: ReadLabels): ReadLabels {
  const deadlines = [one.reclaimAfter, other.reclaimAfter].filter((each) => each !== undefined);
  const periods = [one.period, other.period].filter((each) => each !== undefined);
  return {
    isProtected: one.isProtected || other.isProtected,
    isSoftDeleted: one.isSoftDeleted && other.isSoftDeleted,
    reclaimAfter: deadlines.length === 0 ? undefined : new Date(Math.max(...deadlines.map(Number))),
    period: periods.length === 0 ? undefined : Math.max(...periods),
    project: one.project ?? other.project,
  };
}

/** A record's period, which was read already. */
export function secondsOf(period: string): number {
  return parseDuration(period).value?.seconds ?? 0;
}

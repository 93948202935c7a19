import { type Duration, durationOf } from '../base/duration.js';
import { quote } from '../base/inert.js';
import type { Checked, Problem } from '../base/problem.js';
import { rfc3339 } from '../base/timestamp.js';

/** A stretch of time: after `since`, up to and including `until`. */
export interface Window {
  readonly since: Date;
  readonly until: Date;
}

/**
 * The last window that is over. Windows of a length follow one another from 1970 on, so that every
 * run in the same window reports the same, whatever minute it started in and whatever ran before.
 * What began near its end is in the state only after the apply: that long a window is left alone.
 */
export function lastWindow(now: Date, every: Duration, settling: Duration): Window {
  const length = every.seconds * 1000;
  const over = now.getTime() - settling.seconds * 1000;
  const until = Math.floor(over / length) * length;
  return { since: new Date(until - length), until: new Date(until) };
}

/** The time since a run before, which somebody else remembers. */
export function windowSince(since: Date, now: Date): Checked<Window> {
  return since <= now
    ? { value: { since, until: now }, problems: [] }
    : { problems: [inTheFuture(since, now)] };
}

/** Whether a point in time is in a window. */
export function isIn({ since, until }: Window, instant: number): boolean {
  return since.getTime() < instant && instant <= until.getTime();
}

/** A run may come two windows late, and that a window settles: a deadline must be further away. */
export function leadFault(
  within: Duration,
  every: Duration,
  settling: Duration,
): Problem | undefined {
  const least = durationOf(2 * every.seconds + 2 * settling.seconds);
  if (within.seconds >= least.seconds) return undefined;
  return {
    code: 'notify/within',
    message: `A notice ${within.text} before a deadline may come too late: a run every ${every.text} reports what happened up to twice that long ago.`,
    remedy: `Say --within ${least.text} or more, or run more often.`,
  };
}

function inTheFuture(since: Date, now: Date): Problem {
  return {
    code: 'notify/since',
    message: `--since ${quote(rfc3339(since))} is after ${quote(rfc3339(now))}.`,
    remedy: 'Say when the run before this one started.',
  };
}

import type { Fault } from './fault.js';

/** Kleene's three values: what holds, what does not, and what depends on what isn't known. */
export type SchemaVerdict = 'pass' | 'fail' | 'undecided';

/** A verdict, with what is wrong where it is `fail`. */
export interface Judgement {
  readonly verdict: SchemaVerdict;
  readonly faults: readonly Fault[];
  /** JSON pointers of what is undecided beside a fault, or in place of one. @default - none */
  readonly open?: readonly string[];
}

export const PASS: Judgement = { verdict: 'pass', faults: [] };
export const UNDECIDED: Judgement = { verdict: 'undecided', faults: [] };

export function failure(pointer: string, message: string): Judgement {
  return { verdict: 'fail', faults: [{ pointer, message }] };
}

/**
 * Kleene's conjunction. One that fails is enough, whatever the others turn out to be; those are
 * still told, since they may fail, too, once the first is mended.
 */
export function all(judgements: readonly Judgement[]): Judgement {
  if (judgements.every(({ verdict }) => verdict === 'pass')) return PASS;
  const open = judgements.flatMap((each) => each.open ?? []);
  const failing = judgements.filter(({ verdict }) => verdict === 'fail');
  const faults = failing.flatMap((each) => each.faults);
  const told = open.length === 0 ? {} : { open };
  return { verdict: failing.length === 0 ? 'undecided' : 'fail', faults, ...told };
}

/** Kleene's disjunction. One that passes is enough. */
export function any(judgements: readonly Judgement[]): Judgement {
  if (judgements.some(({ verdict }) => verdict === 'pass')) return PASS;
  if (judgements.some(({ verdict }) => verdict === 'undecided')) return UNDECIDED;
  return { verdict: 'fail', faults: judgements.flatMap(({ faults }) => faults) };
}

/** What is said of something that may not be meant: only that it passes is sure. */
export function unless(isDoubtful: boolean, judgement: Judgement): Judgement {
  return isDoubtful && judgement.verdict !== 'pass' ? UNDECIDED : judgement;
}

/** Both bounds belong to it. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** A number known only as lying between two bounds, compared with a range. */
export function within(actual: Range, wanted: Range, pointer: string, message: string): Judgement {
  const { least, most } = actual;
  if (most < wanted.least || least > wanted.most) return failure(pointer, message);
  return least >= wanted.least && most <= wanted.most ? PASS : UNDECIDED;
}

/** What `min…` allows. */
export function atLeast(least: unknown): Range {
  return { least: Number(least), most: Number.POSITIVE_INFINITY };
}

/** What `max…` allows. */
export function atMost(most: unknown): Range {
  return { least: 0, most: Number(most) };
}

/** How a range is told to people. */
export function rangeOf({ least, most }: Range): string {
  if (most === Number.POSITIVE_INFINITY) return `at least ${least}`;
  return least === 0 ? `at most ${most}` : `${least} to ${most}`;
}

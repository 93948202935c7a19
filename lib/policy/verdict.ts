import type { Fault } from './fault.js';

/** Kleene's three values: what holds, what does not, and what depends on what isn't known. */
export type Verdict = 'pass' | 'fail' | 'undecided';

/** A verdict, with what is wrong where it is `fail`. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
}

export const PASS: Judgement = { verdict: 'pass', faults: [] };
export const UNDECIDED: Judgement = { verdict: 'undecided', faults: [] };

export function failed(pointer: string, message: string): Judgement {
  return { verdict: 'fail', faults: [{ pointer, message }] };
}

/** Kleene's conjunction. One that fails is enough, whatever the others turn out to be. */
export function all(judgements: readonly Judgement[]): Judgement {
  const faults = judgements.flatMap((each) => (each.verdict === 'fail' ? each.faults : []));
  if (judgements.some(({ verdict }) => verdict === 'fail')) return { verdict: 'fail', faults };
  return judgements.every(({ verdict }) => verdict === 'pass') ? PASS : UNDECIDED;
}

/** Kleene's disjunction. One that passes is enough. */
export function any(judgements: readonly Judgement[]): Judgement {
  if (judgements.some(({ verdict }) => verdict === 'pass')) return PASS;
  if (judgements.some(({ verdict }) => verdict === 'undecided')) return UNDECIDED;
  return { verdict: 'fail', faults: judgements.flatMap(({ faults }) => faults) };
}

/** A number known only as lying between two bounds, held against a range. */
export function within({ least, most }: Range, { least: minimum, most: maximum }: Range): Verdict {
  if (most < minimum || least > maximum) return 'fail';
  return least >= minimum && most <= maximum ? 'pass' : 'undecided';
}

/** Both bounds belong to it. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

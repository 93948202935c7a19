import type { Verdict } from './verdict.js';

/** Which members and items of a value a schema has looked at: what `unevaluated…` is not about. */
export type Evaluated = ReadonlyMap<string, 'surely' | 'perhaps'>;

export const NONE: Evaluated = new Map();

export function surely(names: Iterable<string>): Evaluated {
  return new Map([...names].map((name) => [name, 'surely']));
}

/** What several schemas have looked at, held against the same value. */
export function merged(parts: readonly Evaluated[]): Evaluated {
  const [first, second] = parts.filter(({ size }) => size > 0);
  if (first === undefined || second === undefined) return first ?? NONE;
  const both = new Map<string, 'surely' | 'perhaps'>();
  for (const [name, how] of parts.flatMap((part) => [...part])) {
    if (both.get(name) !== 'surely') both.set(name, how);
  }
  return both;
}

/** A schema that fails has looked at nothing. */
export function evaluatedIf(verdict: Verdict, evaluated: Evaluated): Evaluated {
  if (verdict === 'pass' || evaluated.size === 0) return evaluated;
  return verdict === 'fail'
    ? NONE
    : new Map([...evaluated.keys()].map((name) => [name, 'perhaps']));
}

/**
 * What a schema about items has looked at. One that says nothing counts by the standard; the
 * validator leaves it out, so it is no more than a perhaps.
 */
export function looked(indices: Iterable<number>, schemas: readonly unknown[]): Evaluated {
  const isIdle = schemas.some((each) => each === true || Object.keys(Object(each)).length === 0);
  return new Map([...indices].map((index) => [String(index), isIdle ? 'perhaps' : 'surely']));
}

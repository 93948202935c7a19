import type { Judgement, SchemaVerdict } from './verdict.js';

/** Which members and items a schema has evaluated: what `unevaluated…` is not about. */
export type Evaluated = ReadonlyMap<string, 'surely' | 'perhaps'>;

export const NONE: Evaluated = new Map();

export function surely(names: Iterable<string>): Evaluated {
  return new Map([...names].map((name) => [name, 'surely']));
}

export function perhaps(names: Iterable<string>): Evaluated {
  return new Map([...names].map((name) => [name, 'perhaps']));
}

/** What several schemas about the same value have evaluated. */
export function mergeEvaluated(parts: readonly Evaluated[]): Evaluated {
  const [first, second] = parts.filter(({ size }) => size > 0);
  if (first === undefined || second === undefined) return first ?? NONE;
  const both = new Map<string, 'surely' | 'perhaps'>();
  for (const [name, how] of parts.flatMap((part) => [...part])) {
    if (both.get(name) !== 'surely') both.set(name, how);
  }
  return both;
}

/** A schema that fails has evaluated nothing. */
export function evaluatedIf(verdict: SchemaVerdict, evaluated: Evaluated): Evaluated {
  if (verdict === 'pass' || evaluated.size === 0) return evaluated;
  return verdict === 'fail' ? NONE : perhaps(evaluated.keys());
}

/** A judgement of which it is sure what it has evaluated. */
export interface Branch extends Judgement {
  readonly evaluated: Evaluated;
}

/** What a schema about the same value says, which may fail while the schema around it holds. */
export function branchOf(finding: Judgement & { readonly evaluated?: Evaluated }): Branch {
  return { ...finding, evaluated: evaluatedIf(finding.verdict, finding.evaluated ?? NONE) };
}

/** What a schema about items has evaluated. */
export function evaluatedItems(indices: Iterable<number>): Evaluated {
  return surely([...indices].map(String));
}

import type { Seen } from './facts.js';

/**
 * How a check ended. `left`: something of the deletion is still there. `stated`: a named person says
 * so, and nothing here proves it.
 */
export const RESULTS = [
  'confirmed',
  'left',
  'stated',
  'not known',
  'not checked',
  'not applicable',
] as const;
export type Result = (typeof RESULTS)[number];

/**
 * What a check is about: whether the objects are gone, or whether something of them is kept
 * elsewhere, in older versions, files and registries.
 */
export type About = 'deletion' | 'copies';

/** One check with its result. Sentences have their names between backticks. */
export interface Check {
  readonly id: string;
  readonly about: About;
  readonly title: string;
  readonly result: Result;
  readonly says: string;
  /** Single results, where there are several. */
  readonly found: readonly Finding[];
}

/** What was found about one thing. */
export interface Finding {
  readonly what: string;
  readonly result: Result;
  readonly says: string;
}

/** A check's own name, before its result is known. */
export type Subject = Pick<Check, 'id' | 'about' | 'title'>;

/** A check of something that was seen; otherwise its result says why it wasn't. */
export function checkOf<T>(
  subject: Subject,
  seen: Seen<T>,
  judge: (is: T) => Pick<Check, 'result' | 'says'> & { readonly found?: readonly Finding[] },
): Check {
  if (seen.kind !== 'seen') return { ...subject, result: seen.kind, says: seen.why, found: [] };
  return { ...subject, found: [], ...judge(seen.is) };
}

/** One result for several: what is left counts most, then what isn't known. */
export function worst(results: readonly Result[]): Result {
  const order: readonly Result[] = ['left', 'not known', 'not checked', 'stated', 'confirmed'];
  return order.find((each) => results.includes(each)) ?? 'not applicable';
}

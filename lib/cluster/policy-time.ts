import type { ClusterClock } from '../files/documents.js';

/** What an API server answered when it was asked for the time that its policies see. */
export type PolicyTime =
  /** The time, and the lease or config map that it is from. */
  | { readonly answer: 'told'; readonly source: string; readonly time: Date }
  /** There is no probe: no anchor was put up, or the cluster has no policies of ours at all. */
  | { readonly answer: 'no-anchor' }
  /** The probe could be deleted: the anchor is not in force. */
  | { readonly answer: 'open' }
  /** The policies have no clock: nothing matches. */
  | { readonly answer: 'no-clock' }
  /** Whoever asked may not. */
  | { readonly answer: 'not-allowed'; readonly said: string }
  | { readonly answer: 'unclear'; readonly said: string };

const TOLD =
  /denied request: reprieve-clock (?<clock>lease|tick) (?<source>\S{1,253}) (?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z)/;

/**
 * Reads why the deletion of a probe was refused.
 *
 * @param said what the API server said; undefined where it would have deleted the probe
 */
export function policyTimeIn(
  clock: ClusterClock,
  refusal: { readonly failure: string; readonly said: string } | undefined,
): PolicyTime {
  if (refusal === undefined) return { answer: 'open' };
  const { failure, said } = refusal;
  if (failure === 'not-found') return { answer: 'no-anchor' };
  const told = TOLD.exec(said)?.groups;
  const time = Date.parse(told?.['time'] ?? '');
  if (told?.['clock'] === clock && !Number.isNaN(time)) {
    return { answer: 'told', source: told['source'] ?? '', time: new Date(time) };
  }
  if (said.includes('no params found')) return { answer: 'no-clock' };
  const isRight = /is forbidden: User .* cannot delete/.test(said) || failure === 'unauthorized';
  return { answer: isRight ? 'not-allowed' : 'unclear', said };
}

import { quoteName } from './inert.js';

/** Longer names are not compared: the cost grows with the square of the length. */
const MAX_LENGTH = 128;

/**
 * The candidate that a mistyped name most likely means, or undefined if none is close: at most a
 * third of the name's characters may differ. The first of several equally close ones wins.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (typeof name !== 'string' || name.length > MAX_LENGTH) return undefined;
  const limit = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (typeof candidate !== 'string') continue;
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** " Did you mean `x`?" to append to a sentence, or nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  return perhaps(nearest(name, candidates));
}

/** The same where it is known what was meant. */
export function perhaps(meant: string | undefined): string {
  return meant === undefined ? '' : ` Did you mean ${quoteName(meant)}?`;
}

/** Levenshtein's distance, a swap of neighbours being one step; a row at a time. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      current.push(
        Math.min(
          (previous[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (previous[column - 1] ?? 0) + cost,
          isSwap(a, b, row, column) ? (before[column - 2] ?? 0) + 1 : Number.MAX_VALUE,
        ),
      );
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}

function isSwap(a: string, b: string, row: number, column: number): boolean {
  if (row < 2 || column < 2) return false;
  return a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
}

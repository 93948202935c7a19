import { quote } from '../base/inert.js';
import type { Checked, Problem } from '../base/problem.js';
import { MAX_ARRAY } from './limits.js';

const MAX_LENGTH = 253;
const MAX_INDEX = 9_999_999;

interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads array indices such as `1-5,7-8,10` and brings them into ascending order, neighbours
 * joined: `10,1-2,3` becomes `1-3,10`.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-job-plan
 */
export function parseArrayIndices(text: unknown): Checked<string> {
  if (typeof text !== 'string' || text.length < 1 || text.length > MAX_LENGTH) {
    return failure(text, `they are a text of 1 to ${MAX_LENGTH} characters`);
  }
  const ranges: Range[] = [];
  for (const part of text.split(',')) {
    const range = parseRange(part.trim());
    if (range === undefined) return failure(text, `${quote(part)} is not an index or a range`);
    ranges.push(range);
  }
  ranges.sort((a, b) => a.first - b.first);
  const twice = ranges.find((range, at) => range.first <= (ranges[at - 1]?.last ?? -1));
  if (twice !== undefined) return failure(text, `the index ${twice.first} is there twice`);
  const count = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (count > MAX_ARRAY) return failure(text, `${count} indices are more than ${MAX_ARRAY}`);
  return { value: joined(ranges).map(formatRange).join(','), problems: [] };
}

/** The indices of an array of a size: `0-(N-1)`. */
export function indicesOfSize(size: unknown): Checked<string> {
  if (Number.isSafeInteger(size) && Number(size) >= 1 && Number(size) <= MAX_ARRAY) {
    return { value: formatRange({ first: 0, last: Number(size) - 1 }), problems: [] };
  }
  return {
    problems: [
      {
        code: 'job-template/array-size',
        message: `\`arraySize\` ${quote(size)} is not the size of an array.`,
        remedy: `Use a whole number from 1 to ${MAX_ARRAY}.`,
      },
    ],
  };
}

/**
 * How many completions of an Indexed Job normalised indices stand for, or undefined where they
 * don't run from 0 without gaps: Kubernetes numbers completions itself.
 */
export function asIndexedCompletions(normalised: string): number | undefined {
  const range = parseRange(normalised);
  return range === undefined || range.first !== 0 ? undefined : range.last + 1;
}

/** Checks that normalised indices are such that Kubernetes can number them. */
export function checkIndexed(normalised: string): readonly Problem[] {
  if (asIndexedCompletions(normalised) !== undefined) return [];
  return [
    {
      code: 'job-template/array-gaps',
      message: `\`arrayIndices\` ${normalised} does not run from 0 without gaps.`,
      remedy:
        'Kubernetes numbers the instances of a run itself, from 0: use arraySize, and have the job map JOB_INDEX to what it works on.',
    },
  ];
}

function parseRange(text: string): Range | undefined {
  const match = /^(\d{1,8})(?:-(\d{1,8}))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last && last <= MAX_INDEX ? { first, last } : undefined;
}

function joined(sorted: readonly Range[]): readonly Range[] {
  const done: Range[] = [];
  for (const range of sorted) {
    const before = done.at(-1);
    const follows = before !== undefined && before.last + 1 === range.first;
    if (follows) done.pop();
    done.push(follows ? { first: before.first, last: range.last } : range);
  }
  return done;
}

function formatRange({ first, last }: Range): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function failure(text: unknown, reason: string): { readonly problems: readonly Problem[] } {
  return {
    problems: [
      {
        code: 'job-template/array-indices',
        message: `\`arrayIndices\` ${quote(text)} can't be read: ${reason}.`,
        remedy: `Write indices and ranges from 0 to ${MAX_INDEX}, such as \`0-9\` or \`1-5,7,10\`, at most ${MAX_ARRAY} in all.`,
      },
    ],
  };
}

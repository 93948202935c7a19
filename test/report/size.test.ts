import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeProtectedPlan } from '../../bench/support/protected.js';
import { FORMATS, reporterOf } from '../../lib/report/reporters.js';
import type { Review } from '../../lib/review/review.js';
import { reviewOf } from '../support/plans.js';

const folder = mkdtempSync(join(tmpdir(), 'reprieve-size-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Blocked deletions of so many objects, in projects of so many members. */
async function protectedReview(deletions: number, members: number): Promise<Review> {
  const file = join(folder, `${deletions}-${members}.json`);
  writeProtectedPlan(file, deletions, members);
  return reviewOf(readFileSync(file, 'utf8'));
}

/** What a deletion may take, its address three times among it, whatever belongs together with it. */
const MOST_BYTES = 1500;

it('writes every group once, in every format', { timeout: 60_000 }, async () => {
  const few = await protectedReview(1000, 50);
  const large = await protectedReview(1000, 1000);
  const more = await protectedReview(2000, 1000);
  expect(large.deletions.every(({ kind }) => kind === 'blocked')).toBe(true);
  expect(more.groups.map(({ members }) => members.length)).toEqual([1000, 1000]);
  for (const format of FORMATS) {
    const render = await reporterOf(format);
    const [a, b, c] = [few, large, more].map((each) => render(each, {}).length);
    if (a === undefined || b === undefined || c === undefined) throw new Error('nothing written');
    expect(c - b, format).toBeLessThan(1000 * MOST_BYTES);
    // Fewer and larger groups are no more to write.
    expect(b, format).toBeLessThan(1.1 * a);
  }
});

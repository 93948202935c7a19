import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../lib/report/markdown.js';
import type { Deletion, Review } from '../../lib/review/review.js';

function deletion(index: number, module = ''): Deletion {
  return {
    stack: 'production',
    address: `${module}terraform_data.object_${index}`,
    kind: 'unprotected',
    actions: ['delete'],
    reason: null,
    cause: 'block-removed',
    recoverableUntil: null,
    target: null,
    images: [],
    attributes: [],
  };
}

function review(deletions: readonly Deletion[], changes: Partial<Review> = {}): Review {
  return {
    scope: 'deletions',
    verdict: 'pass',
    why: [],
    deletions,
    reclamations: [],
    groups: [],
    notices: [],
    plans: [],
    reviewedAt: '2026-01-01T00:00:00Z',
    findings: [],
    ...changes,
  };
}

/** How many deletions a comment accounts for: rows, and counts of what has none. */
function accounted(markdown: string): number {
  const rows = markdown
    .split('\n')
    .filter((line) => /^\|(?: `production` \|)? \*\*/.test(line)).length;
  const folded = [...markdown.matchAll(/^- (\d+) (?:not protected|more deletion)/gm)];
  return rows + folded.reduce((sum, [, count]) => sum + Number(count), 0);
}

describe('a comment', () => {
  it.each([1, 100, 700, 10_000])('accounts for each of %d deletions, within the limit', (count) => {
    const all = Array.from({ length: count }, (_, at) =>
      deletion(at, at % 3 === 0 ? '' : `module.team[${at % 50}].`),
    );
    const markdown = renderMarkdown(review(all), { artifact: 'review.html' });
    expect(markdown.length).toBeLessThanOrEqual(65_536);
    expect(accounted(markdown)).toBe(count);
    expect(markdown).toContain(`${count} deleted without protection`);
    if (count > 700) expect(markdown).toContain('in `review.html`');
  });

  it('accounts for them where every module has its own long name', () => {
    const all = Array.from({ length: 5000 }, (_, at) =>
      deletion(at, `module.${'m'.repeat(300)}_${at}.`),
    );
    const markdown = renderMarkdown(review(all));
    expect(markdown.length).toBeLessThanOrEqual(65_536);
    expect(accounted(markdown)).toBe(5000);
  });

  it('keeps within the limit with as many reasons, deadlines and findings', () => {
    const many = Array.from({ length: 3000 }, (_, at) => deletion(at));
    const markdown = renderMarkdown(
      review(many, {
        verdict: 'blocked',
        why: many.map(({ address, stack }) => ({ code: 'x', address, stack, message: 'Because.' })),
        notices: many.map(({ address, stack }) => ({
          code: 'x',
          address,
          stack,
          message: 'Because.',
        })),
        reclamations: many.map(({ address, stack }) => ({
          stack,
          target: address,
          kind: 'pending',
          recoverableUntil: '2026-01-08T00:00:00Z',
          timeLeft: 1,
        })),
        plans: many.map((_, at) => ({
          stack: `stack-${at}`,
          terraformVersion: '1.11.4',
          formatVersion: '1.2',
          plannedAt: null,
          counts: { create: 0, update: 0, delete: 0, forget: 0, unchanged: 0 },
        })),
      }),
    );
    expect(markdown.length).toBeLessThanOrEqual(65_536);
    expect(accounted(markdown)).toBe(3000);
    expect(markdown.split('\n')[0]).toMatch(
      /^## Blocked by x: 3000 deleted without protection, 3000 soft/,
    );
  });

  it('says so where there is nothing to see', () => {
    expect(renderMarkdown(review([]))).toContain('Nothing to stop for: no deletion in this plan');
  });
});

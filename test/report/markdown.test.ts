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

/** How many deletions a comment accounts for: by their addresses, and counts of what has none. */
function accounted(markdown: string): number {
  const [, section = ''] = /^### What ends.*\n([\s\S]*?)^(?:### |<)/m.exec(markdown) ?? [];
  const named = [...section.matchAll(/^(?: {2}- |- \*\*not protected\*\* )`/gm)].length;
  const folded = [...markdown.matchAll(/^- (\d+) (?:not protected|more deletion)/gm)];
  return named + folded.reduce((sum, [, count]) => sum + Number(count), 0);
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

  it.each([2, 200, 700])('names the target of each of %d hard deletions', (count) => {
    const targets = Array.from({ length: count }, (_, at) => `project-${at}-`);
    const markdown = renderMarkdown(hardDeletions(targets));
    expect(markdown.length).toBeLessThanOrEqual(65_536);
    expect(targets.filter((each) => !markdown.includes(`\`${each}\``))).toEqual([]);
    expect(markdown).toContain(`### Gone at apply (${count})`);
  });

  it('counts hard deletions of which not even the names have room', () => {
    const targets = Array.from({ length: 9000 }, (_, at) => `project-${'p'.repeat(60)}-${at}`);
    const markdown = renderMarkdown(hardDeletions(targets));
    expect(markdown.length).toBeLessThanOrEqual(65_536);
    const named = targets.filter((each) => markdown.includes(`\`${each}\``)).length;
    expect(named).toBeGreaterThan(100);
    expect(markdown).toContain(`and ${9000 - named} more`);
  });

  it('has no table, and folds long lists, so that nothing is wider than a column', () => {
    const all = Array.from({ length: 9 }, (_, at) => deletion(at));
    const event = { stack: 'production', target: 'billing', kind: 'pending' } as const;
    const reclamations = [{ ...event, recoverableUntil: '2026-01-08T00:00:00Z', timeLeft: 1 }];
    const markdown = renderMarkdown(review(all, { reclamations }));
    expect(markdown).not.toMatch(/^\|/m);
    expect(markdown).toMatch(/<details><summary>Addresses<\/summary>/);
    expect(renderMarkdown(review(all.slice(0, 5)))).not.toContain('<details>');
  });

  it('says the verdict, the counts and the nearest deadline that is still to come in its first line', () => {
    const at = (target: string, recoverableUntil: string) => ({
      ...{ stack: 'production', kind: 'pending' as const, timeLeft: 1 },
      ...{ target, recoverableUntil },
    });
    const reclamations = [
      at('c', '2026-01-09T00:00:00Z'),
      at('a', '2026-01-08T12:30:00Z'),
      at('b', '2025-12-31T00:00:00Z'),
    ];
    const [first] = renderMarkdown(review([], { reclamations })).split('\n');
    expect(first).toBe(
      '## Nothing to stop for: 3 soft-deleted; nearest deadline 2026-01-08 12:30 UTC.',
    );
  });

  it('has a line for each kind of other change, however many types there are', () => {
    const changes = Array.from({ length: 40 }, (_, at) => ({
      ...{ action: 'create' as const, type: `type_${at}`, count: 40 - at },
    }));
    const plan = {
      ...{ stack: 's', terraformVersion: '1.11.4', formatVersion: '1.2', plannedAt: null },
      counts: { create: 820, update: 1, delete: 0, forget: 0, unchanged: 0 },
      changes: [...changes, { action: 'update' as const, type: 'x`y', count: 1 }],
    };
    const markdown = renderMarkdown(review([], { plans: [plan] }));
    expect(markdown).toContain(
      '- create 820: 40 `type_0`, 39 `type_1`, 38 `type_2`, 37 `type_3`, 36 `type_4` and 630 of 35 other types\n- update 1 ``x`y``\n',
    );
  });
});

function hardDeletions(targets: readonly string[]): Review {
  const deletions = targets.flatMap((target, at): Deletion[] =>
    Array.from({ length: 20 }, (_, part) => ({
      ...deletion(20 * at + part),
      ...{ kind: 'hard-delete', cause: 'approved', target },
    })),
  );
  const requests = targets.map((target) => ({
    ...{ stack: 'production', target, mode: 'hard' as const, reason: 'The contract has ended.' },
    ...{ requestedBy: 'ann@example.org', approvedBy: 'bob@example.org' },
  }));
  return review(deletions, { requests });
}

import { describe, expect, it } from 'vitest';
import { Requests } from '../../lib/report/folded.js';
import { FORMATS, reporterOf } from '../../lib/report/reporters.js';
import { summaryLine } from '../../lib/report/words.js';
import type { Review } from '../../lib/review/review.js';
import { planText, reviewOf } from '../support/plans.js';

const DAYS = 24 * 3600 * 1000;
const late = async (name: string) => {
  const { reviewedAt } = await reviewOf(planText(name));
  return reviewOf(planText(name), { now: new Date(Date.parse(reviewedAt) + 2 * DAYS) });
};

describe('the first line of a report', () => {
  it('says what blocks where nothing that it counts does', async () => {
    expect(summaryLine(await late('pending'))).toMatch(
      /^Blocked by the plan’s age: 1 soft-deleted\.$/,
    );
    expect(summaryLine(await reviewOf(planText('guard-doubled')))).toBe(
      'Blocked by retargeted: no deletion in this plan.',
    );
  });

  it('counts what is stopped, where something is', async () => {
    const line = summaryLine(await reviewOf(planText('code-and-lock-removed')));
    expect(line).toMatch(/^Blocked: \d+ deletions? stopped/);
  });
});

describe('who asked', () => {
  const note = (target: string) =>
    ({ stack: 's', target, mode: 'soft', requestedBy: `who asked for ${target}` }) as const;

  it('is told by a part’s own request before that of the whole', () => {
    const requests = [note('b'), note('b/resources/eu')];
    const of = (target: string) => new Requests(requests).of({ stack: 's', target })?.target;
    expect(['b', 'b/resources/eu', 'b/resources/us', 'c'].map(of)).toEqual([
      'b',
      'b/resources/eu',
      'b',
      undefined,
    ]);
  });
});

describe('a hard deletion of many objects', () => {
  it.each(FORMATS)('shows the address of each in %s', async (format) => {
    const plan = await reviewOf(planText('pending'));
    const addresses = Array.from({ length: 30 }, (_, at) => `aws_s3_bucket.b["key-${at}-."]`);
    const [stack, target] = ['sandbox', 'b'];
    const review: Review = {
      ...plan,
      deletions: addresses.map((address) => ({
        ...{ stack, address, target, kind: 'hard-delete', cause: 'approved' },
        ...{
          actions: ['delete'],
          reason: null,
          recoverableUntil: null,
          images: [],
          attributes: [],
        },
      })),
      requests: [{ stack, target, mode: 'hard', requestedBy: 'ann', approvedBy: 'bob' }],
    };
    const text = await (await reporterOf(format, 'deletions'))(review, {});
    const missing = addresses.filter((_, at) => !text.includes(`key-${at}-.`));
    // GitHub shows ten annotations; what has no room is counted there, and whole in the comment.
    if (format === 'github') expect(text).toMatch(/2[0-9] more/);
    else expect(missing).toEqual([]);
  });
});

describe('a hard deletion that is stopped', () => {
  it('is not told as approved, in any format', async () => {
    const plan = planText('hard-delete-item');
    const granted = await reviewOf(plan, { approvals: [{ by: 'bob' }] });
    expect(granted.verdict).toBe('pass');
    expect(granted.requests).toMatchObject([{ approvedBy: 'bob@example.org' }]);
    const refused = await reviewOf(plan, { approvals: [] });
    expect(refused.verdict).toBe('blocked');
    expect(refused.requests?.map(({ approvedBy }) => approvedBy)).toEqual([undefined]);
    for (const format of FORMATS) {
      const said = async (review: Review) => (await reporterOf(format, 'deletions'))(review, {});
      expect(await said(granted)).toMatch(/approved by|approvedBy": "|person approved it/);
      expect(await said(refused)).not.toMatch(/, approved by|"approvedBy":\s*"|person approved it/);
    }
  });
});

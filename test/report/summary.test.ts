import { describe, expect, it } from 'vitest';
import { summaryLine } from '../../lib/report/words.js';
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

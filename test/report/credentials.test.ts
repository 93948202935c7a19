import { expect, it } from 'vitest';
import { FORMATS, reporterOf } from '../../lib/report/reporters.js';
import { planText, reviewOf } from '../support/plans.js';

it('shows images that stay without a user and a password, in every format', async () => {
  const text = planText('hard-delete-item').replaceAll(
    'registry.example/team/report',
    'ann:hunter2@registry.example/team/report',
  );
  const review = await reviewOf(text);
  expect(review.deletions[0]?.images).toEqual(['…@registry.example/team/report:2']);
  for (const format of FORMATS) {
    const render = await reporterOf(format);
    expect(render(review, {}), format).not.toContain('hunter2');
  }
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reviewPlans } from '../../lib/gate/review-plans.js';
import { withDetails } from '../../lib/plan/details.js';
import { FORMATS, reporterOf } from '../../lib/report/reporters.js';
import { DELETION_KINDS, RECLAMATION_KINDS, type Review } from '../../lib/review/review.js';
import { contextAt, PLANS, planOf, planText, reviewOf } from '../support/plans.js';
import { hostileReview } from '../support/reviews.js';
import { publishedSchema, publishedValidator } from '../support/schemas.js';

/** Between them they have every kind of deletion and of reclamation. */
const TOUR = [
  'block-removed',
  'code-and-lock-removed',
  'count-forced',
  'deposed',
  'hard-delete-item',
  'hostile-names',
  'made/action',
  'pending',
  'reclaim-project',
  'replace',
  'restore-project',
  'restore-too-late',
  'sensitive',
  'soft-delete-item',
];

const EXTENSIONS = {
  text: 'txt',
  markdown: 'md',
  html: 'html',
  json: 'json',
  sarif: 'sarif',
  junit: 'xml',
  github: 'annotations',
  codequality: 'codequality.json',
};

async function tour(): Promise<Review> {
  const plans = await Promise.all(
    TOUR.map((name) => planOf(planText(name), name.replace('/', '-'))),
  );
  const now = new Date(Math.max(...plans.map(({ plannedAt }) => Number(plannedAt))));
  return withDetails(reviewPlans(plans, contextAt(now, { trustsFile: true })), plans);
}

describe('a review of many plans', () => {
  it('has every kind of deletion and of reclamation', async () => {
    const review = await tour();
    const kinds = new Set([...review.deletions, ...review.reclamations].map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([...DELETION_KINDS, ...RECLAMATION_KINDS].sort());
  });

  it.each(FORMATS)('reads as %s the way it was looked at and kept', async (format) => {
    const render = await reporterOf(format);
    const text = render(await tour(), {});
    await expect(text).toMatchFileSnapshot(`../fixtures/reviews/tour.${EXTENSIONS[format]}`);
    expect(render(await tour(), {})).toBe(text);
    expect(text).not.toContain('CANARY');
  });
});

describe('the JSON of a review', () => {
  const isReview = publishedValidator('review');
  const readable = PLANS.filter((name) => name !== 'made/format-2.0');

  it.each(readable)('is as its published schema says, for %s', async (name) => {
    const render = await reporterOf('json');
    const json: unknown = JSON.parse(render(await reviewOf(planText(name)), {}));
    expect(isReview(json), JSON.stringify(isReview.errors)).toBe(true);
  });

  it('has findings as `validate` has them', async () => {
    expect(publishedSchema('review')['$defs']).toMatchObject(
      publishedSchema('validation')['$defs'] ?? {},
    );
    const [hostile] = fc.sample(hostileReview, 1);
    if (hostile === undefined) throw new Error('no sample');
    const json: unknown = JSON.parse((await reporterOf('json'))(hostile, {}));
    expect(isReview(json), JSON.stringify(isReview.errors)).toBe(true);
    expect(json).toMatchObject({ findings: hostile.findings.map(({ pointer }) => ({ pointer })) });
  });
});

import { describe, expect, it } from 'vitest';
import { FORMATS, reporterOf } from '../../lib/report/reporters.js';
import type {
  Deletion,
  MemberGroup,
  PlanSummary,
  PolicyFinding,
  Reason,
  RequestNote,
  Review,
} from '../../lib/review/review.js';
import { planText, reviewOf } from '../support/plans.js';

/** All properties, those too that may be left out: what is added doesn't compile until it is here. */
type Whole<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> };

const source = { path: 'MARK-path', file: 'MARK-file', line: 7 };
const reason = (name: string): Whole<Reason> => ({
  code: `MARK-${name}-code`,
  address: `MARK-${name}-address`,
  message: `MARK-${name}-message`,
  stack: `MARK-${name}-stack`,
  source,
});

/** A review in which every text is told from all others. */
const WHOLE: Whole<Review> = {
  scope: 'both',
  verdict: 'blocked',
  why: [reason('why')],
  notices: [reason('notice')],
  deletions: [
    {
      stack: 'MARK-deletion-stack',
      address: 'MARK-deletion-address',
      kind: 'reclaim',
      actions: ['MARK-action'],
      reason: 'MARK-reason',
      cause: 'deposed',
      recoverableUntil: '2026-01-08T00:00:00Z',
      target: 'MARK-target',
      images: ['MARK-image'],
      attributes: ['MARK-attribute'],
      deposed: 'MARK-deposed',
      deferred: 'MARK-deferred',
      previousAddress: 'MARK-previous',
      trigger: 'MARK-trigger',
      source,
    } satisfies Whole<Deletion>,
  ],
  reclamations: [
    {
      stack: 'MARK-event-stack',
      target: 'MARK-event-target',
      kind: 'pending',
      recoverableUntil: '2026-01-09T00:00:00Z',
      timeLeft: 1000,
    },
  ],
  groups: [
    {
      stack: 'MARK-group-stack',
      target: 'MARK-group-target',
      members: ['MARK-member', 'MARK-b'],
      subject: 'resources',
    } satisfies Whole<MemberGroup>,
  ],
  requests: [
    {
      stack: 'MARK-event-stack',
      target: 'MARK-event-target',
      mode: 'hard',
      requestedBy: 'MARK-requester',
      reason: 'MARK-request-reason',
      approvedBy: 'MARK-approver',
      approvedUntil: '2026-01-10T00:00:00Z',
    } satisfies Whole<RequestNote>,
  ],
  plans: [
    {
      stack: 'MARK-plan-stack',
      terraformVersion: 'MARK-terraform',
      formatVersion: 'MARK-format',
      plannedAt: '2026-01-01T00:00:00Z',
      counts: { create: 0, update: 3, delete: 1, forget: 0, unchanged: 0 },
      changes: [{ action: 'update', type: 'MARK-type', count: 3 }],
    } satisfies Whole<PlanSummary>,
  ],
  reviewedAt: '2026-01-02T00:00:00Z',
  rulesFrom: 'defaults',
  rules: [
    {
      rule: 'MARK-rule',
      before: 'MARK-rule-before',
      after: 'MARK-rule-after',
      direction: 'weaker',
    },
  ],
  findings: [
    {
      policy: 'MARK-policy',
      title: 'MARK-title',
      level: 'advisory',
      state: 'waived',
      stack: 'MARK-finding-stack',
      address: 'MARK-finding-address',
      pointer: '/MARK-pointer',
      message: 'MARK-finding-message',
      value: 'MARK-value',
      remediation: 'MARK-remediation',
      url: 'https://example.org/MARK-url',
      waiver: { reason: 'MARK-waiver', owner: 'MARK-owner', expires: 'MARK-expires' },
      source,
    } satisfies Whole<PolicyFinding>,
  ],
};

const render = async (format: (typeof FORMATS)[number], review: Review) =>
  (await reporterOf(format, review.scope))(review, {});
const marksIn = (text: string) => [...new Set(text.match(/MARK-[a-z-]+/g))].sort();

/** What only people are shown. */
const FOR_PEOPLE = /^MARK-(?:attribute|deposed|deferred|previous|terraform|format)$/;

describe('what a review says', () => {
  it('is all in its JSON, apart from what is for people only', async () => {
    const wanted = marksIn(JSON.stringify(WHOLE)).filter((mark) => !FOR_PEOPLE.test(mark));
    expect(marksIn(await render('json', WHOLE))).toEqual(wanted);
  });

  it.each(FORMATS)('has every notice and reason in %s', async (format) => {
    const text = await render(format, WHOLE);
    expect(marksIn(text)).toEqual(
      expect.arrayContaining(['MARK-notice-code', 'MARK-notice-message', 'MARK-why-message']),
    );
  });

  it.each(FORMATS)('has who asked for a deletion, and why, in %s', async (format) => {
    const words = ['MARK-requester', 'MARK-request-reason', 'MARK-approver'];
    expect(marksIn(await render(format, WHOLE))).toEqual(expect.arrayContaining(words));
    const [soft] = WHOLE.requests;
    const [one] = WHOLE.deletions;
    if (soft === undefined || one === undefined) throw new Error('nothing to ask for');
    const hard: Deletion = { ...one, kind: 'hard-delete', stack: soft.stack, target: soft.target };
    const deletions = [hard, { ...hard, address: 'MARK-other-address' }];
    const text = await render(format, { ...WHOLE, deletions, reclamations: [] });
    const all = [...words, 'MARK-deletion-address', 'MARK-other-address'];
    expect(marksIn(text)).toEqual(expect.arrayContaining(all));
    if (['text', 'markdown', 'html'].includes(format)) {
      expect(text.match(/gone at apply/g)).toHaveLength(1);
      expect(text.match(/MARK-requester/g)).toHaveLength(1);
      expect(text).toContain('2 objects');
    }
  });

  it.each(FORMATS)('has what the change does to the rules in %s', async (format) => {
    for (const scope of ['both', 'policies'] as const) {
      const text = await render(format, { ...WHOLE, scope });
      const marks = ['MARK-rule', 'MARK-rule-before', 'MARK-rule-after'];
      expect(marksIn(text)).toEqual(expect.arrayContaining(marks));
      expect(text).toContain('weaker');
    }
  });

  it.each(['text', 'markdown', 'html', 'json'] as const)(
    'has what else the plans change, and by which rules, in %s',
    async (format) => {
      const text = await render(format, WHOLE);
      expect(marksIn(text)).toContain('MARK-type');
      if (format !== 'json') expect(text).toMatch(/update 3 (?:`|<code>)?MARK-type/);
      if (format !== 'text') expect(text).toMatch(/by default rules|"rulesFrom": "defaults"/);
    },
  );

  it('has every notice in the JSON and the text of policies', async () => {
    for (const format of ['json', 'text', 'html', 'sarif'] as const) {
      const text = await render(format, { ...WHOLE, scope: 'policies' });
      expect(marksIn(text), format).toContain('MARK-notice-message');
    }
  });
});

describe('the counts', () => {
  it.each(FORMATS)('tell what is let go of from what is deleted, as %s', async (format) => {
    const text = await render(format, await reviewOf(planText('forget')));
    if (format === 'json') {
      expect(JSON.parse(text)).toMatchObject({
        deletions: [{ actions: ['forget'], cause: 'forgotten' }],
      });
    } else {
      expect(text).toContain('let go of');
    }
    expect(text).not.toMatch(/not protected|deleted without protection/);
  });

  it.each(FORMATS)('tell the records of a closed deletion from objects, as %s', async (format) => {
    const text = await render(format, await reviewOf(planText('close')));
    expect(text).toMatch(/3 to destroy are records of protection/);
    expect(text).not.toContain('no deletion');
  });
});

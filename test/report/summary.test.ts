import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../lib/report/summary.js';
import type { Deletion, KindCount, Review } from '../../lib/review/review.js';

const deletion = (address: string, more: Partial<Deletion> = {}): Deletion => ({
  stack: 'production',
  address,
  kind: 'reclaim',
  actions: ['delete'],
  reason: null,
  cause: 'period-over',
  recoverableUntil: null,
  target: 'billing',
  images: [],
  attributes: [],
  ...more,
});
const review = (more: Partial<Review> = {}): Review => ({
  scope: 'deletions',
  verdict: 'pass',
  why: [],
  deletions: [],
  reclamations: [],
  groups: [{ stack: 'production', target: 'billing', members: [], subject: 'project' }],
  notices: [],
  plans: [],
  reviewedAt: '2026-01-01T00:00:00Z',
  findings: [],
  ...more,
});
const lines = (...given: Parameters<typeof renderSummary>) => renderSummary(...given).split('\n');

describe('the summary of a plan', () => {
  it('counts by kind, the most first, records of ours apart', () => {
    const kinds: readonly KindCount[] = [
      { action: 'create', type: 'kubernetes_network_policy_v1', count: 2 },
      { action: 'create', type: 'aws_s3_bucket', count: 2 },
      { action: 'create', type: 'kubernetes_namespace_v1', count: 1 },
      { action: 'update', type: 'kubernetes_ingress', count: 3 },
      { action: 'move', type: 'other_thing', count: 1 },
      { action: 'create', type: null, count: 4 },
      { action: 'delete', type: null, count: 1 },
    ];
    expect(lines(review(), kinds)).toEqual([
      '  Deletions: none',
      '  Create 5: 2 network policies, 2 aws_s3_bucket, namespace',
      '  Update 3: 3 ingresses',
      '  Move in state 1: other_thing',
      '  Reprieve’s own records: 1 removed, 4 created',
    ]);
  });

  it('has one line for what goes with a project, and one for any other object', () => {
    const deletions = [
      deletion('a.namespace'),
      deletion('a.job', { target: 'billing/job-templates/nightly' }),
      deletion('b.job', { target: 'reports/job-templates/nightly' }),
      deletion('b.secret', { target: 'reports/secrets/key' }),
      deletion('c.db', { kind: 'unprotected', cause: 'block-removed', target: null }),
    ];
    expect(lines(review({ deletions }), []).slice(0, 5)).toEqual([
      '  Deletions:',
      '    reclaim  project `billing`, 2 objects, gone at apply: its reclamation period is over',
      '    reclaim  job template `reports/job-templates/nightly`, 1 object, gone at apply: its reclamation period is over',
      '    reclaim  secret `reports/secrets/key`, 1 object, gone at apply: its reclamation period is over',
      '    not protected  c.db',
    ]);
  });

  it('says until when what is stopped can be restored, why, and by whose wish', () => {
    const blocked = { kind: 'blocked', cause: 'count-shrunk' } as const;
    const recoverableUntil = '2026-01-08T00:00:00Z';
    const addresses = ['a', 'b', 'c', 'd', 'e'];
    const deletions = addresses.map((each) => deletion(each, { ...blocked, recoverableUntil }));
    const why = addresses.map((address) => ({
      code: 'before-deadline',
      address,
      message: 'Too early.\u001b[2J',
      stack: 'production',
    }));
    const requests = [
      {
        stack: 'production',
        target: 'billing',
        mode: 'soft',
        requestedBy: 'ann@example.org',
        reason: 'Moved away',
      },
    ] as const;
    expect(lines(review({ verdict: 'blocked', why, deletions, requests }), [])).toEqual([
      '  Blocked by:',
      '    before-deadline',
      '      Too early.\\u001b[2J',
      '      - a',
      '      - b',
      '      - c',
      '      and 2 more',
      '  Deletions:',
      '    blocked  project `billing`, 5 objects, recoverable until 2026-01-08 00:00 UTC: the count shrank',
      '      requested by `ann@example.org`',
      '      “Moved away”',
    ]);
  });

  it('lists no more than somebody reads', () => {
    const deletions = Array.from({ length: 30 }, (_, at) =>
      deletion(`a.b${at}`, { kind: 'unprotected', cause: 'block-removed', target: null }),
    );
    const shown = lines(review({ deletions }), []);
    expect(shown.at(-1)).toBe('    and 10 more');
    expect(shown.filter((line) => line.includes('not protected'))).toHaveLength(20);
  });
});

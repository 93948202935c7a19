import fc from 'fast-check';
import type { DeletionRequest } from '../../lib/files/deletions.js';
import type { Approver } from '../../lib/files/person.js';
import { type Notice, noticesOf } from '../../lib/notice/notice.js';
import { type Reading, type Reclamation, reclamationsOf } from '../../lib/notice/reclamation.js';
import type { Window } from '../../lib/notice/window.js';
import type { Entry } from '../../lib/state/inventory.js';
import { hostileText } from './reviews.js';

/** When everything here is read. */
export const NOW = new Date('2026-01-08T00:00:00Z');
export const APPROVERS: readonly Approver[] = [
  { id: 'bob@example.org', github: 'bob' },
  { id: 'Ann@Example.org' },
  { id: 'carol' },
];
export const WEEK_BEFORE: Window = { since: new Date('2026-01-01T00:00:00Z'), until: NOW };
export const THREE_DAYS = { seconds: 72 * 3600, text: '72h' };

const request = (target: string, more: object = {}): DeletionRequest => ({
  ...{ target, project: target, mode: 'soft', reason: 'Moved to the new system', index: 0 },
  ...{ requestedBy: 'ann@example.org', requestedAt: '2026-01-01T00:00:00Z', approvals: [] },
  ...{ source: { file: 'deletions.yaml', line: 3 } },
  ...more,
});

export const entry = (
  target: string,
  [deletedAt, reclaimAfter]: readonly [string, string],
  more: Partial<Entry> = {},
): Entry => ({
  ...{ stack: 'production', target, project: target, status: 'soft deleted', isProject: true },
  deletion: {
    id: `id-of-${target}`,
    deletedAt: new Date(deletedAt),
    reclaimAfter: new Date(reclaimAfter),
  },
  request: request(target),
  ...{ remaining: ['a', 'b'], gone: [], differences: [] },
  ...more,
});

const nightly = 'billing/job-templates/nightly';

const { request: _request, ...unasked } = entry('archive', [
  '2026-01-02T00:00:00Z',
  '2026-02-20T00:00:00Z',
]);
const { deletion: _deletion, ...live } = entry('live', [
  '2026-01-02T00:00:00Z',
  '2026-02-20T00:00:00Z',
]);

/** Every state of a deletion, deadlines from past ones to far ones, and what is only active. */
export const ENTRIES: readonly Entry[] = [
  entry('billing', ['2026-01-07T09:30:00Z', '2026-01-14T09:30:00Z']),
  entry('orders-db', ['2025-12-20T08:00:00Z', '2026-01-10T08:00:00Z'], {
    isProject: false,
    beforeReclaim: 'Export the orders: <https://example.org/how|how>, @channel',
    request: request('orders-db', { reason: 'Replaced by **the warehouse** & [more](x)' }),
  }),
  entry(nightly, ['2026-01-01T00:00:00Z', '2026-01-07T00:00:00Z'], {
    project: 'billing',
    stack: 'staging',
    item: { kind: 'job-templates', name: 'nightly' },
    remaining: ['a'],
  }),
  entry('legacy', ['2026-01-07T10:00:00Z', '2026-01-14T10:00:00Z'], {
    stack: 'staging',
    status: 'hard deleted',
    ...{ remaining: [], gone: ['a', 'b'] },
    request: request('legacy', {
      ...{ mode: 'hard', reason: 'The contract has ended' },
      approvals: [
        {
          by: 'bob@example.org',
          ...{ at: '2026-01-06T00:00:00Z', expires: '2026-01-08T00:00:00Z', uid: 'u' },
        },
      ],
    }),
  }),
  unasked,
  { ...live, status: 'active' },
];

export const RECLAMATIONS: readonly Reclamation[] = reclamationsOf(ENTRIES, APPROVERS);

/** All of it, and a stack that could not be read. */
export const READING: Reading = {
  reclamations: RECLAMATIONS,
  stacks: [
    { name: 'production', isRead: true },
    { name: 'staging', isRead: true },
    { name: 'research', isRead: false },
  ],
  readAt: NOW,
};

/** All that the week before has to tell. */
export const NOTICES: readonly Notice[] = noticesOf(RECLAMATIONS, {
  window: WEEK_BEFORE,
  within: THREE_DAYS,
});

/** Deletions in which every name is hostile. */
export const hostileNotices: fc.Arbitrary<readonly Notice[]> = fc
  .array(
    fc.record({
      reclamationId: hostileText,
      stack: hostileText,
      target: hostileText,
      what: fc.constant('project'),
      status: fc.constantFrom('soft deleted' as const, 'hard deleted' as const),
      deletedAt: fc.constant(new Date('2026-01-07T00:00:00Z')),
      recoverableUntil: fc.constant(new Date('2026-01-14T00:00:00Z')),
      objects: fc.nat(9),
      request: fc.record({
        mode: fc.constant('soft' as const),
        reason: hostileText.map((text) => text.slice(0, 1000)),
        requestedBy: hostileText.map((text) => text.slice(0, 1000)),
        requestedAt: fc.constant('2026-01-01T00:00:00Z'),
        approvedBy: fc.option(hostileText),
        approvers: fc.array(fc.record({ id: hostileText }), { maxLength: 8 }),
      }),
      beforeReclaim: fc.option(hostileText.map((text) => text.slice(0, 1000))),
      restore: fc.option(hostileText),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((all) => noticesOf(all, { window: WEEK_BEFORE, within: THREE_DAYS }));

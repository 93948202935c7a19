import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../lib/base/duration.js';
import { readObject } from '../../lib/cluster/audit/object.js';
import { clockIn } from '../../lib/cluster/recovery/clock.js';
import { recoveredRecords } from '../../lib/cluster/recovery/records.js';

const NOW = new Date('2026-01-01T12:00:00Z');
const CANARY = 'canary-Hr5xM8';

function object(kind: string, name: string, deadline?: string) {
  const annotations = deadline === undefined ? {} : { 'reprieve.dev/reclaim-after': deadline };
  const place = kind === 'Namespace' ? {} : { namespace: 'billing' };
  const read = readObject(kind, { name, ...place, uid: `uid-${name}`, annotations });
  if (read === undefined) throw new Error('not an object');
  return read;
}

const seconds = fc.integer({ min: -10_000_000, max: 10_000_000 });
const iso = (offset: number) =>
  new Date(NOW.getTime() + offset * 1000).toISOString().replace('.000Z', 'Z');

describe('a clock that is told from the cluster', () => {
  it('never runs out before any deadline that an object carries, and did not begin later', () => {
    const period = fc.integer({ min: 1, max: 10_000_000 }).map((count) => `${count}s`);
    fc.assert(
      fc.property(fc.array(seconds, { minLength: 1 }), period, (offsets, length) => {
        const clock = clockIn(
          offsets.map((it) => object('Secret', 'x', iso(it))),
          length,
          NOW,
        );
        const latest = NOW.getTime() + Math.max(...offsets) * 1000;
        if (latest <= NOW.getTime()) {
          expect(clock).toBe('over');
        } else if (typeof clock !== 'string') {
          const begun = Date.parse(clock.deletedAt);
          const lasts = (parseDuration(clock.period).value?.seconds ?? Number.NaN) * 1000;
          expect(begun).toBeLessThanOrEqual(NOW.getTime());
          expect(begun + lasts).toBe(latest);
        } else {
          expect(clock).toBe('a clock');
        }
      }),
    );
  });

  it('begins anew where no object carries a deadline that can be read', () => {
    expect(clockIn([], '1h', NOW)).toBe('no-deadline');
    expect(clockIn([object('Secret', 'x'), object('Secret', 'y', 'soon')], '1h', NOW)).toBe(
      'no-deadline',
    );
  });
});

const STACK = {
  resource: {
    terraform_data: {
      guard: {
        input: {
          kind: 'Guard',
          target: 'billing',
          members: [
            { address: 'kubernetes_namespace_v1.ns', target: 'billing' },
            { address: 'kubernetes_service_account_v1.sa', target: 'billing' },
            { address: 'kubernetes_secret_v1.db', target: 'billing/secrets/db' },
          ],
        },
      },
      tombstone: { input: { kind: 'Tombstone', target: 'billing', period: '24h' } },
      own: { input: { kind: 'Tombstone', target: 'billing/secrets/db', period: '24h' } },
      identity: {
        input: {
          kind: 'Identity',
          target: 'billing',
          objects: { billing: null, 'billing/secrets/db': null, 'billing/secrets/gone': null },
        },
      },
    },
  },
};

const found = (address: string, name: string, deadline: string) => ({
  address,
  metadata: {
    name,
    uid: `uid-${name}`,
    annotations: { 'reprieve.dev/reclaim-after': deadline, other: CANARY },
  },
});

describe('the records of deletions that go on', () => {
  it('hold the latest deadline of each target’s objects, and their uids', () => {
    const { records, deletions } = recoveredRecords(
      STACK,
      [
        found('kubernetes_service_account_v1.sa', 'sa', '2026-01-02T00:00:00Z'),
        found('kubernetes_namespace_v1.ns', 'billing', '2026-01-02T00:00:05Z'),
        found('kubernetes_secret_v1.db', 'db', '2026-01-01T18:00:00Z'),
        found('kubernetes_secret_v1.foreign', 'foreign', '2026-01-01T12:00:01Z'),
      ],
      NOW,
    );
    expect(deletions.map(({ target }) => target)).toEqual(['billing', 'billing/secrets/db']);
    const version = { api_version: 'reprieve/v1' };
    const clock = { ...version, kind: 'Tombstone', period: '24h' };
    expect(records).toEqual([
      {
        name: 'tombstone',
        input: { ...clock, target: 'billing', deleted_at: '2026-01-01T00:00:05Z' },
      },
      {
        name: 'own',
        input: { ...clock, target: 'billing/secrets/db', deleted_at: '2025-12-31T18:00:00Z' },
      },
      {
        name: 'identity',
        input: {
          ...version,
          kind: 'Identity',
          target: 'billing',
          objects: {
            billing: 'uid-billing',
            'billing/secrets/db': 'uid-db',
            'billing/secrets/gone': null,
          },
        },
      },
    ]);
    expect(JSON.stringify(records)).not.toContain(CANARY);
  });

  it('are none where nothing was found, or a deadline has passed', () => {
    expect(recoveredRecords(STACK, [], NOW)).toEqual({ deletions: [], records: [] });
    const past = [found('kubernetes_secret_v1.db', 'db', '2026-01-01T11:59:59Z')];
    const { records, deletions } = recoveredRecords(STACK, past, NOW);
    expect(deletions).toEqual([{ target: 'billing/secrets/db', clock: 'over' }]);
    expect(records.map(({ name }) => name)).toEqual(['identity']);
  });

  it('survive a stack and objects of any shape', () => {
    const any = fc.jsonValue();
    fc.assert(
      fc.property(any, any, any, (a, b, metadata) => {
        const stack = { resource: { terraform_data: { a: { input: a }, b } } };
        const address = 'kubernetes_secret_v1.x';
        expect(recoveredRecords(stack, [{ address, metadata }], NOW).records).toEqual([]);
        expect(recoveredRecords(a, [], NOW).records).toEqual([]);
      }),
    );
  });
});

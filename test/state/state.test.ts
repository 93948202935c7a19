import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openReclamations, readStackState, statusOf } from '../../lib/state/state.js';
import { codes } from '../support/codes.js';

const resource = (address: string, input: object, type = 'terraform_data') => ({
  mode: 'managed',
  type,
  address,
  values: { input },
});
const ours = (kind: string, more: object) => ({ api_version: 'reprieve/v1', kind, ...more });
const guard = resource(
  'terraform_data.guard',
  ours('Guard', {
    target: 'billing',
    period: '168h',
    members: [
      { address: 'kubernetes_namespace_v1.ns', target: 'billing' },
      { address: 'kubernetes_secret_v1.hub', target: 'billing/registry-secrets/hub' },
    ],
  }),
);
const tombstone = (target: string, deletedAt: string, period = '168h') =>
  resource(
    `terraform_data.tombstone_${target.length}`,
    ours('Tombstone', { target, deleted_at: deletedAt, period }),
  );
const object = (address: string) => resource(address, {}, address.split('.')[0]);
const state = (...resources: readonly object[]) => {
  const json = { format_version: '1.0', values: { root_module: { resources } } };
  const { value } = readStackState(json);
  if (value === undefined) throw new Error('unreadable');
  return value;
};
const namespace = object('kubernetes_namespace_v1.ns[0]');
const secret = object('kubernetes_secret_v1.hub[0]');

describe('a stack’s state', () => {
  it('tells a live project from one whose deletion has begun', () => {
    expect(statusOf(state(guard, namespace, secret), 'billing').status).toBe('active');
    const deleting = state(guard, namespace, secret, tombstone('billing', '2026-01-01T00:00:00Z'));
    expect(statusOf(deleting, 'billing')).toEqual({
      target: 'billing',
      status: 'soft deleted',
      deletedAt: new Date('2026-01-01T00:00:00Z'),
      reclaimAfter: new Date('2026-01-08T00:00:00Z'),
      remaining: ['kubernetes_namespace_v1.ns', 'kubernetes_secret_v1.hub'],
      gone: [],
    });
  });

  it('lets no second clock of a target shorten the first', () => {
    const [first, second] = ['2026-01-01T00:00:00Z', '2026-01-05T00:00:00Z'];
    for (const times of [
      [first, second],
      [second, first],
    ]) {
      const clocks = times.map((time) => tombstone('billing', time));
      const { reclaimAfter } = statusOf(state(guard, namespace, ...clocks), 'billing');
      expect(reclaimAfter).toEqual(new Date('2026-01-12T00:00:00Z'));
    }
  });

  it('tells what is gone, in whole or in part, from what is there', () => {
    const deleted = tombstone('billing', '2026-01-01T00:00:00Z');
    expect(statusOf(state(guard, deleted), 'billing')).toMatchObject({
      status: 'hard deleted',
      remaining: [],
    });
    expect(statusOf(state(guard, deleted, namespace), 'billing')).toMatchObject({
      status: 'soft deleted',
      gone: ['kubernetes_secret_v1.hub'],
    });
  });

  it('lets an item go with its project, by the earlier deadline', () => {
    const item = 'billing/registry-secrets/hub';
    const both = state(
      guard,
      namespace,
      secret,
      tombstone(item, '2026-01-05T00:00:00Z'),
      tombstone('billing', '2026-01-01T00:00:00Z'),
    );
    expect(statusOf(both, item)).toMatchObject({
      deletedAt: new Date('2026-01-05T00:00:00Z'),
      reclaimAfter: new Date('2026-01-08T00:00:00Z'),
      remaining: ['kubernetes_secret_v1.hub'],
    });
    expect(openReclamations(both).map(({ target }) => target)).toEqual(['billing', item]);
  });

  it('does not take a namesake for a project’s item', () => {
    const other = state(guard, namespace, secret, tombstone('bill', '2026-01-01T00:00:00Z'));
    expect(statusOf(other, 'billing').status).toBe('active');
  });

  it('looks into modules and ignores what is not ours', () => {
    const json = {
      format_version: '1.2',
      values: {
        root_module: {
          resources: [resource('terraform_data.x', { kind: 'Guard', target: 'x' })],
          child_modules: [{ resources: [guard], child_modules: [{ resources: [namespace] }] }],
        },
      },
    };
    const { value } = readStackState(json);
    expect(value?.guards.map(({ target }) => target)).toEqual(['billing']);
    expect(value?.resources).toHaveLength(3);
  });

  it('is empty before the first deploy', () => {
    expect(readStackState({ format_version: '1.0' }).value?.resources).toEqual([]);
  });

  it('is refused in a format that is not known', () => {
    for (const json of [null, [], {}, { format_version: '2.0' }, { format_version: 1 }]) {
      expect(codes(readStackState(json))).toEqual(['state/unreadable']);
    }
  });

  it('survives an input that can not be turned into text', () => {
    const input = JSON.parse('{"toString": 1, "valueOf": 1}');
    const json = ours('Tombstone', { target: 'x', deleted_at: input, period: input });
    expect(state(resource('terraform_data.x', json)).tombstones).toEqual([]);
  });

  it('survives anything', () => {
    const hostile = fc.record({
      format_version: fc.constant('1.0'),
      values: fc.record({
        root_module: fc.record({
          resources: fc.array(
            fc.record({
              mode: fc.constant('managed'),
              type: fc.constant('terraform_data'),
              address: fc.string(),
              values: fc.record({
                input: fc.record({
                  api_version: fc.constant('reprieve/v1'),
                  kind: fc.constantFrom('Guard', 'Tombstone', 'Identity', 'HardDeletion'),
                  target: fc.oneof(fc.string(), fc.anything()),
                  members: fc.anything(),
                  deleted_at: fc.anything(),
                  period: fc.anything(),
                  objects: fc.anything(),
                }),
              }),
            }),
          ),
        }),
      }),
    });
    fc.assert(
      fc.property(fc.oneof(hostile, fc.anything()), (json) => {
        const { value, problems } = readStackState(json);
        expect(value === undefined).toBe(problems.length > 0);
        if (value !== undefined) openReclamations(value);
      }),
    );
  });
});

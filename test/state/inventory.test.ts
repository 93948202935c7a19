import { describe, expect, it } from 'vitest';
import type { DeletionRequest } from '../../lib/files/deletions.js';
import { readLock } from '../../lib/files/projects-lock.js';
import { entriesOf } from '../../lib/state/inventory.js';
import { readStackState } from '../../lib/state/state.js';

const ITEM = 'billing/config-maps/settings';
const LOCK = JSON.stringify({
  version: 1,
  stacks: {
    demo: {
      target: 'sandbox',
      projects: {
        billing: {
          path: 'demo/billing',
          namespace: 'billing',
          spec: {
            quota: {
              ...{ jobs: 1, jobRuns: 1, secrets: 1, configMaps: 1, apps: 1, functions: 1 },
              ...{ instances: 1, cpu: 1, memory: '1G', ephemeralStorage: '1G' },
            },
            'config-maps': { settings: { data: { CURRENCY: 'EUR' } } },
          },
          resources: ['terraform_data.ns'],
        },
      },
    },
  },
});
const record = (name: string, kind: string, more: object) => ({
  ...{ mode: 'managed', type: 'terraform_data', address: `terraform_data.${name}` },
  values: { id: `id-of-${name}`, input: { api_version: 'reprieve/v1', kind, ...more } },
});
const object = (name: string) => ({
  ...{ mode: 'managed', type: 'terraform_data', address: `terraform_data.${name}` },
  values: { id: `id-of-${name}`, input: {} },
});
const GUARD = record('guard', 'Guard', {
  target: 'billing',
  period: '1h',
  members: [
    { address: 'terraform_data.ns', target: 'billing' },
    { address: 'terraform_data.settings', target: ITEM },
  ],
});
const IDENTITY = record('identity', 'Identity', { target: 'billing', objects: { billing: 'uid' } });
const tombstone = (name: string, target: string) =>
  record(name, 'Tombstone', { target, deleted_at: '2026-01-01T00:00:00Z', period: '1h' });
const BOTH = [object('ns'), object('settings')];

function residents(resources: readonly object[], requested: readonly string[] = [], lock = LOCK) {
  const json = { format_version: '1.0', values: { root_module: { resources } } };
  const state = readStackState(json).value;
  if (state === undefined) throw new Error('unreadable');
  const requests = requested.map(
    (target) => ({ target, mode: 'soft', approvals: [] }) as unknown as DeletionRequest,
  );
  const locked = readLock('projects.lock.yaml', lock).value?.lock.stacks['demo'];
  const found = entriesOf({ stack: 'demo', state, locked, requests });
  return Object.fromEntries(found.map((each) => [each.target, each]));
}

describe('what there is in a stack', () => {
  it('tells what was never deployed from what is there', () => {
    expect(residents([])).toMatchObject({
      billing: { status: 'preparing' },
      [ITEM]: { status: 'preparing' },
    });
    const { billing, [ITEM]: item } = residents([GUARD, IDENTITY, ...BOTH]);
    expect(billing).toMatchObject({ status: 'active', id: 'uid', differences: [] });
    expect(item).toMatchObject({ status: 'active', item: { kind: 'config-maps' } });
  });

  it('gives an item the deadline of its project, but no reclamation of its own', () => {
    const deleted = residents([GUARD, tombstone('t', 'billing'), ...BOTH], ['billing']);
    expect(deleted['billing']).toMatchObject({
      status: 'soft deleted',
      deletion: { id: 'id-of-t', reclaimAfter: new Date('2026-01-01T01:00:00Z') },
      differences: [],
    });
    expect(deleted[ITEM]?.status).toBe('soft deleted');
    expect(deleted[ITEM]?.deletion).not.toHaveProperty('id');
  });

  it('does not miss an item that was reclaimed by itself', () => {
    const alone = [GUARD, tombstone('t', ITEM), object('ns')];
    expect(residents(alone, [ITEM])).toMatchObject({
      billing: { status: 'active', differences: [] },
      [ITEM]: { status: 'hard deleted' },
    });
    const both = residents([...alone, tombstone('p', 'billing')], [ITEM, 'billing']);
    expect(both['billing']?.status).toBe('soft deleted');
  });

  it('sees what a deletion has taken in part, and what went without one', () => {
    const partly = residents([GUARD, tombstone('t', 'billing'), object('settings')], ['billing']);
    expect(partly['billing']?.status).toBe('hard deleting');
    const lost = residents([GUARD, object('settings')]);
    expect(lost['billing']?.status).toBe('active');
    expect(lost['billing']?.differences).toHaveLength(1);
    expect(lost['billing']?.differences[0]).toContain('terraform_data.ns');
  });

  it('says where the files and the state disagree', () => {
    const differences = (found: ReturnType<typeof residents>) => found['billing']?.differences;
    expect(differences(residents([GUARD, ...BOTH], ['billing']))?.[0]).toContain(
      'not deployed yet',
    );
    expect(differences(residents([GUARD, tombstone('t', 'billing'), ...BOTH]))?.[0]).toContain(
      'deploy to restore it',
    );
    const forgotten = '{ "version": 1, "stacks": {} }';
    expect(differences(residents([GUARD, ...BOTH], [], forgotten))?.[0]).toContain(
      'projects.lock.yaml does not have it',
    );
  });
});

import { expect, it } from 'vitest';
import { readLock } from '../../lib/files/projects-lock.js';
import type { Entry } from '../../lib/state/inventory.js';
import { NOT_IN_ETCD, storedData } from '../../lib/state/stored-data.js';

const PROJECT = {
  ...{ path: 'demo/billing', namespace: 'billing', resources: ['terraform_data.ns'] },
  spec: {
    quota: {
      ...{ jobs: 1, jobRuns: 1, secrets: 1, configMaps: 1, apps: 1, functions: 1 },
      ...{ instances: 1, cpu: 1, memory: '1G', ephemeralStorage: '1G' },
    },
    'config-maps': { settings: { data: { CURRENCY: 'EUR' } } },
  },
};
const lockOf = (target: 'sandbox' | 'kubernetes') => {
  const text = JSON.stringify({
    version: 1,
    stacks: { demo: { target, projects: { billing: PROJECT } } },
  });
  const { value, problems } = readLock('projects.lock.yaml', text);
  return value?.lock ?? expect.fail(JSON.stringify(problems));
};
const entry = (more: Partial<Entry> = {}): Entry => ({
  ...{ stack: 'demo', target: 'billing/config-maps/settings', project: 'billing' },
  ...{ item: { kind: 'config-maps', name: 'settings' }, isProject: true, differences: [] },
  ...{ status: 'active', remaining: ['terraform_data.c'], gone: [] },
  ...more,
});
const GONE = { status: 'hard deleted', remaining: [], gone: ['terraform_data.c'] } as const;
const data = (
  target: 'sandbox' | 'kubernetes',
  of: Entry,
  { file, stored }: { file?: string; stored?: string } = {},
) => {
  const [datum] = storedData({
    ...{ entries: [of], lock: lockOf(target), periodOf: () => '1h' },
    backendOf: () =>
      file === undefined
        ? { name: 's3', settings: {} }
        : { name: 'local', settings: { path: `/app/${file}` } },
    shown: (path) => path.replace('/app/', ''),
    stored: () => stored,
  });
  return datum ?? expect.fail('nothing');
};
const places = (...of: Parameters<typeof data>) => data(...of).places.map(({ place }) => place);

it('lists of what is deleted only what is left: no etcd and no state that has it no more', () => {
  expect(places('kubernetes', entry())).toEqual(['etcd', 'state', 'repository']);
  expect(places('kubernetes', entry(GONE))).toEqual(['repository']);
  expect(places('sandbox', entry())).toEqual(['state', 'repository']);
  expect(places('sandbox', entry(GONE))).toEqual(['repository']);
});

it('lists it in etcd where the cluster or etcd itself still has it', () => {
  const seen = (status: 'active' | 'missing') => entry({ ...GONE, cluster: { status } });
  expect(places('kubernetes', seen('active'))).toEqual(['etcd', 'repository']);
  expect(places('kubernetes', seen('missing'))).toEqual(['repository']);
  const stored = { stored: 'nobody: plain text, as stored' };
  expect(places('kubernetes', entry(GONE), stored)).toEqual(['etcd', 'repository']);
  expect(places('kubernetes', entry(GONE), { stored: NOT_IN_ETCD })).toEqual(['repository']);
});

it('says that nobody encrypts a local state, and where it is', () => {
  const file = 'terraform.demo.tfstate';
  const [state] = data('sandbox', entry(), { file }).places;
  expect(state).toMatchObject({ where: file, encryptedBy: 'nobody: a local file' });
  const [remote] = data('sandbox', entry()).places;
  expect(remote).toMatchObject({ where: 'the state of demo', encryptedBy: 'the state’s backend' });
});

it('names what is left on disk, and of a cluster only where there is one', () => {
  const local = data('sandbox', entry(), { file: 'terraform.demo.tfstate' }).leftElsewhere;
  expect(local.join('\n')).not.toMatch(/etcd|audit|logs/);
  expect(local.join('\n')).toMatch(/terraform\.demo\.tfstate\*\.backup/);
  expect(local.join('\n')).toMatch(/cdktf\.out\/plans\/\*\.json.*in clear/);
  expect(local.join('\n')).toMatch(/evidence\/ and certificates\//);
  const live = data('kubernetes', entry()).leftElsewhere.join('\n');
  for (const each of [/audit log/, /snapshots of etcd/, /write-ahead log/]) {
    expect(live).toMatch(each);
  }
});

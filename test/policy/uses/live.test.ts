import { describe, expect, it } from 'vitest';
import { type LiveObjects, liveUses, liveUsesOf } from '../../../lib/policy/uses/live.js';

const NONE: LiveObjects = { jobs: [], pods: [], claims: [], slices: [] };
const named = (name: string, more: object = {}) => ({ metadata: { name, ...more } });

function pod(name: string, spec: object, phase = 'Running', owner?: string) {
  const ownerReferences = owner === undefined ? [] : [{ kind: owner, name: 'x' }];
  return { ...named(name, { ownerReferences }), spec, status: { phase } };
}

describe('what is in use in a namespace', () => {
  it('is what runs, what is mounted, and what serves', () => {
    const data = { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] };
    const claim = (name: string, phase: string) => ({ ...named(name), status: { phase } });
    const slice = (service: string, ready: boolean) => ({
      ...named(`${service}-1`, { labels: { 'kubernetes.io/service-name': service } }),
      endpoints: [{ conditions: { ready } }],
    });
    const live = {
      jobs: [
        { ...named('import'), status: { active: 1 } },
        { ...named('done'), status: { succeeded: 1 } },
      ],
      pods: [pod('api', data), pod('import-1', {}, 'Running', 'Job'), pod('old', data, 'Failed')],
      claims: [claim('data', 'Bound'), claim('free', 'Bound'), claim('new', 'Pending')],
      slices: [slice('api', true), slice('idle', false)],
    };
    expect(liveUses(live)).toEqual([
      'Job import is running.',
      'Pod api is running.',
      'Claim data is bound and mounted.',
      'Service api is sending to ready endpoints.',
    ]);
    const idle = pod('idle', data, 'Succeeded');
    expect(liveUses({ ...NONE, pods: [idle], claims: [claim('data', 'Bound')] })).toEqual([]);
  });

  it('is counted where there is much of it', () => {
    const pods = Array.from({ length: 7 }, (_, index) => pod(`p${index}`, {}));
    expect(liveUses({ ...NONE, pods })).toHaveLength(6);
    expect(liveUses({ ...NONE, pods }).at(-1)).toBe('So are 2 more pods.');
  });
});

describe('what uses one object', () => {
  it.each([
    ['Secret', { containers: [{ envFrom: [{ secretRef: { name: 'hub' } }] }] }],
    ['Secret', { imagePullSecrets: [{ name: 'hub' }] }],
    ['Secret', { volumes: [{ projected: { sources: [{ secret: { name: 'hub' } }] } }] }],
    ['ConfigMap', { volumes: [{ configMap: { name: 'hub' } }] }],
  ])('is a pod that names the %s', (kind, spec) => {
    const pods = [pod('api', spec), pod('other', {})];
    expect(liveUsesOf({ ...NONE, pods }, { kind, name: 'hub' })).toEqual([
      'Pod api is running and uses it.',
    ]);
    expect(liveUsesOf({ ...NONE, pods }, { kind, name: 'another' })).toEqual([]);
  });

  it('is a running job of the cron job', () => {
    const job = (name: string, owner: string) => ({
      ...named(name, { ownerReferences: [{ kind: 'CronJob', name: owner }] }),
      status: { active: 1 },
    });
    const jobs = [job('nightly-1', 'nightly'), job('weekly-1', 'weekly')];
    expect(liveUsesOf({ ...NONE, jobs }, { kind: 'CronJob', name: 'nightly' })).toEqual([
      'Job nightly-1 is running.',
    ]);
  });
});

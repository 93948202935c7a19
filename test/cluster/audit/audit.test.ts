import { describe, expect, it } from 'vitest';
import { durationOf } from '../../../lib/base/duration.js';
import { admissionPolicies } from '../../../lib/cluster/admission-policies.js';
import { anchorManifests } from '../../../lib/cluster/anchor.js';
import { type AuditInput, audit } from '../../../lib/cluster/audit/audit.js';
import { expectedObjects } from '../../../lib/cluster/audit/members.js';
import { readNamespace } from '../../../lib/cluster/audit/namespaces.js';
import { readObject } from '../../../lib/cluster/audit/object.js';
import type { ClusterRules } from '../../../lib/cluster/rules.js';
import { readStackState } from '../../../lib/state/state.js';

const NOW = new Date('2026-01-01T12:00:00Z');
const LEASE = { metadata: { name: 'apiserver-x' }, spec: { renewTime: '2026-01-01T11:59:55.1Z' } };
const DEADLINE = { 'reprieve.dev/reclaim-after': '2026-01-02T00:00:00Z' };
const ACTIVE = { 'reprieve.dev/protected': 'true', 'reprieve.dev/state': 'active' };
const DELETED = { ...ACTIVE, 'reprieve.dev/state': 'soft-deleted' };

function object(kind: string, name: string, metadata: object = {}) {
  const read = readObject(kind, {
    name,
    namespace: 'billing',
    uid: `uid-${name}`,
    labels: ACTIVE,
    ...metadata,
  });
  if (read === undefined) throw new Error('not an object');
  return read;
}

function namespace(metadata: object = {}, status: object = {}) {
  const base = {
    name: 'billing',
    uid: 'uid-billing',
    labels: ACTIVE,
    annotations: { 'reprieve.dev/stack': 'production' },
  };
  const read = readNamespace({ metadata: { ...base, ...metadata }, status });
  if (read === undefined) throw new Error('not a namespace');
  return read;
}

/** A state with one secret in one project, whose deletion began where a time is given. */
function state(deletedAt?: string, secret: { revision?: number; carried?: string } = {}) {
  const record = (kind: string, more: object) => ({
    mode: 'managed',
    type: 'terraform_data',
    address: `terraform_data.${kind}`,
    values: { input: { api_version: 'reprieve/v1', kind, target: 'billing', ...more } },
  });
  const resource = (type: string, metadata: object, more: object = {}) => ({
    mode: 'managed',
    type,
    address: `${type}.x`,
    values: { metadata: [metadata], ...more },
  });
  const { revision, carried } = secret;
  const annotations = carried === undefined ? {} : { 'reprieve.dev/data-revision': carried };
  const members = [
    { address: 'kubernetes_secret_v1.x', target: 'billing/secrets/db' },
    { address: 'kubernetes_namespace_v1.x', target: 'billing' },
  ];
  const resources = [
    record('Guard', { period: '24h', members }),
    ...(deletedAt === undefined
      ? []
      : [record('Tombstone', { deleted_at: deletedAt, period: '24h' })]),
    resource(
      'kubernetes_secret_v1',
      { name: 'db', namespace: 'billing', uid: 'uid-db', annotations },
      { data_wo_revision: revision },
    ),
    resource('kubernetes_namespace_v1', { name: 'billing', uid: 'uid-billing' }),
  ];
  const read = readStackState({ format_version: '1.0', values: { root_module: { resources } } });
  if (read.value === undefined) throw new Error('not a state');
  return expectedObjects('production', read.value);
}

const RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(3600),
  slack: durationOf(7200),
  pipelines: ['ci'],
  approvers: ['bob'],
};
const declared = { stack: 'production', name: 'billing', adopts: false, isInState: true };
const SOUND: AuditInput = {
  now: NOW,
  expected: state(),
  inState: state().map((it) => it.object),
  declared: [declared],
  namespaces: [namespace()],
  objects: [object('Secret', 'db')],
  jobs: [],
  leases: [LEASE],
  clocks: [],
  networkPolicies: [],
  admission: {
    mutatingWebhooks: [],
    mutatingPolicies: [],
    validatingWebhooks: [],
    apiServices: [],
  },
  stacks: ['production'],
  rules: { value: RULES, problems: [] },
  installed: [...admissionPolicies(RULES), ...anchorManifests(RULES)],
  version: 'v1.34.4',
  rbac: { roles: [], clusterRoles: [], roleBindings: [], clusterRoleBindings: [] },
  trusted: [],
};
const codes = (change: Partial<AuditInput>) =>
  audit({ ...SOUND, ...change }).map(({ code, path }) => `${code} ${path}`);

describe('an audit', () => {
  it('finds nothing where the cluster is as it should be', () => {
    expect(codes({})).toEqual([]);
    const labels = { labels: DELETED, annotations: DEADLINE };
    expect(
      codes({
        expected: state('2026-01-01T00:00:00Z'),
        objects: [object('Secret', 'db', labels)],
        namespaces: [
          namespace({
            labels: DELETED,
            annotations: { ...DEADLINE, 'reprieve.dev/stack': 'production' },
          }),
        ],
      }),
    ).toEqual([]);
  });

  it('finds what was deleted, replaced or stripped by hand', () => {
    expect(codes({ objects: [] })).toEqual(['object/missing secret billing/db']);
    expect(codes({ objects: [object('Secret', 'db', { uid: 'other' })] })).toEqual([
      'object/replaced Secret billing/db',
    ]);
    expect(codes({ objects: [object('Secret', 'db', { labels: {} })] })).toEqual([
      'object/unlabelled Secret billing/db',
    ]);
  });

  it.each([
    ['earlier', '2026-01-01T23:59:59Z'],
    ['later', '2026-01-02T00:00:01Z'],
    ['missing', undefined],
    ['no time', 'soon'],
  ])('finds a deadline that is %s', (_which, text) => {
    const annotations = text === undefined ? {} : { 'reprieve.dev/reclaim-after': text };
    const found = codes({
      expected: state('2026-01-01T00:00:00Z').filter((it) => it.object.name === 'db'),
      objects: [object('Secret', 'db', { labels: DELETED, annotations })],
    });
    expect(found).toEqual(['object/deadline Secret billing/db']);
  });

  it.each([
    ['another revision', { 'reprieve.dev/data-revision': '1' }],
    ['no revision', {}],
    ['what is none', { 'reprieve.dev/data-revision': 'two' }],
  ])('finds a secret that says %s than the state', (_which, annotations) => {
    const expected = state(undefined, { revision: 2, carried: '2' });
    const objects = [object('Secret', 'db', { annotations })];
    expect(codes({ expected, objects })).toEqual(['secret/revision Secret billing/db']);
    const [found] = audit({ ...SOUND, expected, objects });
    expect(found?.remedy).toContain('npx reprieve deploy production');
    const sound = { annotations: { 'reprieve.dev/data-revision': '2' } };
    expect(codes({ expected, objects: [object('Secret', 'db', sound)] })).toEqual([]);
    // Nothing can be told of what an earlier version wrote.
    expect(codes({ expected: state(undefined, { revision: 2 }), objects })).toEqual([]);
  });

  it('finds a deletion that the state or the cluster does not know of', () => {
    expect(codes({ objects: [object('Secret', 'db', { labels: DELETED })] })).toEqual([
      'object/state Secret billing/db',
    ]);
    const expected = state('2026-01-01T00:00:00Z').filter((it) => it.object.name === 'db');
    expect(codes({ expected })).toEqual([
      'object/deadline Secret billing/db',
      'object/state Secret billing/db',
    ]);
  });

  it('names what lies undeclared in a protected namespace, and leaves Kubernetes its own', () => {
    const bare = { labels: {} };
    const owned = { labels: {}, ownerReferences: [{ kind: 'Job' }] };
    expect(
      codes({
        objects: [
          object('Secret', 'db'),
          object('Secret', 'loose', bare),
          object('ServiceAccount', 'default', bare),
          object('ConfigMap', 'kube-root-ca.crt', bare),
          object('ConfigMap', 'made', owned),
          object('ConfigMap', 'passing', { labels: { 'reprieve.dev/protected': 'false' } }),
        ],
      }),
    ).toEqual(['object/undeclared Secret billing/loose']);
  });

  it('finds what is protected and in no state, unless the whole state was lost', () => {
    const objects = [object('Secret', 'db'), object('CronJob', 'forgotten')];
    expect(codes({ objects })).toEqual(['object/orphaned CronJob billing/forgotten']);
    // Between a recovery and the next deploy there is no guard.
    expect(codes({ objects, expected: [] })).toEqual(['object/orphaned CronJob billing/forgotten']);
    const lost = { expected: [], inState: [], declared: [{ ...declared, isInState: false }] };
    expect(codes({ objects, ...lost })).toEqual(['namespace/state-lost Namespace billing']);
  });

  it.each([
    ['is somebody’s already', {}, {}, 'namespace/exists'],
    [
      'is another stack’s',
      { 'reprieve.dev/stack': 'other' },
      { adopts: true },
      'namespace/claimed',
    ],
    ['this stack lost', { 'reprieve.dev/stack': 'production' }, {}, 'namespace/state-lost'],
  ])('finds a namespace that %s', (_which, annotations, more, code) => {
    const found = codes({
      expected: [],
      objects: [],
      namespaces: [namespace({ annotations, labels: {} })],
      declared: [{ ...declared, isInState: false, ...more }],
    });
    expect(found).toEqual([`${code} Namespace billing`]);
  });

  it('finds a namespace that two stacks claim, and one that does not go away', () => {
    const both = [declared, { ...declared, stack: 'staging' }];
    expect(codes({ declared: both })).toEqual([
      'namespace/claimed Namespace billing',
      'namespace/several-stacks Namespace billing',
    ]);
    const conditions = [{ type: 'NamespaceContentRemaining', status: 'True', message: 'one left' }];
    const stuck = namespace({ deletionTimestamp: '2026-01-01T00:00:00Z' }, { conditions });
    const [found] = audit({ ...SOUND, namespaces: [stuck] });
    expect(found).toMatchObject({ code: 'namespace/terminating' });
    expect(found?.message).toContain('one left');
  });

  it('finds jobs that go on in a soft-deleted project', () => {
    const job = (name: string, type?: string) => ({
      metadata: { name, namespace: 'billing', uid: name },
      status: { conditions: type === undefined ? [] : [{ type, status: 'True' }] },
    });
    const jobs = [
      job('run'),
      job('done', 'Complete'),
      job('bad', 'Failed'),
      job('off', 'Suspended'),
    ];
    const deleted = namespace({ labels: DELETED });
    const found = codes({ namespaces: [deleted], jobs, expected: [], declared: [] });
    expect(found.filter((it) => it.startsWith('job/'))).toEqual(['job/running Job billing/run']);
    expect(codes({ jobs })).toEqual([]);
  });

  it.each([
    ['none', [], 'lease/none Lease kube-system'],
    ['a stopped one', ['2026-01-01T11:58:59Z'], 'lease/stopped Lease kube-system/0'],
    ['one ahead of time', ['2026-01-01T12:01:01Z'], 'lease/ahead Lease kube-system/0'],
    ['an unreadable one', ['soon'], 'lease/stopped Lease kube-system/0'],
    [
      'a stopped one among others',
      ['2026-01-01T11:59:59Z', '2026-01-01T11:00:00Z'],
      'lease/stopped Lease kube-system/1',
    ],
  ])('finds a clock of %s lease', (_which, times, code) => {
    const leases = times.map((renewTime, index) => ({
      metadata: { name: String(index) },
      spec: { renewTime },
    }));
    expect(codes({ leases })).toEqual([code]);
  });

  it('does not look at the leases where the tick is the clock', () => {
    const rules: ClusterRules = { ...RULES, clock: 'tick' };
    const installed = [...admissionPolicies(rules), ...anchorManifests(rules)];
    const change = { rules: { value: rules, problems: [] }, installed };
    expect(codes({ ...change, leases: [] })).toEqual([]);
  });

  it('finds a cluster that is too old, and settings that make no policies', () => {
    expect(codes({ version: 'v1.29.9' })).toEqual(['cluster/version undefined']);
    const problem = { code: 'cluster/no-pipeline', message: '', remedy: '' };
    expect(codes({ rules: { problems: [problem] } })).toEqual(['cluster/no-pipeline undefined']);
  });
});

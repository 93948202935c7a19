import { describe, expect, it } from 'vitest';
import { durationOf } from '../../../lib/base/duration.js';
import { admissionPolicies } from '../../../lib/cluster/admission-policies.js';
import { anchorManifests } from '../../../lib/cluster/anchor.js';
import { auditAccess } from '../../../lib/cluster/audit/access.js';
import { auditAdmission } from '../../../lib/cluster/audit/admission.js';
import { auditApprovals } from '../../../lib/cluster/audit/approvals.js';
import { auditAnchors, auditClocks } from '../../../lib/cluster/audit/clock.js';
import { auditDefinitions } from '../../../lib/cluster/audit/definitions.js';
import type { AuditFinding } from '../../../lib/cluster/audit/finding.js';
import { auditFinalizers, auditMarks } from '../../../lib/cluster/audit/marks.js';
import { readObject } from '../../../lib/cluster/audit/object.js';
import { policyTimeIn } from '../../../lib/cluster/policy-time.js';
import type { ClusterRules } from '../../../lib/cluster/rules.js';

const RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(3600),
  slack: durationOf(7200),
  pipelines: ['ci'],
  approvers: ['bob'],
};
const NOW = new Date('2026-01-02T12:00:00Z');
const codes = (found: readonly AuditFinding[]) => found.map(({ code }) => code);

function object(metadata: object) {
  const read = readObject('Secret', { name: 'db', namespace: 'billing', uid: 'u', ...metadata });
  if (read === undefined) throw new Error('not an object');
  return read;
}

describe('the time that policies see', () => {
  const said = (time: string, clock = 'lease') =>
    `Error from server (Forbidden): configmaps "x" is forbidden: ValidatingAdmissionPolicy 'anchor' with binding 'anchor' denied request: reprieve-clock ${clock} source ${time}`;
  const told = (time: string, clock: 'lease' | 'tick' = 'lease') =>
    policyTimeIn(clock, { failure: 'forbidden', said: said(time, clock) });
  const lease = (renewTime: string) => [{ metadata: { name: 'source' }, spec: { renewTime } }];
  const tick = (creationTimestamp: string) => [{ metadata: { name: 'source', creationTimestamp } }];
  const judged = (clock: 'lease' | 'tick', time: string, sources?: readonly unknown[]) =>
    codes(
      auditClocks(
        [{ clock, times: [told(time, clock)], ...(sources === undefined ? {} : { sources }) }],
        NOW,
      ),
    );

  it('is read from a refusal, and never from other words', () => {
    expect(told('2026-01-02T11:59:50.5Z')).toMatchObject({ answer: 'told', source: 'source' });
    const answers = [
      policyTimeIn('lease', undefined),
      policyTimeIn('lease', { failure: 'not-found', said: '' }),
      policyTimeIn('lease', { failure: 'forbidden', said: 'no params found for policy binding' }),
      policyTimeIn('lease', {
        failure: 'forbidden',
        said: 'configmaps "x" is forbidden: User "ann" cannot delete resource "configmaps"',
      }),
      policyTimeIn('tick', { failure: 'forbidden', said: said('2026-01-02T11:59:50Z') }),
      policyTimeIn('lease', { failure: 'forbidden', said: said('yesterday') }),
    ];
    expect(answers.map(({ answer }) => answer)).toEqual([
      ...['open', 'no-anchor', 'no-clock', 'not-allowed', 'unclear', 'unclear'],
    ]);
  });

  it.each([
    ['goes', '2026-01-02T11:59:50Z', lease('2026-01-02T11:59:59Z'), []],
    ['stands still', '2026-01-02T11:00:00Z', lease('2026-01-02T11:59:59Z'), ['clock/frozen']],
    [
      'stands still, and the lease can’t be read',
      '2026-01-02T11:58:59Z',
      undefined,
      ['clock/frozen'],
    ],
    ['is that of a server that is gone', '2026-01-02T11:00:00Z', lease('2026-01-02T11:00:00Z'), []],
    ['is ahead', '2026-01-02T12:01:01Z', lease('2026-01-02T12:01:01Z'), ['clock/ahead']],
  ])('of a lease %s', (_how, time, sources, found) => {
    expect(judged('lease', time, sources)).toEqual(found);
  });

  it.each([
    ['of yesterday', '2026-01-01T12:00:00Z', tick('2026-01-01T12:00:00Z'), []],
    ['that is too old', '2026-01-01T09:00:00Z', tick('2026-01-01T09:00:00Z'), ['clock/old-tick']],
    [
      'that the policies don’t see',
      '2026-01-01T12:00:00Z',
      tick('2026-01-02T11:00:00Z'),
      ['clock/frozen'],
    ],
    ['that was made just now', '2026-01-01T12:00:00Z', tick('2026-01-02T11:59:30Z'), []],
  ])('of a tick %s', (_which, time, sources, found) => {
    expect(judged('tick', time, sources)).toEqual(found);
  });

  it('needs an anchor for each kind, as it was made', () => {
    const missing = (rules: ClusterRules, installed: readonly unknown[]) =>
      auditAnchors(rules, installed).findings.map(({ path }) => path);
    const ticking: ClusterRules = { ...RULES, clock: 'tick' };
    expect(missing(RULES, anchorManifests(RULES))).toEqual([]);
    expect(missing(ticking, anchorManifests(RULES))).toEqual(['Clock tick']);
    const loose = anchorManifests(RULES).map((it) =>
      it.kind.endsWith('Binding')
        ? { ...it, spec: { ...it.spec, validationActions: ['Warn'] } }
        : it,
    );
    expect(missing(RULES, loose)).toEqual(['Clock lease']);
  });
});

describe('what takes part in admission', () => {
  const NONE = {
    mutatingWebhooks: [],
    mutatingPolicies: [],
    validatingWebhooks: [],
    apiServices: [],
  };
  const expected = [...admissionPolicies(RULES), ...anchorManifests(RULES)];
  const found = (more: Partial<typeof NONE> | object, installed: readonly unknown[] = expected) =>
    codes(auditAdmission({ ...NONE, ...more }, expected, installed));
  const rule = (group: string, resource: string) => ({ apiGroups: [group], resources: [resource] });
  const without = (key: string, value: string) => ({
    matchExpressions: [{ key, operator: 'NotIn', values: [value] }],
  });
  const webhook = (rules: readonly object[], namespaceSelector?: object) => [
    { metadata: { name: 'w' }, webhooks: [{ rules, namespaceSelector }] },
  ];

  it.each([
    ['pods', [rule('', 'pods')], undefined, []],
    ['leases', [rule('coordination.k8s.io', 'leases')], undefined, ['admission/mutating-webhook']],
    [
      'a subresource',
      [rule('batch', 'cronjobs/status')],
      undefined,
      ['admission/mutating-webhook'],
    ],
    ['everything', [rule('*', '*/*')], undefined, ['admission/mutating-webhook']],
    [
      'leases elsewhere',
      [rule('*', 'leases')],
      without('kubernetes.io/metadata.name', 'kube-system'),
      [],
    ],
    [
      'secrets outside of projects',
      [rule('', 'secrets')],
      without('reprieve.dev/protected', 'true'),
      [],
    ],
    [
      'secrets elsewhere',
      [rule('', 'secrets')],
      without('kubernetes.io/metadata.name', 'kube-system'),
      ['admission/mutating-webhook'],
    ],
  ])('finds a mutating webhook on %s', (_what, rules, selector, told) => {
    expect(found({ mutatingWebhooks: webhook(rules, selector) })).toEqual(told);
  });

  it('finds mutating policies, services in place of the API server, and who may refuse', () => {
    const constraints = { resourceRules: [rule('', 'secrets')] };
    const policy = { metadata: { name: 'p' }, spec: { matchConstraints: constraints } };
    expect(found({ mutatingPolicies: [policy] })).toEqual(['admission/mutating-policy']);
    expect(found({ validatingWebhooks: webhook([rule('', 'secrets')]) })).toEqual([
      'admission/validating-webhook',
    ]);
    const service = (group: string, more: object) => ({
      metadata: { name: `v1.${group}` },
      spec: { group, version: 'v1', ...more },
    });
    const served = { service: { name: 'x', namespace: 'y' } };
    expect(found({ apiServices: [service('batch', served)] })).toEqual(['admission/api-service']);
    expect(
      found({ apiServices: [service('batch', {}), service('metrics.k8s.io', served)] }),
    ).toEqual([]);
  });

  it('finds bindings of ours that are not ours, and policies of others that deny', () => {
    const binding = (name: string, policyName: string, actions = ['Deny']) => ({
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName, validationActions: actions },
    });
    const foreign = {
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'theirs' },
      spec: { matchConstraints: { resourceRules: [rule('', 'secrets')] } },
    };
    expect(found({}, [...expected, binding('again', 'deletion.reprieve.dev')])).toEqual([
      'policy/second-binding',
    ]);
    expect(found({}, [...expected, foreign, binding('b', 'theirs')])).toEqual(['policy/foreign']);
    expect(found({}, [...expected, foreign, binding('b', 'theirs', ['Warn'])])).toEqual([]);
  });
});

describe('what was done to objects', () => {
  const marks = { 'reprieve.dev/period': '24h', 'reprieve.dev/project': 'billing' };
  const marked = { stack: 'production', target: 'billing/secrets/db', live: { marks } };
  const labels = { 'reprieve.dev/project': 'billing' };

  it('shows by marks and periods that the state does not have', () => {
    const judged = (metadata: object) => auditMarks(marked, object({ labels, ...metadata }));
    const period = (text: string) => ({ annotations: { 'reprieve.dev/period': text } });
    expect(judged(period('24h'))).toEqual([]);
    expect(judged({ ...period('24h'), labels: {} }).map(({ code }) => code)).toEqual([
      'object/marks',
    ]);
    const [raised] = judged(period('999999h'));
    expect(raised).toMatchObject({ code: 'object/period' });
    expect(raised?.remedy).toContain('shorter-period-approved=USER u 999999h 24h');
    expect(judged(period('1h'))[0]?.remedy).toMatch(/^Deploy/);
  });

  it('shows by finalizers of others', () => {
    const held = (finalizer: string) =>
      codes(auditFinalizers([object({ finalizers: [finalizer] })]));
    expect(held('example.org/hold')).toEqual(['object/finalizer']);
    expect(held('kubernetes.io/pvc-protection')).toEqual([]);
    expect(held('service.kubernetes.io/load-balancer-cleanup')).toEqual([]);
  });

  it.each([
    ['open', 'bob u 2026-01-03T00:00:00Z live', 'approval/open'],
    ['of a user whose name has spaces', 'Bob B u 2026-01-03T00:00:00Z live', 'approval/open'],
    ['expired', 'bob u 2026-01-02T00:00:00Z live', 'approval/void'],
    ['for another object', 'bob v 2026-01-03T00:00:00Z live', 'approval/void'],
    ['for another deadline', 'bob u 2026-01-03T00:00:00Z 2026-01-04T00:00:00Z', 'approval/void'],
  ])('shows by an approval that is %s', (_which, value, code) => {
    const annotations = { 'reprieve.dev/hard-delete-approved': value };
    expect(codes(auditApprovals([object({ annotations })], NOW))).toEqual([code]);
  });

  it('shows by custom kinds whose definition anybody may delete', () => {
    const inState = [
      { resource: 'widget.v1.example.org', name: 'w' },
      { resource: 'deployment.v1.apps', name: 'd' },
      { resource: 'networkpolicy.v1.networking.k8s.io', name: 'n' },
    ];
    expect(codes(auditDefinitions(inState, RULES))).toEqual(['definition/unguarded']);
    const guarded = { ...RULES, definitions: ['widgets.example.org'] };
    expect(auditDefinitions(inState, guarded)).toEqual([]);
  });
});

describe('who is let in', () => {
  const metadata = { name: 'x', namespace: 'billing' };
  const nothing = { roles: [], roleBindings: [], networkPolicies: [] };
  const held = (resource: string, access: unknown, objects: object) =>
    auditAccess(
      [
        {
          ...{ stack: 'production', target: 'billing', deadline: undefined },
          object: { resource, name: 'x', namespace: 'billing' },
          live: { marks: {}, access },
        },
      ],
      { ...nothing, ...objects },
    ).map(({ message }) => message);
  const API = { apiGroups: [''], resources: ['secrets'], resourceNames: ['db'], verbs: ['get'] };
  const STATE = {
    api_groups: [''],
    resources: ['secrets'],
    resource_names: ['db'],
    verbs: ['get'],
  };

  it('shows by the rules of a role and the subjects of a binding', () => {
    expect(held('role', [STATE], { roles: [{ metadata, rules: [API] }] })).toEqual([]);
    expect(held('role', [STATE], { roles: [{ metadata, rules: null }] })[0]).toContain('lacks 1');
    const wider = { roles: [{ metadata, rules: [API, { ...API, verbs: ['*'] }] }] };
    expect(held('role', [STATE], wider)[0]).toContain('allows 1');
    const bot = { kind: 'ServiceAccount', name: 'bot', namespace: 'billing' };
    const eve = { kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' };
    const bound = (subjects: readonly object[]) => ({ roleBindings: [{ metadata, subjects }] });
    expect(held('rolebinding', [bot], bound([bot]))).toEqual([]);
    const inState = { kind: 'User', name: 'eve', namespace: 'default' };
    expect(held('rolebinding', [inState], bound([eve]))).toEqual([]);
    expect(held('rolebinding', [bot], bound([bot, eve]))).toHaveLength(1);
  });

  it('shows by what a network policy lets in', () => {
    const spec = {
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [
        { from: [{ podSelector: {} }] },
        { from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 80, protocol: 'TCP' }] },
      ],
    };
    const none = { match_expressions: [], match_labels: null };
    const state = [
      {
        ...{ egress: [], pod_selector: [none], policy_types: ['Ingress'] },
        ingress: [
          { from: [{ ip_block: [], namespace_selector: [], pod_selector: [none] }], ports: [] },
          {
            from: [
              {
                ip_block: [{ cidr: '10.0.0.0/8', except: [] }],
                namespace_selector: [],
                pod_selector: [],
              },
            ],
            ports: [{ end_port: null, port: '80', protocol: 'TCP' }],
          },
        ],
      },
    ];
    const policy = (changes: object) => ({
      networkPolicies: [{ metadata, spec: { ...spec, ...changes } }],
    });
    expect(held('networkpolicy', state, policy({}))).toEqual([]);
    expect(held('networkpolicy', state, policy({ ingress: [...spec.ingress, {}] }))).toHaveLength(
      1,
    );
    expect(held('networkpolicy', state, policy({ policyTypes: [] }))).toHaveLength(1);
    const narrow = { podSelector: { matchLabels: { app: 'none' } } };
    expect(held('networkpolicy', state, policy(narrow))).toHaveLength(1);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasInvisible } from '../../../lib/base/inert.js';
import { auditRbac } from '../../../lib/cluster/audit/rbac.js';
import type { RbacObjects } from '../../../lib/cluster/audit/rbac-grants.js';

const rule = (verbs: string[], apiGroups: string[], resources: string[], more: object = {}) => ({
  verbs,
  apiGroups,
  resources,
  ...more,
});
const JANE = { kind: 'User', name: 'jane' };
const BOT = { kind: 'ServiceAccount', namespace: 'billing', name: 'bot' };

interface Given {
  readonly rules: readonly object[];
  readonly subject?: object;
  /** Bound in this namespace only. */
  readonly namespace?: string;
  readonly labels?: object;
}

/** A cluster in which each subject is bound to a role of its own. */
function rbac(...given: readonly Given[]): RbacObjects {
  const roles = given.map(({ rules }, index) => ({ metadata: { name: `role-${index}` }, rules }));
  const bindings = given.map(({ subject = JANE, namespace, labels }, index) => ({
    metadata: { name: `binding-${index}`, labels, ...(namespace ? { namespace } : {}) },
    roleRef: { kind: 'ClusterRole', name: `role-${index}` },
    subjects: [subject],
  }));
  return {
    roles: [],
    clusterRoles: roles,
    roleBindings: bindings.filter(({ metadata }) => 'namespace' in metadata),
    clusterRoleBindings: bindings.filter(({ metadata }) => !('namespace' in metadata)),
  };
}

const found = (objects: RbacObjects, trusted: readonly string[] = []) =>
  auditRbac(objects, new Set(['billing']), new Set(trusted)).map(
    ({ level, code, path }) => `${level} ${code} ${path}`,
  );
const DELETER: Given = { rules: [rule(['delete'], [''], ['secrets'])], subject: BOT };

describe('who gets past the admission policies', () => {
  it('has every power by all verbs on all resources', () => {
    const all = found(rbac({ rules: [rule(['*'], ['*'], ['*'])] }, DELETER));
    expect(all).toEqual(
      [
        ...['policies', 'impersonate', 'certificates', 'escalate', 'bindings', 'tokens'],
        ...['mutators', 'api-services', 'definitions', 'finalize', 'volumes', 'unsafe-delete'],
      ].map((power) => `finding rbac/${power} User/jane`),
    );
  });

  it('has a pipeline by what makes pods or tokens where its account lives', () => {
    const pods = [rule(['create'], ['batch'], ['jobs'])];
    const at = (namespace: string) => rbac({ rules: pods, namespace });
    const told = (objects: RbacObjects, pipeline = 'system:serviceaccount:ci:deploy') =>
      auditRbac(objects, new Set(['billing']), new Set(), [pipeline]).map(
        ({ level, code, path }) => `${level} ${code} ${path}`,
      );
    expect(told(at('ci'))).toEqual(['finding rbac/pipeline User/jane']);
    expect(told(rbac({ rules: pods }))).toEqual(['finding rbac/pipeline User/jane']);
    expect(told(at('elsewhere'))).toEqual([]);
    expect(told(at('ci'), 'deploy')).toEqual([]);
    // A pipeline may act as itself.
    const own = { kind: 'ServiceAccount', namespace: 'ci', name: 'deploy' };
    expect(told(rbac({ rules: pods, namespace: 'ci', subject: own }))).toEqual([
      'note rbac/pipeline ServiceAccount/ci/deploy',
    ]);
  });

  it.each([
    [
      'rbac/policies',
      rule(['patch'], ['admissionregistration.k8s.io'], ['validatingadmissionpolicybindings']),
    ],
    ['rbac/policies', rule(['deletecollection'], ['*'], ['validatingadmissionpolicies'])],
    ['rbac/impersonate', rule(['impersonate'], [''], ['users'])],
    ['rbac/mutators', rule(['create'], ['*'], ['mutatingwebhookconfigurations'])],
    ['rbac/mutators', rule(['patch'], ['*'], ['mutatingadmissionpolicies'])],
    ['rbac/api-services', rule(['create'], ['apiregistration.k8s.io'], ['apiservices'])],
    ['rbac/definitions', rule(['delete'], ['*'], ['customresourcedefinitions'])],
    ['rbac/finalize', rule(['update'], [''], ['namespaces/finalize'])],
    ['rbac/volumes', rule(['patch'], [''], ['persistentvolumes'])],
    ['rbac/unsafe-delete', rule(['unsafe-delete-ignore-read-errors'], ['*'], ['*'])],
    ['rbac/escalate', rule(['escalate'], ['rbac.authorization.k8s.io'], ['clusterroles'])],
    ['rbac/escalate', rule(['bind'], ['rbac.authorization.k8s.io'], ['*'])],
    ['rbac/bindings', rule(['create'], ['rbac.authorization.k8s.io'], ['clusterrolebindings'])],
    [
      'rbac/certificates',
      rule(['update'], ['certificates.k8s.io'], ['certificatesigningrequests/approval']),
    ],
  ])('has %s by %o', (code, given) => {
    expect(found(rbac({ rules: [given] }))).toEqual([`finding ${code} User/jane`]);
  });

  it.each([
    ['reading', rule(['get', 'list', 'watch'], ['*'], ['*'])],
    ['another group', rule(['patch'], ['apps'], ['validatingadmissionpolicies'])],
    [
      'making policies, which can only add denials',
      rule(['create'], ['admissionregistration.k8s.io'], ['validatingadmissionpolicies']),
    ],
    [
      'a subresource',
      rule(['patch'], ['admissionregistration.k8s.io'], ['validatingadmissionpolicies/status']),
    ],
  ])('has none by %s', (_what, given) => {
    expect(found(rbac({ rules: [given] }, DELETER))).toEqual([]);
  });

  it('counts tokens where a service account that may delete is in reach', () => {
    const tokens = [rule(['create'], [''], ['serviceaccounts/token'])];
    expect(found(rbac({ rules: tokens }))).toEqual([]);
    expect(found(rbac({ rules: tokens }, DELETER))).toEqual(['finding rbac/tokens User/jane']);
    expect(found(rbac({ rules: tokens, namespace: 'other' }, DELETER))).toEqual([]);
    expect(found(rbac({ rules: tokens, namespace: 'billing' }, DELETER))).toEqual([
      'finding rbac/tokens User/jane',
    ]);
    const elsewhere = { ...DELETER, namespace: 'other' };
    expect(found(rbac({ rules: tokens }, elsewhere))).toEqual([]);
    const byStar = [rule(['create'], [''], ['*/token'])];
    expect(found(rbac({ rules: byStar }, DELETER))).toEqual(['finding rbac/tokens User/jane']);
  });

  it('counts no cluster-wide power that a binding gives in one namespace', () => {
    expect(found(rbac({ rules: [rule(['*'], ['*'], ['*'])], namespace: 'billing' }))).toEqual([]);
  });

  it('only notes what Kubernetes itself bound, and who is trusted', () => {
    const rules = [rule(['impersonate'], [''], ['users'])];
    const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' };
    expect(found(rbac({ rules, labels }))).toEqual(['note rbac/impersonate User/jane']);
    expect(found(rbac({ rules }), ['User/jane'])).toEqual(['note rbac/impersonate User/jane']);
    expect(found(rbac({ rules }), ['User/joe'])).toEqual(['finding rbac/impersonate User/jane']);
    // A built-in binding does not whitewash another of the same subject.
    expect(found(rbac({ rules, labels }, { rules }))).toEqual([
      'finding rbac/impersonate User/jane',
    ]);
  });

  it('shows no name that could act on a terminal', () => {
    const subject = { kind: 'User', name: 'x\u202e\u001b[2J\nerror: all is well' };
    const [found] = auditRbac(
      rbac({ rules: [rule(['*'], ['*'], ['*'])], subject }),
      new Set(),
      new Set(),
    );
    for (const text of [found?.path, found?.message, found?.remedy]) {
      expect(text).toContain('\\u202e');
      expect(hasInvisible(text ?? '')).toBe(false);
    }
  });

  it('finds the same among roles and bindings of any shape', () => {
    const json = fc.array(fc.jsonValue(), { maxLength: 4 });
    fc.assert(
      fc.property(
        json,
        json,
        json,
        json,
        (roles, clusterRoles, roleBindings, clusterRoleBindings) => {
          const real = rbac({ rules: [rule(['impersonate'], [''], ['users'])] });
          const among = {
            roles: [...roles, ...real.roles],
            clusterRoles: [...clusterRoles, ...real.clusterRoles],
            roleBindings: [...roleBindings, ...real.roleBindings],
            clusterRoleBindings: [...clusterRoleBindings, ...real.clusterRoleBindings],
          };
          expect(found(among)).toEqual(['finding rbac/impersonate User/jane']);
        },
      ),
    );
  });
});

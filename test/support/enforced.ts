import { admissionPolicies } from '../../lib/cluster/admission-policies.js';
import { anchorManifests } from '../../lib/cluster/anchor.js';
import type { ClusterRules } from '../../lib/cluster/rules.js';
import type { ControlPlane } from './control-plane.js';

const PROBE = 'reprieve-probe';

/** Everything but impersonation, on everything: more than any developer should have. */
const DEVELOPER = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
] as const;

/**
 * Gives the users their rights, installs the policies, and waits until they are in force: `deploy`,
 * `ann` and `bob` may do anything but impersonate, `root` is a cluster-admin in an own name.
 */
export async function enforce(plane: ControlPlane, rules: ClusterRules): Promise<void> {
  grantRights(plane);
  const labels = { 'reprieve.dev/protected': 'true' };
  const metadata = { name: PROBE, namespace: PROBE };
  plane.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: PROBE, labels } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } },
    ...anchorManifests(rules),
    ...admissionPolicies(rules),
  ]);
  await eventually(async () => {
    // The last policy: when it is in force, so are those that were made before.
    const path = `/api/v1/namespaces/${PROBE}/configmaps/${PROBE}?dryRun=All`;
    const { status } = await plane.ask(path, { method: 'DELETE', as: 'ann' });
    return status === 403;
  });
}

/** Waits until policies that were just deployed are in force. */
export async function inForce(plane: ControlPlane): Promise<void> {
  const body = { metadata: { name: 'probe', labels: { 'reprieve.dev/protected': 'true' } } };
  await eventually(async () => {
    const path = '/api/v1/namespaces?dryRun=All';
    return (await plane.ask(path, { method: 'POST', body, as: 'ann' })).status === 403;
  });
}

/** Lets the users do what they need for honest attempts. */
export function grantRights(plane: ControlPlane): void {
  plane.apply(rights());
}

/** Waits for what a real cluster gets to in its own time. */
export async function eventually(isSo: () => Promise<boolean>, within = 90): Promise<void> {
  for (const end = Date.now() + within * 1000; Date.now() < end; ) {
    if (await isSo()) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error(`It was not so within ${within} seconds: ${isSo}`);
}

function rights(): readonly unknown[] {
  const rbac = 'rbac.authorization.k8s.io';
  const bind = (user: string, role: string) => ({
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `test-${user}` },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: rbac, kind: 'User', name: user }],
  });
  return [
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'test-developer' },
      rules: [
        { apiGroups: ['*'], resources: ['*', '*/*'], verbs: DEVELOPER },
        { apiGroups: [rbac], resources: ['*'], verbs: ['bind', 'escalate'] },
      ],
    },
    bind('deploy', 'test-developer'),
    bind('ann', 'test-developer'),
    bind('bob', 'test-developer'),
    bind('root', 'cluster-admin'),
  ];
}

import { memberOf } from '../../base/guards.js';
import type { AdmissionObjects } from '../../cluster/audit/admission.js';
import type { ClusterReading } from '../../cluster/audit/audit.js';
import { LEASES } from '../../cluster/audit/leases.js';
import { readNamespace } from '../../cluster/audit/namespaces.js';
import { type ClusterObject, isProtected, readObject } from '../../cluster/audit/object.js';
import type { ClusterRules } from '../../cluster/rules.js';
import { type Cluster, ClusterError } from '../../engine/cluster.js';
import type { ObjectReference } from '../../state/object-reference.js';
import { readClocks, readTicks } from './policy-clock.js';

/** The kinds that projects are made of, by kubectl's names. */
const KINDS = [
  ...['secrets', 'configmaps', 'serviceaccounts', 'resourcequotas', 'limitranges'],
  ...['cronjobs.batch', 'networkpolicies.networking.k8s.io'],
  ...['roles.rbac.authorization.k8s.io', 'rolebindings.rbac.authorization.k8s.io'],
];
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/**
 * Reads the namespaces that are protected or that somebody asks about, and what is in them.
 * `more` are further kinds that members of these projects have. Without rules there is no clock.
 */
export async function readCluster(
  cluster: Cluster,
  asked: ReadonlySet<string>,
  more: readonly string[],
  rules: ClusterRules | undefined,
): Promise<ClusterReading> {
  const all = (await cluster.list('/api/v1/namespaces')).flatMap((it) => readNamespace(it) ?? []);
  const namespaces = all.filter((it) => isProtected(it) || asked.has(it.name));
  const objects: ClusterObject[] = [];
  const jobs: unknown[] = [];
  const networkPolicies: unknown[] = [];
  for (const { name } of namespaces) {
    objects.push(...(await allIn(cluster, name, more)));
    jobs.push(
      ...(await cluster.list(`/apis/batch/v1/namespaces/${encodeURIComponent(name)}/jobs`)),
    );
    const policies = `/apis/networking.k8s.io/v1/namespaces/${encodeURIComponent(name)}/networkpolicies`;
    networkPolicies.push(...(await cluster.list(policies)));
  }
  return {
    namespaces,
    objects,
    jobs,
    networkPolicies,
    admission: await readAdmission(cluster),
    leases: await cluster.list(LEASES),
    clocks: rules === undefined ? [] : await readClocks(cluster, rules),
    installed: await readInstalled(cluster),
    version: String(memberOf(await cluster.get('/version'), 'gitVersion')),
    rbac: {
      roles: await cluster.list(`${RBAC}/roles`),
      clusterRoles: await cluster.list(`${RBAC}/clusterroles`),
      roleBindings: await cluster.list(`${RBAC}/rolebindings`),
      clusterRoleBindings: await cluster.list(`${RBAC}/clusterrolebindings`),
    },
  };
}

/** The objects that states say are there, as far as the cluster has them. */
export async function readMembers(
  cluster: Cluster,
  expected: readonly ObjectReference[],
): Promise<readonly ClusterObject[]> {
  const names = new Set(expected.flatMap(({ namespace }) => namespace ?? []));
  const all = (await cluster.list('/api/v1/namespaces')).flatMap((it) => readNamespace(it) ?? []);
  const objects: ClusterObject[] = all.filter(({ name }) => names.has(name));
  const more = furtherKinds(expected.map(({ resource }) => resource));
  for (const { name } of [...objects]) objects.push(...(await allIn(cluster, name, more)));
  return objects;
}

async function allIn(
  cluster: Cluster,
  namespace: string,
  more: readonly string[],
): Promise<readonly ClusterObject[]> {
  const objects = [...(await objectsIn(cluster, namespace, KINDS))];
  for (const kind of more) objects.push(...(await objectsIfKnown(cluster, namespace, kind)));
  return objects;
}

/** What else takes part in admission. Mutating policies are new, and may have no version here. */
async function readAdmission(cluster: Cluster): Promise<AdmissionObjects> {
  const versions = ['v1', 'v1beta1', 'v1alpha1'].map((version) =>
    ADMISSION.replace(/v1$/, version),
  );
  let mutatingPolicies: readonly unknown[] = [];
  for (const version of versions) {
    const found = await listIfKnown(cluster, `${version}/mutatingadmissionpolicies`);
    if (found === undefined) continue;
    mutatingPolicies = found;
    break;
  }
  return {
    mutatingWebhooks: await cluster.list(`${ADMISSION}/mutatingwebhookconfigurations`),
    mutatingPolicies,
    validatingWebhooks: await cluster.list(`${ADMISSION}/validatingwebhookconfigurations`),
    apiServices: await cluster.list('/apis/apiregistration.k8s.io/v1/apiservices'),
  };
}

async function listIfKnown(cluster: Cluster, path: string) {
  try {
    return await cluster.list(path);
  } catch (error) {
    if (ClusterError.isClusterError(error) && error.failure === 'not-found') return undefined;
    throw error;
  }
}

/** Admission policies, their bindings and the tick. Items of a list don't say their kind. */
export async function readInstalled(cluster: Cluster): Promise<readonly unknown[]> {
  const kinds = [
    ['ValidatingAdmissionPolicy', `${ADMISSION}/validatingadmissionpolicies`],
    ['ValidatingAdmissionPolicyBinding', `${ADMISSION}/validatingadmissionpolicybindings`],
  ] as const;
  const found: unknown[] = [];
  for (const [kind, path] of kinds) {
    found.push(...(await cluster.list(path)).map((it) => ({ ...Object(it), kind })));
  }
  return [...found, ...(await readTicks(cluster))];
}

async function objectsIn(
  cluster: Cluster,
  namespace: string,
  kinds: readonly string[],
): Promise<readonly ClusterObject[]> {
  const found = await cluster.metadata(namespace, kinds);
  return found.flatMap(({ kind, metadata }) => readObject(kind, metadata) ?? []);
}

/** A kind whose definition was removed has no objects; they show as missing then. */
async function objectsIfKnown(cluster: Cluster, namespace: string, kind: string) {
  try {
    return await objectsIn(cluster, namespace, [kind]);
  } catch (error) {
    if (ClusterError.isClusterError(error) && error.failure === 'failed') return [];
    throw error;
  }
}

/** Which further kinds have to be asked for, of those that members have. */
export function furtherKinds(resources: readonly string[]): readonly string[] {
  const singular = KINDS.map((kind) => kind.split('.')[0]?.replace(/(ie)?s$/, ''));
  const covered = new Set([...singular, 'networkpolicy', 'namespace']);
  return [...new Set(resources)].filter((it) => !covered.has(it)).sort();
}

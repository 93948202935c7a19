import { LEASES } from '../cluster/audit/leases.js';
import { type ClusterNamespace, readNamespace } from '../cluster/audit/namespaces.js';
import { type ClusterObject, isProtected, readObject } from '../cluster/audit/object.js';
import type { RbacObjects } from '../cluster/audit/rbac-grants.js';
import { type Cluster, ClusterError } from '../engine/cluster.js';

/** What an audit needs of a cluster. */
export interface ClusterReading {
  readonly namespaces: readonly ClusterNamespace[];
  readonly objects: readonly ClusterObject[];
  readonly jobs: readonly unknown[];
  readonly leases: readonly unknown[];
  readonly rbac: RbacObjects;
}

/** The kinds that projects are made of, by kubectl's names. */
const KINDS = [
  ...['secrets', 'configmaps', 'serviceaccounts', 'resourcequotas', 'limitranges'],
  ...['cronjobs.batch', 'networkpolicies.networking.k8s.io'],
  ...['roles.rbac.authorization.k8s.io', 'rolebindings.rbac.authorization.k8s.io'],
];
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/**
 * Reads the namespaces that are protected or that somebody asks about, and what is in them.
 * `more` are further kinds that members of these projects have.
 */
export async function readCluster(
  cluster: Cluster,
  asked: ReadonlySet<string>,
  more: readonly string[],
): Promise<ClusterReading> {
  const all = (await cluster.list('/api/v1/namespaces')).flatMap((it) => readNamespace(it) ?? []);
  const namespaces = all.filter((it) => isProtected(it) || asked.has(it.name));
  const objects: ClusterObject[] = [];
  const jobs: unknown[] = [];
  for (const { name } of namespaces) {
    objects.push(...(await objectsIn(cluster, name, KINDS)));
    for (const kind of more) objects.push(...(await objectsIfKnown(cluster, name, kind)));
    jobs.push(
      ...(await cluster.list(`/apis/batch/v1/namespaces/${encodeURIComponent(name)}/jobs`)),
    );
  }
  return {
    namespaces,
    objects,
    jobs,
    leases: await cluster.list(LEASES),
    rbac: {
      roles: await cluster.list(`${RBAC}/roles`),
      clusterRoles: await cluster.list(`${RBAC}/clusterroles`),
      roleBindings: await cluster.list(`${RBAC}/rolebindings`),
      clusterRoleBindings: await cluster.list(`${RBAC}/clusterrolebindings`),
    },
  };
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

import { memberOf } from '../../base/guards.js';
import type { EvidenceCluster } from '../../certificate/evidence.js';
import type { ClusterObject } from '../../cluster/audit/object.js';
import type { Cluster } from '../../engine/cluster.js';
import { lockedProject, type ProjectsLock } from '../../files/projects-lock.js';
import { type DeletionTarget, isItemTarget } from '../../model/deletion-target.js';
import { KINDS } from '../../model/kinds.js';
import type { ObjectReference } from '../../state/object-reference.js';
import { readMembers } from '../cluster/reading.js';

/** The cluster as evidence has it, with every object that the deletion takes along. */
export interface ClusterView extends EvidenceCluster {
  readonly objects: readonly ClusterObject[];
}

/** Asks a cluster for the objects of a deletion, and for etcd's revision. Only metadata is read. */
export async function clusterView(
  cluster: Cluster,
  lock: ProjectsLock,
  target: DeletionTarget & { readonly stack: string },
  known: readonly ObjectReference[],
): Promise<ClusterView> {
  const expected = [...known, ...rootOf(lock, target)];
  const found = await readMembers(cluster, asked(expected));
  const isWhole = target.item === undefined;
  // A namespace takes along whatever is in it, declared or not.
  const namespaces = new Set(isWhole ? expected.flatMap(({ namespace }) => namespace ?? []) : []);
  return {
    version: String(memberOf(await cluster.get('/version'), 'gitVersion')),
    id: await identityOf(cluster),
    revision: await revisionOf(cluster),
    objects: found.filter(
      (each) =>
        namespaces.has(each.namespace ?? each.name) ||
        expected.some((wanted) => isSame(wanted, each)),
    ),
  };
}

/** What is at the root of a target, by the lock: the state may have lost it. */
function rootOf(
  lock: ProjectsLock,
  target: DeletionTarget & { readonly stack: string },
): readonly ObjectReference[] {
  const namespace = lockedProject(lock, target)?.namespace;
  if (namespace === undefined) return [];
  if (isItemTarget(target)) {
    const { kind, nameFor } = KINDS[target.item.kind].object;
    return [{ resource: kind.toLowerCase(), namespace, name: nameFor(target.item.name) }];
  }
  return target.item === undefined ? [{ resource: 'namespace', name: namespace, namespace }] : [];
}

/** A namespace is asked for with what is in it. */
function asked(expected: readonly ObjectReference[]): readonly ObjectReference[] {
  return expected.map((each) =>
    each.resource === 'namespace' ? { ...each, namespace: each.name } : each,
  );
}

function isSame(wanted: ObjectReference, each: ClusterObject): boolean {
  const kind = wanted.resource.split('.')[0];
  return (
    kind === each.kind.toLowerCase() &&
    wanted.name === each.name &&
    (kind === 'namespace' || (wanted.namespace ?? '') === (each.namespace ?? ''))
  );
}

/** The uid of the namespace that every cluster has; null where there is none. */
export async function identityOf(cluster: Pick<Cluster, 'get'>): Promise<string | null> {
  const namespace = await cluster.get('/api/v1/namespaces/kube-system');
  const uid = memberOf(memberOf(namespace, 'metadata'), 'uid');
  return typeof uid === 'string' && uid !== '' ? uid : null;
}

/** The revision of etcd at which a list was read: every API server says it with a list. */
async function revisionOf(cluster: Cluster): Promise<string | null> {
  const list = await cluster.get('/api/v1/namespaces?limit=1');
  const revision = memberOf(memberOf(list, 'metadata'), 'resourceVersion');
  return typeof revision === 'string' && /^\d{1,19}$/.test(revision) ? revision : null;
}

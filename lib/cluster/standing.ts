import { type ClusterObject, deadlineOf, isSoftDeleted } from './audit/object.js';

/** Where a project stands by its stack's state. */
export interface Standing {
  readonly status: string;
  readonly id?: string;
  readonly deletion?: { readonly reclaimAfter: Date };
}

/** Where a project's namespace in the cluster is not what the state says, as sentences. */
export function standingDifferences(
  { status, id, deletion }: Standing,
  namespace: ClusterObject | undefined,
): readonly string[] {
  const isThere = status === 'active' || status === 'soft deleted' || status === 'hard deleting';
  if (namespace === undefined) {
    return isThere ? [`By the state it is ${status}; the cluster has no such namespace.`] : [];
  }
  if (!isThere) return [`By the state it is ${status}; the cluster has its namespace.`];
  if (id !== undefined && id !== namespace.uid) {
    return [`The cluster's namespace is another one: its uid is ${namespace.uid}.`];
  }
  const marked = isSoftDeleted(namespace);
  if (marked !== (status !== 'active')) {
    return [
      `By the state it is ${status}; in the cluster it is ${marked ? 'soft deleted' : 'active'}.`,
    ];
  }
  const deadline = deadlineOf(namespace)?.getTime();
  return marked && deadline !== deletion?.reclaimAfter.getTime()
    ? [
        `The cluster's deadline is ${namespace.annotations['reprieve.dev/reclaim-after'] ?? 'missing'}.`,
      ]
    : [];
}

import { DEADLINE_ANNOTATION } from '../model/marks.js';
import { type ClusterObject, deadlineOf, isSoftDeleted } from './audit/object.js';

/** Where a project or an item stands by its stack's state. */
export interface Standing {
  readonly status: string;
  readonly id?: string;
  readonly deletion?: { readonly reclaimAfter: Date };
}

/**
 * Where a root object in the cluster is not what the state says, as sentences.
 *
 * @param what its kind for people: `namespace`, `secret`
 */
export function standingDifferences(
  { status, id, deletion }: Standing,
  what: string,
  object: ClusterObject | undefined,
): readonly string[] {
  const isThere = status === 'active' || status === 'soft deleted' || status === 'hard deleting';
  if (object === undefined) {
    return isThere ? [`By the state it is ${status}; the cluster has no such ${what}.`] : [];
  }
  if (!isThere) return [`By the state it is ${status}; the cluster has its ${what}.`];
  if (id !== undefined && id !== object.uid) {
    return [`The cluster's ${what} is another one: its uid is ${object.uid}.`];
  }
  if (object.isTerminating && status !== 'hard deleting') {
    return [`By the state it is ${status}; Kubernetes is deleting the cluster's ${what}.`];
  }
  const marked = isSoftDeleted(object);
  if (marked !== (status !== 'active')) {
    return [
      `By the state it is ${status}; in the cluster it is ${marked ? 'soft deleted' : 'active'}.`,
    ];
  }
  const deadline = deadlineOf(object)?.getTime();
  return marked && deadline !== deletion?.reclaimAfter.getTime()
    ? [`The cluster's deadline is ${object.annotations[DEADLINE_ANNOTATION] ?? 'missing'}.`]
    : [];
}

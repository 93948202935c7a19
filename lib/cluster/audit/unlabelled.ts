import { named } from '../../model/inert.js';
import { type AuditFinding, finding } from './finding.js';
import { type Expected, keyOf } from './members.js';
import { type ClusterObject, isProtected, nameOf } from './object.js';

/** What Kubernetes itself puts into every namespace. */
const KUBERNETES_OWN = new Set(['serviceaccount//default', 'configmap//kube-root-ca.crt']);

/**
 * Finds what lies in a protected namespace without protection of its own: it goes when anybody
 * deletes it, and nobody gave it a deadline.
 */
export function auditUnlabelled(
  expected: readonly Expected[],
  namespaces: readonly ClusterObject[],
  objects: readonly ClusterObject[],
): readonly AuditFinding[] {
  const guarded = new Set(namespaces.filter(isProtected).map(({ name }) => name));
  const known = new Set(
    expected.map(({ object: it }) => keyOf(it.resource, it.namespace, it.name)),
  );
  return objects
    .filter(({ namespace }) => namespace !== undefined && guarded.has(namespace))
    .filter((it) => !isProtected(it) && !it.isOwned && !it.isTerminating)
    .filter((it) => !known.has(keyOf(it.kind, it.namespace, it.name)))
    .filter((it) => !KUBERNETES_OWN.has(keyOf(it.kind, undefined, it.name)))
    .map(unlabelled);
}

function unlabelled(object: ClusterObject): AuditFinding {
  return finding(
    'object/unprotected',
    nameOf(object),
    `This object lies in the protected namespace ${named(object.namespace ?? '')} without being protected itself, and no stack here has it.`,
    'Declare it below the project (any construct there is protected), or move it to a namespace of its own.',
  );
}

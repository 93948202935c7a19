import { named } from '../../model/inert.js';
import { PROTECTED_LABEL } from '../../model/marks.js';
import { type AuditFinding, note } from './finding.js';
import { type Expected, keyOf } from './members.js';
import { type ClusterObject, isProtected, nameOf } from './object.js';

/** What Kubernetes itself puts into every namespace. */
const KUBERNETES_OWN = new Set(['serviceaccount//default', 'configmap//kube-root-ca.crt']);

/**
 * Names what lies in a protected namespace without being declared: it goes with the project, and no
 * stack could make it anew. What was made for passing use says so by its label.
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
    .filter((it) => it.labels[PROTECTED_LABEL] !== 'false')
    .filter((it) => !isProtected(it) && !it.isOwned && !it.isTerminating)
    .filter((it) => !known.has(keyOf(it.kind, it.namespace, it.name)))
    .filter((it) => !KUBERNETES_OWN.has(keyOf(it.kind, undefined, it.name)))
    .map(unlabelled);
}

function unlabelled(object: ClusterObject): AuditFinding {
  return note(
    'object/undeclared',
    nameOf(object),
    `${named(nameOf(object))} lies in the protected namespace ${named(object.namespace ?? '')}, and no stack here has it: it goes with the project, and nothing makes it anew.`,
    'Declare it below the project (any construct there is protected), or move it to a namespace of its own.',
  );
}

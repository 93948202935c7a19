import { quoteName } from '../../base/inert.js';
import { PROTECTED_LABEL } from '../../model/marks.js';
import type { ObjectReference } from '../../state/object-reference.js';
import { type AuditFinding, finding, note } from './finding.js';
import { keyOf } from './members.js';
import { type ClusterObject, isProtected, nameOf } from './object.js';

/** What Kubernetes itself puts into every namespace. */
const KUBERNETES_OWN = new Set(['serviceaccount//default', 'configmap//kube-root-ca.crt']);

/** What the states of the stacks have, whether or not a guard has it too. */
export interface KnownObjects {
  readonly objects: readonly ObjectReference[];
  /** The namespaces among them; elsewhere a state was lost, or is another's. */
  readonly namespaces: ReadonlySet<string>;
}

/**
 * Finds what lies in a protected namespace and is in no stack's state. Without protection it goes
 * with the project, and no stack could make it anew; what was made for passing use says so by its
 * label. With protection it was ours, and nobody restores or reclaims it any more.
 */
export function auditStrays(
  known: KnownObjects,
  namespaces: readonly ClusterObject[],
  objects: readonly ClusterObject[],
): readonly AuditFinding[] {
  const guarded = new Set(namespaces.filter(isProtected).map(({ name }) => name));
  const keys = new Set(known.objects.map((it) => keyOf(it.resource, it.namespace, it.name)));
  const strays = objects
    .filter(({ namespace }) => namespace !== undefined && guarded.has(namespace))
    .filter((it) => it.labels[PROTECTED_LABEL] !== 'false' && !it.isOwned && !it.isTerminating)
    .filter((it) => !keys.has(keyOf(it.kind, it.namespace, it.name)))
    .filter((it) => !KUBERNETES_OWN.has(keyOf(it.kind, undefined, it.name)));
  return strays.flatMap((it) => {
    if (!isProtected(it)) return [undeclared(it)];
    return known.namespaces.has(it.namespace ?? '') ? [orphaned(it)] : [];
  });
}

function orphaned(object: ClusterObject): AuditFinding {
  return finding(
    'object/orphaned',
    nameOf(object),
    `${quoteName(nameOf(object))} is protected, but no state has it: nobody restores or reclaims it any more.`,
    'If the code still declares it, npx reprieve recover takes it into the state. Otherwise bring its code back first: it was taken out of the state by hand, or with code and lock together.',
  );
}

function undeclared(object: ClusterObject): AuditFinding {
  return note(
    'object/undeclared',
    nameOf(object),
    `${quoteName(nameOf(object))} lies in the protected namespace ${quoteName(object.namespace ?? '')}, and no stack here has it: it goes with the project, and nothing makes it anew.`,
    'Declare it below the project (any construct there is protected), or move it to a namespace of its own.',
  );
}

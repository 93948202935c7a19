import { isRecord, memberOf } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import { PROJECT_NAME_ANNOTATION, STACK_ANNOTATION } from '../../model/marks.js';
import { type AuditFinding, finding, note } from './finding.js';
import { type ClusterObject, isProtected, nameOf, readObject } from './object.js';

/** A namespace that a stack's code declares. */
export interface DeclaredNamespace {
  readonly stack: string;
  readonly name: string;
  /** Whether the code takes over one that is there. */
  readonly adopts: boolean;
  /** Whether the stack's state has it already. */
  readonly isInState: boolean;
}

/** A namespace of the cluster, with why it does not go away where it should. */
export interface ClusterNamespace extends ClusterObject {
  /** What Kubernetes says keeps it. */
  readonly remaining: readonly string[];
}

/** Reads a namespace as the API gives it. */
export function readNamespace(json: unknown): ClusterNamespace | undefined {
  const object = readObject('Namespace', memberOf(json, 'metadata'));
  if (object === undefined) return undefined;
  const conditions = memberOf(memberOf(json, 'status'), 'conditions');
  const remaining = (Array.isArray(conditions) ? conditions : []).flatMap((it) =>
    isRecord(it) && it['status'] === 'True' && typeof it['message'] === 'string'
      ? [it['message']]
      : [],
  );
  return { ...object, remaining };
}

/** The stack whose code made a namespace; undefined where none of ours did. */
export function ownerOf(namespace: ClusterObject): string | undefined {
  return namespace.annotations[STACK_ANNOTATION];
}

/** Looks at namespaces that are stuck, that are somebody else's, or whose state was lost. */
export function auditNamespaces(
  declared: readonly DeclaredNamespace[],
  namespaces: readonly ClusterNamespace[],
): readonly AuditFinding[] {
  const known = new Set(declared.map(({ name }) => name));
  return namespaces.flatMap((namespace) => {
    const stuck = namespace.isTerminating ? [terminating(namespace)] : [];
    const mine = declared.filter(({ name }) => name === namespace.name);
    const claims = mine.flatMap((each) => claim(each, namespace));
    return [...stuck, ...claims, ...severalStacks(mine, namespace), ...stray(namespace, known)];
  });
}

function terminating(namespace: ClusterNamespace): AuditFinding {
  const why = namespace.remaining.map((it) => quoteName(it)).join(' ');
  return finding(
    'namespace/terminating',
    nameOf(namespace),
    `This namespace is being deleted by Kubernetes and not gone yet.${why === '' ? '' : ` Kubernetes says: ${why}`}`,
    `If it stays like that, look at the finalizers of what is left: kubectl get all,secrets,configmaps --namespace ${namespace.name} -o custom-columns=KIND:.kind,NAME:.metadata.name,FINALIZERS:.metadata.finalizers. Have the controller that set a finalizer do its work, or take the finalizer away. Then deploy again.`,
  );
}

function claim(mine: DeclaredNamespace, namespace: ClusterNamespace): readonly AuditFinding[] {
  const owner = ownerOf(namespace);
  if (owner !== undefined && owner !== mine.stack) return [claimed(mine, namespace, owner)];
  if (mine.isInState) return [];
  if (owner === mine.stack) return [stateLost(mine, namespace)];
  return mine.adopts ? [] : [exists(mine, namespace)];
}

function claimed(mine: DeclaredNamespace, namespace: ClusterNamespace, owner: string) {
  return finding(
    'namespace/claimed',
    nameOf(namespace),
    `The stack ${mine.stack} declares this namespace, but it belongs to ${quoteName(namespace.annotations[PROJECT_NAME_ANNOTATION] ?? '?')} of the stack ${quoteName(owner)}.`,
    `Give the project in ${mine.stack} another \`namespace\`. A deploy takes nothing over.`,
  );
}

function stateLost(mine: DeclaredNamespace, namespace: ClusterNamespace): AuditFinding {
  return finding(
    'namespace/state-lost',
    nameOf(namespace),
    `The stack ${mine.stack} made this namespace, but its state does not have it.`,
    `Check that the state is the right one. If it was lost: npx reprieve recover ${mine.stack}`,
  );
}

function exists(mine: DeclaredNamespace, namespace: ClusterNamespace): AuditFinding {
  return finding(
    'namespace/exists',
    nameOf(namespace),
    `The stack ${mine.stack} declares this namespace, but it is there already and not Reprieve's. A deploy of it fails.`,
    'To take it over, say `adoptNamespace: true`: whoever deletes the project deletes it then. Otherwise give the project another `namespace`.',
  );
}

function severalStacks(
  mine: readonly DeclaredNamespace[],
  namespace: ClusterNamespace,
): readonly AuditFinding[] {
  const stacks = [...new Set(mine.map(({ stack }) => stack))];
  if (stacks.length < 2) return [];
  return [
    finding(
      'namespace/several-stacks',
      nameOf(namespace),
      `Several stacks declare this namespace: ${stacks.join(', ')}.`,
      'Give all but one of them a `namespace` of its own.',
    ),
  ];
}

/** Protected by somebody: another app's stack, or one whose code and lock are gone. */
function stray(namespace: ClusterNamespace, known: ReadonlySet<string>): readonly AuditFinding[] {
  if (known.has(namespace.name) || !isProtected(namespace)) return [];
  const owner = ownerOf(namespace);
  return [
    note(
      'namespace/other',
      nameOf(namespace),
      `This namespace is protected and not of this app${owner === undefined ? '' : `: it says that it is of the stack ${quoteName(owner)}`}.`,
      'Audit it from the app that has it.',
    ),
  ];
}

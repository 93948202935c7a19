import { quoteName } from '../../base/inert.js';
import { rfc3339 } from '../../base/timestamp.js';
import { deployCommand, recoverCommand } from '../../model/commands.js';
import { PROTECTED_LABEL, REVISION_ANNOTATION } from '../../model/marks.js';
import { carriedRevision } from '../../model/revisions.js';
import { placesOf } from '../../state/address.js';
import type { LiveValues } from '../../state/live-values.js';
import type { ObjectReference } from '../../state/object-reference.js';
import { membersOf, type StackState, statusOf } from '../../state/state.js';
import { type AuditFinding, finding } from './finding.js';
import { auditMarks } from './marks.js';
import { type ClusterObject, deadlineOf, isProtected, isSoftDeleted, nameOf } from './object.js';

/** A member of a project as a stack's state knows it. */
export interface Expected {
  readonly stack: string;
  readonly target: string;
  readonly object: ObjectReference;
  /** Where its deletion has begun: recoverable until then. */
  readonly deadline: Date | undefined;
  /** Of a secret that says which revision of its content it holds: the one that was written. */
  readonly revision?: number | undefined;
  /** What the state says of the object besides. */
  readonly live?: LiveValues;
}

/** What a stack's state says should be in the cluster. */
export function expectedObjects(stack: string, state: StackState): readonly Expected[] {
  const resources = new Map(
    state.resources.flatMap((it) => placesOf(it.address).map((place) => [place, it] as const)),
  );
  return state.guards.flatMap((guard) =>
    membersOf(state, guard.target).flatMap(({ address, target }) => {
      const { object, live, revision } = resources.get(address) ?? {};
      const deadline = statusOf(state, target).reclaimAfter;
      if (object === undefined) return [];
      const known = live === undefined ? {} : { live };
      return [{ stack, target, object, deadline, revision, ...known }];
    }),
  );
}

/** A key by which a reference and an object meet; a kind's name has no dot in a cluster. */
export function keyOf(resource: string, namespace: string | undefined, name: string): string {
  return [resource.split('.')[0]?.toLowerCase(), namespace ?? '', name].join('/');
}

/** Holds what a state expects against what is there. */
export function auditMembers(
  expected: readonly Expected[],
  objects: readonly ClusterObject[],
): readonly AuditFinding[] {
  const found = new Map(objects.map((it) => [keyOf(it.kind, it.namespace, it.name), it]));
  return expected.flatMap((each) => {
    const { resource, namespace, name } = each.object;
    const object = found.get(keyOf(resource, namespace, name));
    return object === undefined ? [missing(each)] : compare(each, object);
  });
}

function compare(expected: Expected, object: ClusterObject): readonly AuditFinding[] {
  const { uid } = expected.object;
  if (uid !== undefined && uid !== object.uid) return [replaced(expected, object)];
  if (!isProtected(object)) return [unlabelled(expected, object)];
  return [
    ...wrongState(expected, object),
    ...wrongDeadline(expected, object),
    ...wrongRevision(expected, object),
    ...auditMarks(expected, object),
  ];
}

function missing({ stack, target, object, deadline }: Expected): AuditFinding {
  const path = nameOf({ kind: object.resource, ...object });
  const remedy =
    deadline === undefined
      ? `Deploy ${stack}: it is made anew; the content of a secret comes from its variables.`
      : `What was in it is lost: a deploy refuses to make it anew, empty. Wait for the deadline, or remove the request for ${quoteName(target)} to have it made anew.`;
  return finding(
    'object/missing',
    path,
    `${quoteName(target)} is in the state of ${stack}, but its object is gone from the cluster: it was deleted outside of Terraform.`,
    remedy,
  );
}

function replaced({ stack, target, object }: Expected, there: ClusterObject): AuditFinding {
  return finding(
    'object/replaced',
    nameOf(there),
    `${quoteName(target)} is another object than the one in the state of ${stack}: its uid is ${quoteName(there.uid)} and was ${quoteName(object.uid ?? '')}. It was deleted and made anew outside of Terraform.`,
    'Look at what is in it. Then deploy; for a secret, raise the revision of its credentials, so that they are written again.',
  );
}

function unlabelled({ stack, target }: Expected, object: ClusterObject): AuditFinding {
  return finding(
    'object/unlabelled',
    nameOf(object),
    `${quoteName(target)} of ${stack} lacks the label ${PROTECTED_LABEL}, by which the cluster knows what to protect.`,
    `Deploy ${stack}: the label comes back.`,
  );
}

function wrongState({ stack, target, deadline }: Expected, object: ClusterObject) {
  const should = deadline !== undefined;
  if (isSoftDeleted(object) === should) return [];
  const [state, cluster] = should ? ['soft-deleted', 'active'] : ['active', 'soft-deleted'];
  return [
    finding(
      'object/state',
      nameOf(object),
      `${quoteName(target)} is ${state} by the state of ${stack} and ${cluster} by its label in the cluster.`,
      `Deploy ${stack}. If it was restored or deleted lately, that deploy may have been cut off.`,
    ),
  ];
}

function wrongDeadline({ stack, target, deadline }: Expected, object: ClusterObject) {
  const there = deadlineOf(object);
  if (there?.getTime() === deadline?.getTime()) return [];
  const earlier = deadline !== undefined && there !== undefined && there < deadline;
  return [
    finding(
      'object/deadline',
      nameOf(object),
      `The deadline of ${quoteName(target)} is ${said(there)} in the cluster and ${said(deadline)} in the state of ${stack}.`,
      earlier
        ? `Deploy ${stack} at once: until then the cluster lets it go too early.`
        : `Deploy ${stack}: the cluster then has the state's. A deadline never moves to an earlier time there; where it is to, the later one stands.`,
    ),
  ];
}

/** What the object says is what it holds: both are written in one request. */
function wrongRevision({ stack, target, revision }: Expected, object: ClusterObject) {
  if (revision === undefined) return [];
  const held = carriedRevision(object.annotations[REVISION_ANNOTATION]);
  if (held === revision) return [];
  return [
    finding(
      'secret/revision',
      nameOf(object),
      `${quoteName(target)} holds ${held === undefined ? 'content of an unknown revision' : `revision ${held} of its content`}, and revision ${revision} by the state of ${stack}: a write was refused or broken off, and the old credential is still in use.`,
      `Have the new value at hand where ${stack} is deployed, and run: ${deployCommand(stack)}. Where something else deploys it, run ${recoverCommand(stack)} first.`,
    ),
  ];
}

function said(date: Date | undefined): string {
  return date === undefined ? 'not set' : rfc3339(date);
}

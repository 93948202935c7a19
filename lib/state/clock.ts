import { RESOURCES } from '../model/deletion-target.js';
import { type Data, Expression, literalText, quoteHcl, template } from './expression.js';
import { API_VERSION, type Member } from './records.js';

/**
 * The reclamation clock as Terraform expressions. The clock lives in state: a tombstone's
 * `deleted_at` is the time of the plan that created it, and `ignore_changes` keeps it. Nothing
 * here reads a clock; Terraform compares its own plan time with the tombstone in every plan.
 *
 * Expressions are bare: wrap them in `template()` to put them into a string of the JSON syntax.
 *
 * @see https://developer.hashicorp.com/terraform/language/functions/plantimestamp
 */

/**
 * The name of the stack's local value that holds the plan's time: a precondition has to refer to
 * an object, so `plantimestamp()` alone would be refused there.
 */
export const PLANNED_AT = 'reprieve_planned_at';

/**
 * What a project consists of, and the address of each target's clock, be it running or not: the
 * record that a review trusts instead of the code. A clock anywhere else doesn't count.
 */
export function guardInput(
  target: string,
  period: string,
  members: readonly Member[],
  clocks: Readonly<Record<string, string>>,
  more: GuardNotes = {},
) {
  const listed = members.map((member) => ({ ...member }));
  return {
    api_version: API_VERSION,
    kind: 'Guard',
    target,
    period,
    members: listed,
    clocks,
    ...(more.isProject === false ? { subject: RESOURCES } : {}),
    ...(more.beforeReclaim === undefined ? {} : { before_reclaim: more.beforeReclaim }),
  };
}

/** What a guard says for people; nothing is derived from it that could weaken it. */
export interface GuardNotes {
  /** False where it guards resources that belong to no project. @default true */
  readonly isProject?: boolean;
  /** What somebody has to do before it is reclaimed. */
  readonly beforeReclaim?: string;
}

/** The record that a deletion has been asked for, and since when. */
export function tombstoneInput(target: string, period: string) {
  return {
    api_version: API_VERSION,
    kind: 'Tombstone',
    target,
    deleted_at: new Expression('plantimestamp()'),
    period,
  };
}

/**
 * The uids of a project's root objects by target, so that an approval can't pass to a namesake; the
 * targets that are being deleted; and the keys of resources that there are several of, by address.
 */
export function identityInput<T extends Data, D extends Data = never>(
  target: string,
  objects: Readonly<Record<string, T>>,
  deleting: Readonly<Record<string, D>> = {},
  instances: Readonly<Record<string, Data>> = {},
) {
  const running = Object.keys(deleting).length === 0 ? {} : { deleting };
  const several = Object.keys(instances).length === 0 ? {} : { instances };
  return { api_version: API_VERSION, kind: 'Identity', target, objects, ...running, ...several };
}

/** Who approved a hard deletion of which object, and when a plan first carried it out. */
export interface HardDeletion {
  readonly target: string;
  readonly requestedBy: string;
  readonly approvedBy: string;
  /** RFC 3339; when it was approved. */
  readonly approvedAt: string;
  /** RFC 3339; the first plan has to be made before this. */
  readonly expires: string;
  /** The object's uid as the approver saw it. */
  readonly uid: string;
}

/** The record of a hard deletion. Frozen like a tombstone: a later plan can't un-delete. */
export function hardDeletionInput(deletion: HardDeletion) {
  return {
    api_version: API_VERSION,
    kind: 'HardDeletion',
    target: deletion.target,
    executed_at: new Expression('plantimestamp()'),
    requested_by: deletion.requestedBy,
    approved_by: deletion.approvedBy,
    approved_at: deletion.approvedAt,
    approval_expires: deletion.expires,
    uid: deletion.uid,
  };
}

/**
 * The rules that a stack was last deployed by, so that a change can't loosen them for itself.
 */
export function rulesInput(
  stack: string,
  floor: string,
  approvers: readonly { readonly id: string; readonly github?: string }[],
) {
  const listed = approvers
    .map(({ id, github }) => (github === undefined ? { id } : { id, github }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { api_version: API_VERSION, kind: 'Rules', target: stack, floor, approvers: listed };
}

/** When a target can no longer be restored: `deleted_at + period`. */
export function deadline(tombstone: string): string {
  return `timeadd(${tombstone}.input.deleted_at, ${tombstone}.input.period)`;
}

/** The earlier one of several deadlines: an item goes by its own or by its project's. */
export function earliest(deadlines: readonly [string, ...string[]]): string {
  return deadlines.reduce((a, b) => `(timecmp(${a}, ${b}) <= 0 ? ${a} : ${b})`);
}

/** True in every plan made at the deadline or later. */
export function isOver(deadlineExpression: string): string {
  return `timecmp(plantimestamp(), ${deadlineExpression}) >= 0`;
}

/** True once a hard deletion was planned within its approval, and from then on. */
export function isApproved(record: string, expires: string): string {
  return `timecmp(${record}.input.executed_at, ${quoteHcl(expires)}) < 0`;
}

/** The count of a doomed resource: there until any of the conditions holds. */
export function countUnless(conditions: readonly string[]): string {
  return template(`${either(conditions)} ? 0 : 1`);
}

/**
 * A count that is 0 and can be told in a plan only while every counted resource keeps its object.
 * An object that is about to be made, anew or in place of another, has no identity yet; the count is
 * then unknown, and Terraform refuses the plan before it destroys anything. `prevent_destroy`
 * can't serve here, since it would also stop the reclaim.
 */
export function countWhileKept(
  members: readonly IdentifiedMember[],
  instances: readonly KeptInstances[] = [],
): string {
  const lists = members.map(
    ({ address, identity }) => `[for each in ${address} : each if each.${identity} == ""]`,
  );
  return template(`length(concat(${[...lists, ...instances.map(leaving)].join(', ')}))`);
}

/** A resource that there are several of: each that was recorded has to be there, unless it may go. */
export interface KeptInstances extends IdentifiedMember {
  /** Where the keys are recorded, by address. */
  readonly known: string;
  /** Expressions, any of which ends all of it. */
  readonly gone: readonly string[];
  /** Instances that end by a clock of their own. */
  readonly ends: readonly { readonly key: string | number; readonly gone: readonly string[] }[];
}

/**
 * A key that has left the code has no element any more, and an engine refuses to look for it. What has no
 * keys on record was there once, which is index 0 of a count.
 */
function leaving({ address, identity, known, gone, ends }: KeptInstances): string {
  const over = [
    ...gone.map((each) => `(${each})`),
    ...ends.map((each) => `(k == ${keyText(each.key)} && (${either(each.gone)}))`),
  ];
  return `[for k in try([for each in ${known}[${quoteHcl(address)}] : each], [0]) : k if ${over.join(' || ')} ? false : ${address}[k].${identity} == ""]`;
}

/** Whether any of several conditions holds. */
export function either(conditions: readonly string[]): string {
  return conditions.map((condition) => `(${condition})`).join(' || ');
}

/** A key of `for_each`, or an index of `count`, in an expression. */
export function keyText(key: string | number): string {
  return typeof key === 'number' ? String(key) : quoteHcl(key);
}

/** A member, and the attribute that it has if, and only if, its object exists. */
export interface IdentifiedMember extends Member {
  readonly identity: string;
}

/** A check for Terraform's `precondition` and `postcondition` blocks. */
export interface Condition {
  readonly condition: string;
  readonly error_message: string;
}

/**
 * Refuses to apply a saved plan that is older than `maxAge`: its clock would have started at the
 * plan, and the period would be shorter than promised. Unknown while planning, so it is checked
 * when the plan is applied.
 */
export function freshPlan(target: string, maxAge: string): Condition {
  return {
    condition: template(
      `timecmp(timestamp(), timeadd(local.${PLANNED_AT}, ${quoteHcl(maxAge)})) < 0`,
    ),
    error_message: `This plan is older than ${literalText(maxAge)}, so the reclamation period of ${literalText(target)} would be cut short. Nothing was deleted: make a new plan and apply that.`,
  };
}

/** Refuses a hard deletion whose approval names another object than the one in state. */
export function approvedObject(identity: string, deletion: HardDeletion): Condition {
  const known = `try(${identity}.input.objects[${quoteHcl(deletion.target)}], null)`;
  return {
    condition: template(
      `${known} == null ? false : tostring(${known}) == ${quoteHcl(deletion.uid)}`,
    ),
    error_message: `The approval of the hard deletion of ${literalText(deletion.target)} does not name the object that is there. The approver has to look at the object and write its uid into the approval: \${${known} == null ? "none is recorded; deploy once without the request, then approve" : tostring(${known})}`,
  };
}

/** Refuses a hard deletion whose first plan came after its approval had expired. */
export function approvalInTime(deletion: HardDeletion): Condition {
  return {
    condition: template(isApproved('self', deletion.expires)),
    error_message: `The approval of the hard deletion of ${literalText(deletion.target)} expired at ${literalText(deletion.expires)}. Nothing was deleted: ask for a new approval in deletions.yaml.`,
  };
}

/** `soft deleted` until the conditions hold, then `hard deleted`, as Code Engine prints them. */
export function status(conditions: readonly string[]): string {
  return template(`${either(conditions)} ? "hard deleted" : "soft deleted"`);
}

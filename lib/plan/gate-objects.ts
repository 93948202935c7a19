import { named } from '../model/inert.js';
import { formatTimeLeft } from '../reclamation/duration.js';
import type { HardDeletionRecord } from '../reclamation/records.js';
import { rfc3339 } from '../reclamation/timestamp.js';
import { judgeApproval } from './approval.js';
import { type Change, creates, forgets } from './change.js';
import type { GateContext } from './gate-context.js';
import type { Reason } from './gate-plan.js';
import { isAmong, type Membership, nearestOf, type Protection } from './protection.js';
import type { DeletionKind } from './review.js';
import { later } from './time.js';

/** What is known when one object is judged. */
export interface ObjectGate {
  readonly protection: Protection;
  readonly context: GateContext;
  /** The time that counts: the plan's, never later than the trusted clock. */
  readonly time: Date;
  /** Hard deletions in the prior state and those that this plan writes. */
  readonly hardDeletions: ReadonlyMap<string, HardDeletionRecord>;
  /** Projects whose guard this plan takes away. */
  readonly unguarded: ReadonlySet<string>;
}

/** What becomes of an object that ends, and why it is stopped if it is. */
export interface ObjectVerdict {
  readonly kind: DeletionKind;
  readonly recoverableUntil: Date | null;
  readonly target: string | null;
  readonly reason?: Reason;
  /** Set where a file's word is all that stands for the approval. */
  readonly unproven?: string;
}

/** Judges one change that ends an object. */
export function judgeEnd(change: Change, gate: ObjectGate): ObjectVerdict {
  const membership = gate.protection.membershipOf(change);
  if (membership === undefined) {
    return { kind: 'unprotected', recoverableUntil: null, target: null };
  }
  return forgets(change) || change.deferred !== undefined || creates(change)
    ? judgeEscape(change, membership, gate)
    : judgeDeletion(change, membership, gate);
}

/** A protected object that is let go of, replaced, or ended later than anybody can see now. */
function judgeEscape(change: Change, membership: Membership, gate: ObjectGate): ObjectVerdict {
  const { target } = membership;
  if (forgets(change)) {
    return blocked(
      change,
      membership,
      gate,
      'forgotten',
      `The plan lets go of this object, which ${belongsTo(target)}: it would leave the state and every protection there. Request its deletion instead, or keep it.`,
    );
  }
  if (change.deferred !== undefined) {
    return blocked(
      change,
      membership,
      gate,
      'deferred',
      `The end of this object, which ${belongsTo(target)}, was put off (${named(change.deferred)}), so nobody can see what it will be. Plan again once it is known.`,
    );
  }
  const forced =
    change.attributes.length === 0
      ? ''
      : ` The change is forced by ${change.attributes.map(named).join(', ')}.`;
  return blocked(
    change,
    membership,
    gate,
    'replaced',
    `The plan replaces this object, which ${belongsTo(target)}, and the new one starts empty.${forced} Undo the change, or request the deletion and make a new one under another name.`,
  );
}

function judgeDeletion(change: Change, membership: Membership, gate: ObjectGate): ObjectVerdict {
  const { target } = membership;
  const hard = nearestOf(target, gate.hardDeletions);
  const deadline = deadlineOf(change, membership, gate);
  const isDue = deadline !== undefined && gate.time.getTime() >= deadline.getTime();
  if (isDue && !isUnmarked(change)) {
    return isUnguarded(membership, gate)
      ? blocked(
          change,
          membership,
          gate,
          'guard-removed',
          `The plan takes the guard away together with this object. Close the deletion of ${named(target)} after the reclaim instead.`,
        )
      : { kind: 'reclaim', recoverableUntil: null, target };
  }
  if (hard !== undefined && membership.isGuarded) return judgeHard(change, membership, hard, gate);
  if (isDue) {
    return blocked(
      change,
      membership,
      gate,
      'unmarked',
      `The period of ${named(target)} is over, and this object was never marked as soft-deleted: its soft delete did not reach it. Nobody could see that it would go. Deploy its soft delete first.`,
    );
  }
  if (deadline !== undefined) {
    const left = formatTimeLeft((deadline.getTime() - gate.time.getTime()) / 1000);
    return blocked(
      change,
      membership,
      gate,
      'before-deadline',
      `${named(target)} can be restored until ${rfc3339(deadline)}, ${left} from now, and this plan would end the object at once. Leave its deletion to the deadline.`,
    );
  }
  return blocked(
    change,
    membership,
    gate,
    'not-requested',
    `This object ${belongsTo(target)}, and no deletion of it has begun. Request the deletion in deletions.yaml, or put its code and the lock back.`,
  );
}

function judgeHard(
  change: Change,
  membership: Membership,
  hard: HardDeletionRecord,
  gate: ObjectGate,
): ObjectVerdict {
  const verdict = judgeApproval(hard, gate.protection, gate.context);
  if (!verdict.approved) return blocked(change, membership, gate, verdict.code, verdict.message);
  if (isUnguarded(membership, gate)) {
    return blocked(
      change,
      membership,
      gate,
      'guard-removed',
      `The plan takes the guard away together with this object. Close the deletion of ${membership.target} after the hard delete instead.`,
    );
  }
  return {
    kind: 'hard-delete',
    recoverableUntil: null,
    target: membership.target,
    ...(verdict.proven ? {} : { unproven: verdict.by }),
  };
}

/** By the clock in the state or the deadline on the object itself, whichever is later. */
function deadlineOf(change: Change, membership: Membership, gate: ObjectGate): Date | undefined {
  const { reclaimAfter, isSoftDeleted } = change.marks;
  const marked = isSoftDeleted ? reclaimAfter : undefined;
  if (!membership.isGuarded) return marked;
  const clock = gate.protection.clockOf(membership.target)?.reclaimAfter;
  if (clock === undefined || marked === undefined) return clock;
  return later(clock, marked);
}

/** An object that has marks of ours, but not those of a soft delete. */
function isUnmarked({ marks }: Change): boolean {
  return marks.isProtected && !(marks.isSoftDeleted && marks.reclaimAfter !== undefined);
}

function isUnguarded({ target }: Membership, gate: ObjectGate): boolean {
  return isAmong(target, gate.unguarded);
}

function blocked(
  change: Change,
  membership: Membership,
  gate: ObjectGate,
  code: string,
  message: string,
): ObjectVerdict {
  const deadline = deadlineOf(change, membership, gate);
  const isFuture = deadline !== undefined && deadline.getTime() > gate.time.getTime();
  const kind = isUnguarded(membership, gate) ? 'protection-removed' : 'blocked';
  return {
    kind,
    recoverableUntil: isFuture ? deadline : null,
    target: membership.target === '' ? null : membership.target,
    reason: { code, address: change.address, message },
  };
}

function belongsTo(target: string): string {
  return target === '' ? 'is protected by its own label' : `belongs to ${named(target)}`;
}

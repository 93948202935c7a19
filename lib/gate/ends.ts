import { formatTimeLeft } from '../base/duration.js';
import { quoteName } from '../base/inert.js';
import { rfc3339 } from '../base/timestamp.js';
import { lineage } from '../model/deletion-target.js';
import { creates, forgets, type ResourceChange } from '../plan/change.js';
import type { DeletionKind } from '../review/review.js';
import type { HardDeletionRecord } from '../state/records.js';
import { judgeApproval } from './approval.js';
import type { GateContext } from './context.js';
import type { Passage, StandingObject } from './passage.js';
import { deadlineOf, type Protection, protectionOf } from './protection-of.js';
import { later } from './time.js';
import type { PlanReason } from './whole-plan.js';

/** What is known when one object is judged. */
export interface ObjectGate {
  readonly passage: Passage;
  readonly context: GateContext;
  /** The time that counts: the plan's, never later than the trusted clock. */
  readonly time: Date;
  /** The hard deletions that this plan begins: one that stood before has ended what it could. */
  readonly hardDeletions: ReadonlyMap<string, HardDeletionRecord>;
}

/** What protects an object that ends, and what it goes with. */
interface Ending {
  readonly object: StandingObject;
  readonly protection: Protection;
  /** The target for people; the project alone where only the object's own label tells. */
  readonly target: string;
  readonly isGuarded: boolean;
}

/** What becomes of an object that ends, and why it is stopped if it is. */
export interface ObjectVerdict {
  readonly kind: DeletionKind;
  readonly recoverableUntil: Date | null;
  readonly target: string | null;
  readonly reason?: PlanReason;
  /** What doesn't stop the plan, and is worth knowing. */
  readonly notice?: PlanReason;
  /** Set where a file's word is all that stands for the approval. */
  readonly unproven?: string;
}

/** Judges one change that ends an object. */
export function judgeEnd(change: ResourceChange, gate: ObjectGate): ObjectVerdict {
  const ending = endingOf(change, gate);
  if (ending === undefined) {
    return { kind: 'unprotected', recoverableUntil: null, target: null };
  }
  return forgets(change) || change.deferred !== undefined || creates(change)
    ? judgeEscape(change, ending, gate)
    : judgeDeletion(change, ending, gate);
}

function endingOf(change: ResourceChange, { passage }: ObjectGate): Ending | undefined {
  const object = passage.objectOf(change);
  const protection = protectionOf(object.former, passage.before, object.marks);
  if (protection === undefined) return undefined;
  const [first] = protection.targets;
  const isGuarded = first !== undefined;
  return { object, protection, isGuarded, target: first ?? object.marks?.project ?? '' };
}

/** A protected object that is let go of, replaced, or ended later than anybody can see now. */
function judgeEscape(change: ResourceChange, ending: Ending, gate: ObjectGate): ObjectVerdict {
  const { target } = ending;
  const stop = (code: string, message: string) => blocked(ending, gate, code, message);
  if (forgets(change)) {
    return stop(
      'forgotten',
      `The plan lets go of this object, which ${belongsTo(target)}: it would leave the state and every protection there. Request its deletion instead, or keep it.`,
    );
  }
  if (change.deferred !== undefined) {
    return stop(
      'deferred',
      `The end of this object, which ${belongsTo(target)}, was put off (${quoteName(change.deferred)}), so nobody can see what it will be. Plan again once it is known.`,
    );
  }
  const forced =
    change.attributes.length === 0
      ? ''
      : ` The change is forced by ${change.attributes.map(quoteName).join(', ')}.`;
  return stop(
    'replaced',
    `The plan replaces this object, which ${belongsTo(target)}, and the new one starts empty.${forced} Undo the change, or request the deletion and make a new one under another name.`,
  );
}

/** It may end by its own clock, or by a hard deletion that this plan begins. */
function judgeDeletion(change: ResourceChange, ending: Ending, gate: ObjectGate): ObjectVerdict {
  const { target } = ending;
  const stop = (code: string, message: string) => blocked(ending, gate, code, message);
  const deadline = lastDeadline(ending);
  const isDue = deadline !== undefined && gate.time.getTime() >= deadline.getTime();
  if (isDue && !isUnmarked(ending)) {
    return { kind: 'reclaim', recoverableUntil: null, target };
  }
  const hard = hardDeletionOf(ending, gate);
  if (hard !== undefined) return judgeHard(ending, hard, gate);
  if (isDue) {
    return stop(
      'unmarked',
      `The period of ${quoteName(target)} is over, and this object was never marked as soft-deleted: its soft delete did not reach it. Nobody could see that it would go. Deploy its soft delete first.`,
    );
  }
  if (deadline !== undefined) {
    const left = formatTimeLeft((deadline.getTime() - gate.time.getTime()) / 1000);
    return stop(
      'before-deadline',
      `${quoteName(target)} can be restored until ${rfc3339(deadline)}, ${left} from now, and this plan would end the object at once. Leave its deletion to the deadline.`,
    );
  }
  return stop(
    'not-requested',
    `This object ${belongsTo(target)}, and no deletion of it ${change.marks.isSoftDeleted ? 'counts' : 'has begun'}. Request the deletion in deletions.yaml, or put its code and the lock back.`,
  );
}

/** A hard deletion of everything that the object goes with. */
function hardDeletionOf(
  { protection, isGuarded }: Ending,
  { hardDeletions }: ObjectGate,
): HardDeletionRecord | undefined {
  const found = protection.targets.map((target) =>
    lineage(target)
      .map((each) => hardDeletions.get(each))
      .find((each) => each !== undefined),
  );
  return isGuarded && found.every((each) => each !== undefined) ? found[0] : undefined;
}

function judgeHard(ending: Ending, hard: HardDeletionRecord, gate: ObjectGate): ObjectVerdict {
  const verdict = judgeApproval(hard, gate.passage, gate.context);
  if (!verdict.approved) return blocked(ending, gate, verdict.code, verdict.message);
  return {
    kind: 'hard-delete',
    recoverableUntil: null,
    target: ending.target,
    ...(verdict.proven ? {} : { unproven: verdict.by }),
  };
}

/** By the clock in the state or the deadline on the object itself, whichever is later. */
function lastDeadline({ protection, isGuarded, object }: Ending): Date | undefined {
  const { marks } = object;
  const marked = marks?.isSoftDeleted === true ? marks.reclaimAfter : undefined;
  if (!isGuarded) return marked;
  const clock = deadlineOf(protection.clocks);
  return clock === undefined || marked === undefined ? clock : later(clock, marked);
}

/** An object that has marks of ours, but not those of a soft delete. */
function isUnmarked({ object: { marks } }: Ending): boolean {
  return marks?.isProtected === true && !(marks.isSoftDeleted && marks.reclaimAfter !== undefined);
}

/** Whether a guard that lists the object goes, or becomes something else. */
function isUnguarded({ object }: Ending, { passage }: ObjectGate): boolean {
  return passage.before.listingsOf(object.former).some(({ guard }) => {
    const now = passage.after.recordAt(passage.presentAddress(guard.address));
    return now?.kind !== 'Guard';
  });
}

function blocked(ending: Ending, gate: ObjectGate, code: string, message: string): ObjectVerdict {
  const deadline = lastDeadline(ending);
  const isFuture = deadline !== undefined && deadline.getTime() > gate.time.getTime();
  const kind = isUnguarded(ending, gate) ? 'protection-removed' : 'blocked';
  return {
    kind,
    recoverableUntil: isFuture ? deadline : null,
    target: ending.target === '' ? null : ending.target,
    reason: { code, address: ending.object.address, message },
  };
}

function belongsTo(target: string): string {
  return target === '' ? 'is protected by its own label' : `belongs to ${quoteName(target)}`;
}

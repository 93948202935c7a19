import { named } from '../model/inert.js';
import type { Tombstone } from '../reclamation/records.js';
import { lineage } from '../reclamation/target.js';
import { type Change, ends } from './change.js';
import type { Reason } from './gate-plan.js';
import type { Plan } from './plan.js';
import { isAmong, type Protection } from './protection.js';

/** The clocks that this plan begins and ends, by target. */
export interface Clocks {
  readonly begun: ReadonlyMap<string, Tombstone>;
  readonly gone: ReadonlySet<string>;
}

/**
 * What updates do to what objects say about themselves: the cluster protects them by it, and a
 * reclaim is only let through for objects that were marked, with their deadline, by a plan before.
 */
export function judgeMarks(plan: Plan, protection: Protection, clocks: Clocks): readonly Reason[] {
  return plan.changes.flatMap((change) => {
    const isUpdate = change.actions.includes('update') && !ends(change);
    if (!isUpdate || !change.marks.isProtected) return [];
    const fault = faultOf(change, protection, clocks);
    return fault === undefined ? [] : [{ address: change.address, ...fault }];
  });
}

type Fault = Pick<Reason, 'code' | 'message'>;

function faultOf(change: Change, protection: Protection, clocks: Clocks): Fault | undefined {
  const { marks, marksAfter } = change;
  if (!marksAfter.isProtected) {
    return {
      code: 'label-removed',
      message:
        'The plan takes the label off by which the cluster protects this object. Leave it to the project.',
    };
  }
  if (!marks.isSoftDeleted)
    return marksAfter.isSoftDeleted ? early(change, protection, clocks) : undefined;
  const target = targetOf(change, protection);
  const isRestored = target !== undefined && isAmong(target, clocks.gone);
  if (isRestored || marks.reclaimAfter === undefined) return undefined;
  const clock = clockOf(target, protection, clocks);
  // A deploy that was killed left the mark without a clock: no deletion goes on, so this restores.
  if (!marksAfter.isSoftDeleted && clock === Number.POSITIVE_INFINITY) return undefined;
  const isKept =
    marksAfter.isSoftDeleted &&
    Number(marksAfter.reclaimAfter ?? 0) >= Math.min(Number(marks.reclaimAfter), clock);
  return isKept
    ? undefined
    : {
        code: 'deadline-shortened',
        message:
          'The plan takes this object’s deadline away or sets it earlier, and its deletion goes on. Take the deletion back instead.',
      };
}

/** An object that is marked as soft-deleted has a clock, and no deadline before the clock's. */
function early(change: Change, protection: Protection, clocks: Clocks): Fault | undefined {
  const target = targetOf(change, protection);
  const clock = clockOf(target, protection, clocks);
  if (Number(change.marksAfter.reclaimAfter ?? 0) >= clock) return undefined;
  return {
    code: 'marked-early',
    message: `The plan marks this object as soft-deleted, with a deadline before that of ${target === undefined ? 'any deletion' : `the deletion of ${named(target)}`}. Request the deletion in deletions.yaml, and leave the marks to it.`,
  };
}

/** When the clock over a target runs out; never, where there is none. */
function clockOf(target: string | undefined, protection: Protection, { begun }: Clocks): number {
  if (target === undefined) return Number.POSITIVE_INFINITY;
  const known = protection.clockOf(target);
  const clocks = [known, ...lineage(target).map((each) => begun.get(each))];
  const ends = clocks.map((clock) =>
    clock === undefined ? Number.POSITIVE_INFINITY : clock.reclaimAfter.getTime(),
  );
  return Math.min(...ends);
}

function targetOf({ base, previous }: Change, protection: Protection): string | undefined {
  return (
    protection.targetOf(base) ??
    (previous === undefined ? undefined : protection.targetOf(previous.base))
  );
}

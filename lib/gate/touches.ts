import { quoteName } from '../base/inert.js';
import { ends } from '../plan/change.js';
import type { Touch } from '../plan/touches.js';
import type { Passage } from './passage.js';
import { protectionOf } from './protection-of.js';
import { marksOverwritten } from './records.js';
import type { PlanReason } from './whole-plan.js';

/** What other resources do to protected objects: told, and stopped while those can be restored. */
export interface TouchVerdict {
  readonly why: readonly PlanReason[];
  readonly notices: readonly PlanReason[];
}

/**
 * Judges resources that write into what another one stands for, by the object that they write into.
 * Where nobody can tell which that is, it could be one that is being deleted.
 */
export function judgeTouches(passage: Passage): TouchVerdict {
  const judged = passage.plan.touches.map((touch) => judgeTouch(touch, passage));
  const reasons = (isStopped: boolean) =>
    judged.flatMap((each) => (each?.isStopped === isStopped ? [each.reason] : []));
  return { why: reasons(true), notices: reasons(false) };
}

interface Judged {
  readonly isStopped: boolean;
  readonly reason: PlanReason;
}

function judgeTouch(
  { address, other, marks, writesMarks }: Touch,
  passage: Passage,
): Judged | undefined {
  if (other === undefined) {
    return passage.before.tombstones.length + passage.after.tombstones.length === 0
      ? undefined
      : { isStopped: true, reason: unknown(address) };
  }
  const protection = protectionOf(passage.formerAddress(other), passage.before, marks);
  if (protection === undefined || isEnding(other, passage)) return undefined;
  if (writesMarks) return { isStopped: true, reason: marksOverwritten(address) };
  const begun = passage.after.countingClocks(passage.after.listingsOf(other));
  const isDeleted = protection.clocks.length + begun.length > 0 || marks?.isSoftDeleted === true;
  const target = protection.targets[0] ?? marks?.project ?? '';
  const whose = target === '' ? 'a project' : quoteName(target);
  return {
    isStopped: isDeleted,
    reason: {
      code: 'content-overwritten',
      address,
      message: isDeleted
        ? `This writes into ${quoteName(other)} of ${whose}, which is being deleted and can still be taken back: what could be restored would not be what was deleted. Leave it as it is, or take the deletion back first.`
        : `This writes into ${quoteName(other)} of ${whose}: it changes or takes away what that object holds.`,
    },
  };
}

function unknown(address: string): PlanReason {
  return {
    code: 'content-overwritten',
    address,
    message:
      'This writes into an object whose name is only known after the apply, and something is being deleted: it could be that. Give it a name that is known.',
  };
}

/** Whether the object that is written into ends in the same plan: that is judged by itself. */
function isEnding(other: string, { plan }: Passage): boolean {
  return plan.changes.some((change) => change.address === other && ends(change));
}

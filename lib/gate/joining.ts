import { quoteName } from '../base/inert.js';
import { rfc3339 } from '../base/timestamp.js';
import { creates, type ResourceChange } from '../plan/change.js';
import type { Tombstone } from '../state/records.js';
import type { Passage } from './passage.js';
import { protectionOf } from './protection-of.js';
import type { Listing, Placed } from './standing.js';
import type { PlanReason } from './whole-plan.js';

/**
 * What joins a project, made anew or there before: no deletion may be known by the names that it
 * gets. Nobody would see that the clock of something else ends it.
 */
export function judgeJoining(passage: Passage): readonly PlanReason[] {
  const reasons: PlanReason[] = [];
  for (const { address, change } of passage.joining()) {
    const isKept = change !== undefined && isProtectedBefore(change, passage);
    const listings = passage.after.listingsOf(address);
    const known = passage.before.listingsOf(address);
    const fault = isKept
      ? undefined
      : firstFault([...listings, ...known], { address, isKnown: known.length > 0 }, passage);
    if (fault !== undefined) reasons.push(fault);
    if (change?.marksAfter.isSoftDeleted !== true || fault !== undefined) continue;
    if (!isKept) reasons.push(markedEarly(address, 'makes this object marked'));
    else if (listings.length > 0 && passage.after.countingClocks(listings).length === 0)
      reasons.push(markedEarly(address, 'takes in this object, which is marked'));
  }
  return reasons;
}

function markedEarly(address: string, what: string): PlanReason {
  return {
    code: 'marked-early',
    address,
    message: `The plan ${what} as soft-deleted, and no deletion of it was ever requested. Leave the marks to a request.`,
  };
}

/** What its own label protects was there before its records were lost: the invariant judges it. */
function isProtectedBefore(change: ResourceChange, passage: Passage): boolean {
  if (!change.hasBefore || creates(change)) return false;
  const { former, marks } = passage.objectOf(change);
  return protectionOf(former, passage.before, marks) !== undefined;
}

interface Joining {
  readonly address: string;
  /** Whether a guard listed the address before. */
  readonly isKnown: boolean;
}

function firstFault(
  listings: readonly Listing[],
  joining: Joining,
  passage: Passage,
): PlanReason | undefined {
  for (const { target } of listings) {
    const over = [...passage.before.clocksOver(target), ...passage.after.clocksOver(target)];
    const [clock] = over;
    if (clock !== undefined) return underClock(target, clock, joining, passage);
    const ended = [
      ...passage.before.hardDeletionsOver(target),
      ...passage.after.hardDeletionsOver(target),
    ];
    if (ended.length > 0) {
      return {
        code: 'name-taken',
        address: joining.address,
        message: `${quoteName(target)} was deleted for good, and until that deletion is closed, its name is taken. Close it with reprieve reclamation close, or use another name.`,
      };
    }
  }
  return undefined;
}

function underClock(
  target: string,
  clock: Placed<Tombstone>,
  { address, isKnown }: Joining,
  passage: Passage,
): PlanReason {
  const own = clock.record.target;
  const present = passage.presentAddress(clock.address);
  if (passage.isDeleted(present)) {
    return {
      code: 'restore-too-late',
      address: present,
      message: `${quoteName(own)} was reclaimed, so what this plan makes would be empty. Close the deletion with reprieve reclamation close; then make it anew on purpose.`,
    };
  }
  return isKnown
    ? {
        code: 'under-tombstone',
        address,
        message: `${quoteName(target)} is being deleted, and this plan would make an empty object in its place. Take the deletion back by removing its request, or leave it alone.`,
      }
    : {
        code: 'name-taken',
        address,
        message: `${quoteName(target)} is being deleted and can be restored until ${rfc3339(clock.record.reclaimAfter)}; until that deletion is closed, its name is taken. Restore it, or use another name.`,
      };
}

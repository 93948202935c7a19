import { quoteName } from '../base/inert.js';
import { recoverCommand } from '../model/commands.js';
import type { ResourceChange } from '../plan/change.js';
import type { Revisions } from '../plan/revisions.js';
import type { Passage } from './passage.js';
import type { PlanReason } from './whole-plan.js';

/**
 * A secret's content is written where its revision in state changes, and the object says in the same
 * request which revision it holds. A provider keeps the new revision in state even where the write was
 * refused; then only what the object says changes in the next plan, and the old credential would live
 * on under the new number.
 */
export function judgeRotations({ plan }: Passage): readonly PlanReason[] {
  const drifted = new Map(plan.drift.map((each) => [each.address, each]));
  return plan.changes
    .filter(({ actions }) => actions.includes('update'))
    .flatMap((change) => judge(change, drifted.get(change.address)?.revisions?.before, plan.stack));
}

function judge(
  { address, revisions }: ResourceChange,
  lastWritten: Revisions | undefined,
  stack: string,
): readonly PlanReason[] {
  if (revisions === undefined) return [];
  const { before, after } = revisions;
  const isCarriedKept = before.carried === after.carried;
  if (isCarriedKept && before.written === after.written) return [];
  if (after.carried !== said(after) && (before.carried ?? after.carried) !== undefined) {
    return [differs(address, after)];
  }
  // One that was never said before is added once, by the version that began to say it.
  const isAdded = before.carried === undefined && lastWritten?.carried === undefined;
  const isLost = !isCarriedKept && before.written === after.written && !isAdded;
  return isLost ? [lost(address, before, after, stack)] : [];
}

function said({ written }: Revisions): string | undefined {
  return written === undefined ? undefined : String(written);
}

function lost(address: string, before: Revisions, after: Revisions, stack: string): PlanReason {
  return {
    code: 'rotation-lost',
    address,
    message: `The object holds revision ${number(before.carried)} of its content, and the state says ${number(said(before))}: a write was refused or broken off. This plan would set the number to ${number(after.carried)} and leave the old content. Run ${quoteName(recoverCommand(stack))}, and plan again with the credential’s new value.`,
  };
}

function differs(address: string, after: Revisions): PlanReason {
  return {
    code: 'revision-differs',
    address,
    message: `After this plan the object would say that it holds revision ${number(after.carried)} of its content, and the state revision ${number(said(after))}: a refused rotation would go unnoticed. Leave both to Reprieve, and deploy with the version that wrote them or a newer one.`,
  };
}

/** What others wrote is no more than a number in a message. */
function number(revision: string | undefined): string {
  return revision !== undefined && /^\d{1,16}$/.test(revision) ? revision : '?';
}

import { quoteName } from '../base/inert.js';
import type { ActionInvocation, Plan } from '../plan/plan.js';
import type { Deletion } from '../review/review.js';
import type { Passage } from './passage.js';
import type { PlanReason } from './whole-plan.js';

/** An action that something's end sets off, and why it is stopped if it is. */
export interface JudgedAction {
  readonly deletion: Deletion;
  readonly reasons: readonly PlanReason[];
}

/**
 * Actions that run because something is destroyed can end what the plan knows nothing of.
 *
 * @see https://developer.hashicorp.com/terraform/language/block/action
 */
export function judgeActions(plan: Plan, passage: Passage): readonly JudgedAction[] {
  return plan.actions.filter(isOfAnEnd).map((action) => {
    const former = passage.formerAddress(action.resource ?? '');
    const target = passage.before.listingsOf(former)[0]?.target ?? null;
    const deletion: Deletion = {
      stack: plan.stack,
      address: action.address,
      kind: target === null ? 'unprotected' : 'blocked',
      actions: ['invoke'],
      reason: action.event,
      cause: 'action',
      recoverableUntil: null,
      target,
      images: [],
      attributes: [],
      ...(action.resource === undefined ? {} : { trigger: action.resource }),
      ...(action.deferred === undefined ? {} : { deferred: action.deferred }),
    };
    return { deletion, reasons: target === null ? [] : [stopped(action, target)] };
  });
}

/** An event that nobody knew when this was written counts, too. */
function isOfAnEnd({ event, resource }: ActionInvocation): boolean {
  return resource === undefined ? /destroy|delete/i.test(event) : !/create|update/i.test(event);
}

function stopped(action: ActionInvocation, target: string): PlanReason {
  return {
    code: 'action',
    address: action.address,
    message: `The destruction of ${quoteName(action.resource ?? '')}, which belongs to ${quoteName(target)}, would run this action, and nobody can tell what it ends. Take the trigger away.`,
  };
}

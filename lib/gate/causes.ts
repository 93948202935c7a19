import { forgets, type ResourceChange } from '../plan/change.js';
import type { Plan } from '../plan/plan.js';
import type { Cause } from '../review/review.js';
import { moduleOf } from '../state/address.js';

/**
 * What Terraform and OpenTofu call `action_reason`, as what an author did.
 *
 * @see https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
const BY_REASON: Readonly<Record<string, Cause>> = {
  delete_because_no_resource_config: 'block-removed',
  delete_because_no_module: 'module-removed',
  delete_because_each_key: 'key-removed',
  delete_because_count_index: 'count-shrunk',
  delete_because_wrong_repetition: 'repetition-changed',
  delete_because_no_move_target: 'move-target-missing',
  delete_because_enabled_false: 'disabled',
  replace_because_cannot_update: 'attribute-changed',
  replace_because_tainted: 'tainted',
  replace_by_request: 'replacement-requested',
  replace_by_triggers: 'replacement-triggered',
};

/** Why an object ends: what the plan says of it, put as what somebody did. */
export function causeOf(change: ResourceChange, plan: Plan): Cause {
  if (change.deposed !== undefined) return 'deposed';
  const known = change.reason === null ? undefined : BY_REASON[change.reason];
  if (forgets(change) && !change.actions.includes('delete')) return 'forgotten';
  if (known === 'block-removed' && isModuleGone(change, plan)) return 'module-removed';
  if (known !== undefined) return known;
  if (change.attributes.length > 0) return 'attribute-changed';
  return plan.isDestroyPlan ? 'destroy-mode' : 'unknown';
}

/** Engines give the same reason for a block and for the whole module: nothing of it stays. */
function isModuleGone({ address }: ResourceChange, { livingModules }: Plan): boolean {
  const module = moduleOf(address);
  return module !== '' && !livingModules.has(module);
}

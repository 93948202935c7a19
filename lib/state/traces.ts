import type { LockedStack } from '../files/projects-lock.js';
import {
  type DeletionTarget,
  formatTarget,
  goesWith,
  RESOURCES,
} from '../model/deletion-target.js';
import { withoutIndex } from './address.js';
import { membersOf, type StackState, type StateResource } from './state.js';

/**
 * What a state has of a target, as far as anything tells: records, addresses that the lock or the
 * last synthesis names, objects of its name in its namespace. `addresses` are those of the synthesis.
 */
export function tracesOf(
  state: StackState,
  target: DeletionTarget,
  locked: LockedStack | undefined,
  addresses: readonly string[],
): readonly string[] {
  const text = formatTarget(target);
  const named = new Set([...addresses, ...lockedAddresses(target, locked)].map(withoutIndex));
  const members = membersOf(state, text).map(({ address }) => withoutIndex(address));
  const records = [
    ...state.guards.filter((guard) => guard.target === text).map(() => 'its guard'),
    ...(members.length > 0 ? ['its place in a guard'] : []),
    ...state.tombstones.filter((it) => goesWith(text, it.target)).map(() => 'a clock'),
    ...(state.hardDeleted.includes(text) ? ['its hard deletion'] : []),
    ...(state.uids.has(text) ? ['its uid'] : []),
  ];
  const objects = state.resources
    .filter((it) => named.has(withoutIndex(it.address)) || isObjectOf(it, target, locked))
    .map(({ address }) => address);
  return [...new Set([...records, ...objects])];
}

function lockedAddresses(
  { project, item }: DeletionTarget,
  locked: LockedStack | undefined,
): readonly string[] {
  const entry = own(locked?.projects, project) ?? own(locked?.reclaimables, project);
  if (entry === undefined) return [];
  if (item !== undefined) return item.kind === RESOURCES ? (own(entry.parts, item.name) ?? []) : [];
  return [...entry.resources, ...Object.values(entry.parts ?? {}).flat()];
}

/** Whatever is in a project's namespace may be the project's; an item has its own name there. */
function isObjectOf(
  { object }: StateResource,
  { project, item }: DeletionTarget,
  locked: LockedStack | undefined,
): boolean {
  const entry = own(locked?.projects, project);
  if (object === undefined || entry === undefined) return false;
  const { namespace } = entry;
  if (item === undefined) return [object.namespace, object.name].includes(namespace);
  return object.namespace === namespace && object.name === item.name;
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

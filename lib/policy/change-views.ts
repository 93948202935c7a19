import { isRecord } from '../base/guards.js';
import { PURGES } from '../model/purges.js';
import { documentationOf } from '../model/resource-docs.js';
import { documentationOfSafeguard, type Safeguard, safeguardsOf } from '../model/safeguards.js';
import { STATEFUL_TYPES } from '../model/stateful-types.js';
import { meets } from './json-schema/instance.js';
import type { PlannedResource } from './resource.js';
import { keysIn, type Part, partOf, valueAt } from './shape/part.js';
import { type HeldObject, identityOf } from './uses/references.js';
import type { Uses } from './uses/uses.js';
import type { View } from './view.js';

/** Targets that are what a plan does with a resource, or what becomes of its data. */
export const CHANGE_TARGETS = [
  'safeguard',
  'purge',
  'stateful-resource',
  'removal',
  'deleted-object',
  'deleted-volume',
] as const;
export type ChangeTarget = (typeof CHANGE_TARGETS)[number];

/** Those that are seen once everything else of the plan has been. */
export const LATE_TARGETS = ['deleted-object', 'deleted-volume'] as const;
export type LateTarget = (typeof LATE_TARGETS)[number];
type EarlyTarget = Exclude<ChangeTarget, LateTarget>;

/** What a policy of such a target sees. Settled later: whether a guard lists the resource. */
export function changeViews(
  target: EarlyTarget,
  resource: PlannedResource,
  part: Part,
): readonly View[] {
  switch (target) {
    case 'safeguard':
      return isRecord(resource.before) ? safeguards(resource, part) : [];
    case 'purge':
      return resource.actions?.includes('create') === true ? purges(resource, part) : [];
    case 'removal':
      return removals(resource, part);
    default:
      return statefulViews(resource, part);
  }
}

/** Whether a target is one of those. */
export function isChangeTarget(target: string): target is ChangeTarget {
  return CHANGE_TARGETS.some((each) => each === target);
}

/** Whether a target only is what a plan deletes. */
export function isRemovalTarget(target: string): boolean {
  return target === 'removal' || isLateTarget(target);
}

/** Whether what a target sees is known once everything else of the plan is. */
export function isLateTarget(target: string): target is LateTarget {
  return LATE_TARGETS.some((each) => each === target);
}

/** Whether what a target sees is known from the resource alone. */
export function isEarlyTarget(target: string): target is EarlyTarget {
  return isChangeTarget(target) && !isLateTarget(target);
}

/** What policies of such a target see of something that is deleted. */
export function lateViews(
  target: LateTarget,
  {
    removed,
    held,
  }: { readonly removed: PlannedResource | undefined; readonly held: readonly HeldObject[] },
  uses: Uses,
): readonly View[] {
  if (removed === undefined) return [];
  const viewsOf = target === 'deleted-object' ? deletedObject : deletedVolume;
  return held.flatMap((each) => viewsOf(removed, each, uses));
}

/** One view for each that stays and needs it, or one with `nothing`. */
function deletedObject(resource: PlannedResource, held: HeldObject, uses: Uses): readonly View[] {
  const { addresses, isOpen } = uses.of(held);
  const facts = { type: resource.type, ...namesOf(held) };
  const users = addresses.length === 0 ? [isOpen ? undefined : 'nothing'] : addresses;
  return users.map((usedBy) => viewOf(resource, { ...facts, usedBy }, 'usedBy'));
}

/** What becomes of the data of a volume or a claim that is deleted. */
function deletedVolume(resource: PlannedResource, held: HeldObject, uses: Uses): readonly View[] {
  const data = uses.volumes.fateOf(held.manifest);
  if (data === 'nothing') return [];
  return [viewOf(resource, { type: resource.type, ...namesOf(held), data }, 'data')];
}

function namesOf({ manifest }: HeldObject): Readonly<Record<string, unknown>> {
  const names = Object.entries(identityOf(manifest));
  const entries = names.filter(([, text]) => text !== undefined && text !== '');
  return Object.fromEntries(entries);
}

/** The same resource, of which a guard has been found. */
export function guarded(view: View): View {
  const value = { ...Object(view.value), protection: 'guard' };
  return { ...view, value, unknown: undefined };
}

/** Each safeguard of a resource that is updated, with what becomes of it. */
function safeguards(resource: PlannedResource, part: Part): readonly View[] {
  const { type, before } = resource;
  return safeguardsOf(type).map((safeguard) => {
    const becomes = becomesOf(safeguard, before, part);
    const attribute = attributeOf(safeguard.pointer);
    const url = documentationOfSafeguard(type, safeguard);
    return viewOf(resource, { type, attribute, becomes }, 'becomes', {
      pointer: safeguard.pointer,
      url,
    });
  });
}

/** Undefined where it isn't known. */
function becomesOf(safeguard: Safeguard, before: unknown, part: Part): string | undefined {
  const { pointer, strengthOf, weaker } = safeguard;
  const was = strengthOf(valueAt(before, pointer));
  if (was === undefined) return undefined;
  if (was <= 0) return 'kept';
  if (meets(part, pointer)) return undefined;
  const is = strengthOf(valueAt(part.value, pointer));
  if (is === undefined) return undefined;
  return is >= was ? 'kept' : weaker;
}

/** `settings[0].deletion_protection_enabled` */
function attributeOf(pointer: string): string {
  const steps = keysIn(pointer).map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`));
  return steps.join('').replace(/^\./, '');
}

function purges(resource: PlannedResource, part: Part): readonly View[] {
  const { type } = resource;
  const purge = PURGES.get(type);
  if (purge === undefined) return [];
  const { flag } = purge;
  const found = flag === undefined || flagIn(flag.name, partOf(part, flag.within));
  const deletes = found === undefined ? undefined : found ? purge.deletes : 'nothing';
  return [viewOf(resource, { type, deletes }, 'deletes')];
}

/** Whether a member of a name is true anywhere; undefined where it may turn out to be. */
function flagIn(name: string, { value, unknown }: Part): boolean | undefined {
  if (hasFlag(name, value, 0)) return true;
  return unknown === undefined ? false : undefined;
}

const DEEPEST = 64;

function hasFlag(name: string, value: unknown, depth: number): boolean {
  if (depth > DEEPEST) return true;
  if (Array.isArray(value)) return value.some((each) => hasFlag(name, each, depth + 1));
  if (!isRecord(value)) return false;
  return Object.entries(value).some(
    ([key, each]) => (key === name && each === true) || hasFlag(name, each, depth + 1),
  );
}

/** What the provider or the service says to a deletion: one view for each attribute that refuses it. */
function removals(resource: PlannedResource, part: Part): readonly View[] {
  const { type } = resource;
  const refusing = safeguardsOf(type).filter(({ refuses }) => refuses);
  return refusing.map((safeguard) => {
    const { pointer, strengthOf } = safeguard;
    const isRefused = (strengthOf(valueAt(part.value, pointer)) ?? 0) > 0;
    const facts = { type, attribute: attributeOf(pointer), refused: isRefused };
    const url = documentationOfSafeguard(type, safeguard);
    return viewOf(resource, facts, 'refused', { pointer, url });
  });
}

function statefulViews(resource: PlannedResource, part: Part): readonly View[] {
  const { type } = resource;
  const holds = STATEFUL_TYPES.get(type);
  if (holds === undefined) return [];
  return [viewOf(resource, { type, holds, protection: ownProtection(type, part) }, 'protection')];
}

/** `own`: the provider or the service would refuse its deletion; undefined where that isn't known. */
function ownProtection(type: string, part: Part): 'own' | 'none' | undefined {
  const refusing = safeguardsOf(type).filter(({ refuses }) => refuses);
  const isOn = ({ pointer, strengthOf }: Safeguard) =>
    !meets(part, pointer) && (strengthOf(valueAt(part.value, pointer)) ?? 0) > 0;
  if (refusing.some(isOn)) return 'own';
  return refusing.some(({ pointer }) => meets(part, pointer)) ? undefined : 'none';
}

/** The fact that may not be known, and where it is in the resource. */
function viewOf(
  { type, sensitive }: PlannedResource,
  facts: Readonly<Record<string, unknown>>,
  open: string,
  {
    pointer = '',
    url = documentationOf(type),
  }: { pointer?: string; url?: string | undefined } = {},
): View {
  return {
    value: facts,
    unknown: facts[open] === undefined ? { [open]: true } : undefined,
    sensitive: sensitive ?? {},
    kind: undefined,
    original: () => pointer,
    url,
  };
}

import { isRecord } from '../../base/guards.js';
import { isMap } from './names.js';
import { keysOf, listOf, type Part, partOf } from './part.js';

const DEEPEST = 64;

/**
 * A resource's attributes in one form: what isn't set isn't there, and every block of the Kubernetes
 * provider is a list, as in a plan, also where Terraform's JSON has a single one bare.
 */
export function attributesOf(type: string, part: Part): Part {
  const wraps = type.startsWith('kubernetes_') && type !== 'kubernetes_manifest';
  return inner(part, '', wraps, 0);
}

function inner(part: Part, parent: string, wraps: boolean, depth: number): Part {
  if (part.unknown === true || depth > DEEPEST) return part;
  const { value } = part;
  if (Array.isArray(value)) {
    return listOf(value.map((_, index) => inner(partOf(part, index), parent, wraps, depth + 1)));
  }
  if (!isRecord(value) && !isRecord(part.unknown)) return part;
  const entries = keysOf(part).flatMap((key) => {
    const child = inner(partOf(part, key), key, wraps, depth + 1);
    if (isUnset(child)) return [];
    const isBare = wraps && isRecord(child.value) && !isKeptBare({ parent, key }, child.value);
    return [[key, isBare ? listOf([child]) : child] as const];
  });
  const open = entries.filter(([, { unknown }]) => unknown !== undefined);
  return {
    value: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    unknown:
      open.length === 0
        ? undefined
        : Object.fromEntries(open.map(([key, { unknown }]) => [key, unknown])),
  };
}

/** A plan has maps, and this one block, as they are. */
function isKeptBare(place: { readonly parent: string; readonly key: string }, value: unknown) {
  return place.key === 'timeouts' || isMap(place, value);
}

function isUnset({ value, unknown }: Part): boolean {
  return (value === null || value === undefined) && unknown !== true && !isRecord(unknown);
}

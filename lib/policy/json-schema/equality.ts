import { isRecord } from '../../base/guards.js';
import { certainNames, childOf, elementsOf, type Instance, possibleNames } from './instance.js';
import type { SchemaVerdict } from './verdict.js';

/** Whether a value of which parts aren't known is the same as a known one. */
export function sameAs(instance: Instance, wanted: unknown): SchemaVerdict {
  const { value, unknown } = instance;
  if (unknown === undefined) return isSame(value, wanted) ? 'pass' : 'fail';
  if (unknown === true) return 'undecided';
  if (Array.isArray(value)) return sameItems(instance, wanted);
  return isRecord(value) ? sameMembers(instance, wanted) : 'undecided';
}

/** A set's items may turn out to be the same one: then there are fewer. */
function sameItems(instance: Instance, wanted: unknown): SchemaVerdict {
  const items = elementsOf(instance);
  if (!Array.isArray(wanted) || wanted.length === 0 || wanted.length > items.length) return 'fail';
  if (wanted.length < items.length) return 'undecided';
  return items.some((each, index) => sameAs(each, wanted[index]) === 'fail') ? 'fail' : 'undecided';
}

function sameMembers(instance: Instance, wanted: unknown): SchemaVerdict {
  if (!isRecord(wanted)) return 'fail';
  const names = Object.keys(wanted);
  if (certainNames(instance).some((name) => !names.includes(name))) return 'fail';
  const possible = possibleNames(instance);
  if (names.some((name) => !possible.includes(name))) return 'fail';
  const verdicts = names.map((name) => {
    const child = childOf(instance, name);
    return child === undefined ? 'fail' : sameAs(child, wanted[name]);
  });
  return verdicts.includes('fail') ? 'fail' : 'undecided';
}

/** Whether two known values are the same one in JSON, where the order of members says nothing. */
export function isSame(one: unknown, other: unknown): boolean {
  return isScalar(one) || isScalar(other)
    ? one === other
    : canonicalText(one) === canonicalText(other);
}

/** One text for each value: 0 and -0 are the same, and so are members in another order. */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (!isRecord(value)) return scalarText(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`);
  return `{${members.join()}}`;
}

function scalarText(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  return value === 0 ? '0' : (JSON.stringify(value) ?? 'null');
}

/** Whether a value has no parts. */
export function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

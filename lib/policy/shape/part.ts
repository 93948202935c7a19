import { isRecord, memberOf } from '../../base/guards.js';

/** A value, and the tree of what isn't known in it: `true` where it is a whole value. */
export interface Part {
  /** What is known; what isn't is missing or null. */
  readonly value: unknown;
  readonly unknown: unknown;
}

/** What lies under a key or index of a part. What holds for the whole holds for each of its parts. */
export function partOf({ value, unknown }: Part, key: string | number): Part {
  return {
    value: memberOf(value, key),
    unknown: unknown === true || unknown === undefined ? unknown : memberOf(unknown, key),
  };
}

/** The keys under which a part has something, or will have something that isn't known yet. */
export function keysOf({ value, unknown }: Part): readonly string[] {
  const known = isRecord(value) ? Object.keys(value) : [];
  return isRecord(unknown) ? [...new Set([...known, ...Object.keys(unknown)])] : known;
}

/** Several parts as a list of them. */
export function listOf(parts: readonly Part[]): Part {
  const isKnown = parts.every(({ unknown }) => unknown === undefined);
  return {
    value: parts.map(({ value }) => value),
    unknown: isKnown ? undefined : parts.map(({ unknown }) => unknown),
  };
}

/** A key or index as one step of a JSON pointer. */
export function stepOf(key: string | number): string {
  if (typeof key === 'number') return `/${key}`;
  return /[~/]/.test(key) ? `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` : `/${key}`;
}

/** The keys of a JSON pointer. */
export function keysIn(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What lies at a JSON pointer; undefined where there is nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  return keysIn(pointer).reduce(memberOf, value);
}

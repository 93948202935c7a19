import { isRecord, memberOf } from '../../model/record.js';

/** A value together with what a plan says of it: trees of the same form, `true` where it holds. */
export interface Part {
  /** What is known; what isn't is missing or null. */
  readonly value: unknown;
  /** The plan's `after_unknown` for this value. */
  readonly unknown: unknown;
  /** The plan's `after_sensitive` for this value. */
  readonly sensitive: unknown;
}

/** What lies under a key or index of a part. What holds for the whole holds for each of its parts. */
export function partOf(part: Part, key: string | number): Part {
  return {
    value: memberOf(part.value, key),
    unknown: part.unknown === true ? true : memberOf(part.unknown, key),
    sensitive: part.sensitive === true ? true : memberOf(part.sensitive, key),
  };
}

/** The keys under which a part has something, or will have something that isn't known yet. */
export function keysOf({ value, unknown }: Part): readonly string[] {
  const known = isRecord(value) ? Object.keys(value) : [];
  const coming = isRecord(unknown) ? Object.keys(unknown) : [];
  return [...new Set([...known, ...coming])];
}

/** Several parts as a list of them. */
export function listOf(parts: readonly Part[]): Part {
  return {
    value: parts.map(({ value }) => value),
    unknown: parts.map(({ unknown }) => unknown),
    sensitive: parts.map(({ sensitive }) => sensitive),
  };
}

/** A key or index as one step of a JSON pointer. */
export function stepOf(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
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

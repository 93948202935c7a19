import { isRecord, memberOf } from '../../base/guards.js';
import { keysIn, stepOf } from '../shape/part.js';

/**
 * A value of which parts may not be known. `unknown` is the plan's tree of what isn't, with nothing
 * else in it: `true` where it is a whole value, undefined where every part is known.
 *
 * What isn't known may turn out to be any value, or to be no value at all.
 */
export interface Instance {
  readonly value: unknown;
  readonly unknown: unknown;
  readonly pointer: string;
}

/** Deeper trees of what isn't known are taken for unknown as a whole. */
const DEEPEST = 512;

/** A plan's tree of marks without the branches that mark nothing. */
export function onlyUnknown(tree: unknown): unknown {
  // Most trees mark nothing, and those that do are taken apart.
  return marksAny(tree, 0) ? withoutIdle(tree, 0) : undefined;
}

function marksAny(tree: unknown, depth: number): boolean {
  if (tree === true || depth > DEEPEST) return true;
  if (typeof tree !== 'object' || tree === null) return false;
  for (const each of Array.isArray(tree) ? tree : Object.values(tree))
    if (marksAny(each, depth + 1)) return true;
  return false;
}

function withoutIdle(tree: unknown, depth: number): unknown {
  if (tree === true || depth > DEEPEST) return true;
  if (Array.isArray(tree)) {
    const inner = tree.map((each) => withoutIdle(each, depth + 1));
    return inner.some((each) => each !== undefined) ? inner : undefined;
  }
  if (!isRecord(tree)) return undefined;
  const entries = Object.entries(tree)
    .map(([key, each]) => [key, withoutIdle(each, depth + 1)] as const)
    .filter(([, each]) => each !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Whether what is known is an object or a list, and the marks are those of one. */
export function isOpen({ value, unknown }: Instance): boolean {
  return Array.isArray(value) ? Array.isArray(unknown) : isRecord(value) && isRecord(unknown);
}

/** Names that an object has, whatever the unknown turns out to be. */
export function certainNames({ value, unknown }: Instance): readonly string[] {
  if (unknown === undefined) return Object.keys(Object(value));
  return Object.keys(Object(value)).filter((name) => marksAt(unknown, name) !== true);
}

/** Names that an object has or may have. */
export function possibleNames({ value, unknown }: Instance): readonly string[] {
  if (unknown === undefined) return Object.keys(Object(value));
  return [...new Set([...Object.keys(Object(value)), ...Object.keys(Object(unknown))])];
}

/** A member of an object; undefined where there certainly is none. */
export function childOf({ value, unknown, pointer }: Instance, name: string): Instance | undefined {
  const isKnown = isRecord(value) && Object.hasOwn(value, name);
  const marks = marksAt(unknown, name);
  if (!isKnown && marks === undefined) return undefined;
  // Where the plan has only marks, what is beside them is not known either.
  return {
    value: isKnown ? value[name] : undefined,
    unknown: isKnown ? marks : true,
    pointer: `${pointer}${stepOf(name)}`,
  };
}

export function elementsOf({ value, unknown, pointer }: Instance): readonly Instance[] {
  const marks: readonly unknown[] = Array.isArray(unknown) ? unknown : [];
  return (Array.isArray(value) ? value : []).map((each, index) => ({
    value: each,
    unknown: marks[index],
    pointer: `${pointer}/${index}`,
  }));
}

/** Whether the way along a JSON pointer leads to something that isn't known, or through it. */
export function meets({ unknown }: Pick<Instance, 'unknown'>, pointer: string): boolean {
  let at = unknown;
  for (const key of keysIn(pointer)) {
    if (at === true) return true;
    at = memberOf(at, key);
  }
  return at !== undefined;
}

function marksAt(unknown: unknown, name: string): unknown {
  return isRecord(unknown) && Object.hasOwn(unknown, name) ? unknown[name] : undefined;
}

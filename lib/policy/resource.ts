import { isRecord, memberOf } from '../base/guards.js';
import { keysIn } from './shape/part.js';

/** A resource as a plan would leave it. */
export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  /** Attributes; what is not known yet is missing or null. */
  readonly values: unknown;
  /** The plan's `after_unknown`: `true` where a value is not known yet. */
  readonly unknown: unknown;
  /** The plan's `after_sensitive`: `true` where a value must not be shown. */
  readonly sensitive: unknown;
  /** What it was, where a plan updates it and has safeguards to compare. */
  readonly before?: unknown;
  /** What a plan does with it, where that may delete something else. */
  readonly actions?: readonly string[];
  /** Whether the plan deletes it: the values are those of before, and it is nothing else's any more. */
  readonly removed?: boolean;
}

/** The sandbox's stand-in for a resource, as that resource; any other as it is. */
export function withoutStandIn(resource: PlannedResource): PlannedResource {
  const input = memberOf(resource.values, 'input');
  const type = memberOf(input, 'resource');
  if (resource.type !== 'terraform_data' || typeof type !== 'string' || !isRecord(input))
    return resource;
  const { resource: _type, ...values } = input;
  return {
    ...resource,
    type,
    values,
    unknown: memberOf(resource.unknown, 'input'),
    sensitive: marksOfInput(resource.sensitive),
  };
}

/** Undefined only where nothing says what is sensitive. */
function marksOfInput(sensitive: unknown): unknown {
  return isRecord(sensitive) ? (memberOf(sensitive, 'input') ?? {}) : sensitive;
}

/**
 * Whether a JSON pointer leads to, or into, something that is marked. A single block may stand bare
 * where the pointer has it in a list.
 */
export function isMarked(marks: unknown, pointer: string): boolean {
  let at = marks;
  for (const key of keysIn(pointer)) {
    if (at === true) return true;
    const isBare = key === '0' && isRecord(at) && !Object.hasOwn(at, key);
    if (!isBare) at = memberOf(at, key);
  }
  return at === true;
}

import { isRecord } from '../../base/guards.js';

/** Whether a value that is known in every part matches. */
export type Predicate = (value: unknown) => boolean;

/** The predicate of one schema, which may refer to itself: it is made after others hold it. */
export interface Cell {
  test: Predicate;
}

/** A schema, with the predicates of the schemas in it and of those that it refers to. */
export interface Place {
  readonly schema: Readonly<Record<string, unknown>>;
  /** @param path - JSON pointer from this schema */
  readonly part: (path: string) => Cell;
  /** What a `$ref` leads to; undefined where that isn't in the document. */
  readonly target: (ref: unknown) => Cell | undefined;
}

/** Makes the predicate of a keyword; undefined for an operand that only the validator knows. */
export type Match = (operand: unknown, place: Place) => Predicate | undefined;

export type Members = Readonly<Record<string, unknown>>;

export function ofObjects(holds: (object: Members) => boolean): Predicate {
  return (value) => !isRecord(value) || holds(value);
}

export function ofLists(holds: (list: readonly unknown[]) => boolean): Predicate {
  return (value) => !Array.isArray(value) || holds(value);
}

/** Made for a bound that is a number. */
export function ofTexts(holds: (text: string, bound: number) => boolean): Match {
  return (bound) =>
    typeof bound === 'number'
      ? (value) => typeof value !== 'string' || holds(value, bound)
      : undefined;
}

/** A number of JSON: a bigint where a double would be another one. */
export type ExactNumber = number | bigint;

/** Made for a bound that is a number. */
export function ofNumbers(holds: (value: ExactNumber, bound: ExactNumber) => boolean): Match {
  return (bound) =>
    isNumber(bound) ? (value) => !isNumber(value) || holds(value, bound) : undefined;
}

function isNumber(value: unknown): value is ExactNumber {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
}

/** Whether an object has a member of its own. */
export function has(object: Members, name: string): boolean {
  return Object.hasOwn(object, name) && object[name] !== undefined;
}

export function isTexts(operand: unknown): operand is readonly string[] {
  return Array.isArray(operand) && operand.every((each) => typeof each === 'string');
}

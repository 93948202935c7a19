import type { FieldShape } from '../fields/field-shape.js';
import { type Found, type Impossibility, noName, noPointer, noValue } from './impossibility.js';
import type { Subschema } from './subschema.js';

/** A schema or a keyword within a policy, and what it is checked against. */
export interface Spot extends Found {
  readonly schema: unknown;
}

/** A walk through one of a policy's schemas. */
export interface Walk {
  /** How the policy's file names the schema: `when` or `schema`. */
  readonly root: string;
  /** What the whole object can have. */
  readonly whole: FieldShape;
  /** What other objects can have. */
  ofKinds(kinds: readonly string[]): FieldShape;
  /** What a `$ref` leads to; undefined where that isn't in the document. */
  target(ref: unknown): Subschema | undefined;
  visit(spot: Spot): void;
  /** Notes whether something can be; where it can't, `fault` says so. */
  tell(isPossible: boolean, found: Found, fault: (found: Found) => Impossibility): void;
}

/** Checks the operand of a keyword, and visits the schemas in it. */
export type FieldCheck = (walk: Walk, operand: unknown, at: Spot) => void;

/** Visits a schema about members or items. */
export function inside(shapeOf: (shape: FieldShape) => FieldShape | undefined): FieldCheck {
  return (walk, schema, at) => {
    const shape = shapeOf(at.shape);
    if (shape !== undefined) walk.visit({ ...at, schema, shape, place: `${at.place}/*` });
  };
}

/** What can be under a name; undefined where there can't be such a name, which is reported. */
export function checkMember(walk: Walk, name: string, at: Found): FieldShape | undefined {
  const shape = at.shape.member(name);
  walk.tell(shape !== undefined, at, (found) => noName(name, found));
  return shape;
}

export function checkPointer(walk: Walk, pointer: unknown, at: Found): void {
  const isPossible = typeof pointer !== 'string' || at.shape.at(pointer) !== undefined;
  walk.tell(isPossible, at, (found) => noPointer(String(pointer), found));
}

export function checkValue(walk: Walk, value: unknown, at: Found): void {
  walk.tell(at.shape.has(value), at, (found) => noValue(value, found));
}

export function below<T extends Found>(found: T, ...steps: readonly string[]): T {
  return { ...found, steps: [...found.steps, ...steps] };
}

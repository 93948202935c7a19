import type { FieldShape } from '../fields/field-shape.js';
import type { Fields } from '../fields/fields.js';
import type { Found, Impossibility } from './impossibility.js';
import type { Outline } from './outline.js';

/** A schema within a policy, and what it is held against. */
export interface Spot extends Found {
  readonly schema: unknown;
}

/** A walk through one of a policy's schemas. */
export interface Walk {
  readonly outline: Outline;
  /** How the policy's file names the schema: `when` or `schema`. */
  readonly root: string;
  readonly fields: Fields;
  /** What the whole object can have. */
  readonly whole: FieldShape;
  visit(spot: Spot): void;
  /** Notes whether something can be; where it can't, `fault` says so. */
  tell(isPossible: boolean, found: Found, fault: (found: Found) => Impossibility): void;
}

import type { Evaluated } from './evaluated.js';
import type { Fault } from './fault.js';
import type { Instance } from './instance.js';
import type { Judgement } from './verdict.js';

/** A judgement, with what the schema has looked at. */
export interface Finding extends Judgement {
  readonly evaluated?: Evaluated;
}

/** Validates a value that is known in every part, by the schema at a JSON pointer or one of its own. */
export interface Validator {
  readonly at: (pointer: string, value: unknown) => readonly Fault[] | undefined;
  readonly alone: (schema: object, value: unknown) => readonly Fault[] | undefined;
  readonly matches: (pattern: string, text: string) => boolean;
}

/** A schema as it stands in the whole. */
export interface At {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly pointer: string;
}

/** What a keyword says. `judge` judges the schemas in it. */
export type Rule = (judge: Judge, operand: unknown, instance: Instance, at: At) => Finding;

/** Judges what is inside of a keyword. */
export interface Judge {
  readonly validator: Validator;
  /** What the schema at a pointer says of a value. */
  schema(schema: unknown, pointer: string, instance: Instance): Finding;
  /** One keyword on a value that is known, or of which it looks only at what is. */
  alone(keyword: string, operand: unknown, instance: Instance): Judgement;
}

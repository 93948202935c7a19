import type { Part } from '../shape/part.js';
import type { Evaluated } from './evaluated.js';
import type { FieldCheck } from './field-check.js';
import type { Instance } from './instance.js';
import type { Match } from './predicate.js';
import type { FindSchemas, Subschema } from './subschema.js';
import type { Judgement } from './verdict.js';

/** All that is known of a keyword. What is left out is the validator's alone, or not decided. */
export interface Keyword {
  readonly name: string;
  /** The types that it is about: it holds for any other value. @default - all */
  readonly types?: readonly JsonType[];
  /** Whether it says nothing by itself: it only describes, or another keyword reads it. */
  readonly isSilent?: boolean;
  /** The schemas in its operand. @default - none */
  readonly schemas?: FindSchemas;
  /**
   * Judges a value of one of its types, of which parts may not be known. @default - the validator
   * does, where every part is known
   */
  readonly evaluate?: Evaluate;
  /** In place of `evaluate`: judges what the other keywords of a schema have not evaluated. */
  readonly evaluateRest?: EvaluateRest;
  /** Makes a predicate for values that are known in every part. @default - the validator judges */
  readonly match?: Match;
  /** Checks it against what can be at a place. @default - its schemas about the same value are */
  readonly fields?: FieldCheck;
  /** Whether the schema that has it says anything at a place; asked before all checks. */
  readonly admits?: Admits;
  /** What JSON Schema doesn't say of it, where it is a keyword of ours. */
  readonly own?: OwnKeyword;
  /** A better message than ajv's; undefined where others say what is wrong. @default - ajv's own */
  readonly message?: (
    params: Readonly<Record<string, unknown>>,
    message: string,
    operand: unknown,
  ) => string | undefined;
  /** Whether a schema that has it can't be judged apart from others. */
  readonly isTied?: boolean;
  /** Whether it asks for other objects. */
  readonly asksOthers?: boolean;
}

/** A keyword that isn't one of JSON Schema. Its operand is an object; the validator uses `match`. */
export interface OwnKeyword {
  /** What the operand may be. */
  readonly metaSchema: object;
  /** What a value must be, for a fault. */
  readonly message?: (operand: unknown) => string;
}

export type JsonType = 'object' | 'array' | 'string' | 'number';

export type Evaluate = (
  evaluator: Evaluator,
  operand: unknown,
  instance: Instance,
  at: At,
) => Finding;

export type EvaluateRest = (...parts: [...Parameters<Evaluate>, evaluated: Evaluated]) => Finding;

export type Admits = (...parts: Parameters<FieldCheck>) => boolean;

/** A judgement, with what the schema has evaluated. */
export interface Finding extends Judgement {
  readonly evaluated?: Evaluated;
}

/** A schema as it stands in the whole. */
export interface At {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly pointer: string;
}

/** Evaluates what is inside of a keyword. */
export interface Evaluator {
  /** Undefined where other objects aren't known. */
  readonly context?: Context | undefined;
  /** Whether what one schema has evaluated counts for another; if not, it needn't be kept. */
  readonly isJoint: boolean;
  /** What the schema at a pointer says of a value. */
  schema(schema: unknown, pointer: string, instance: Instance): Finding;
  /** One keyword on a value that is known, or of which it looks only at what is. */
  alone(keyword: Keyword, operand: unknown, instance: Instance): Judgement;
  /** What a `$ref` leads to; undefined where that isn't in the document. */
  target(ref: unknown): Subschema | undefined;
}

/** The object as a whole, and the others beside it. */
export interface Context {
  readonly object: Part;
  readonly others: Others;
}

/** Other objects by their kind. */
export interface Others {
  /** Those that may fit: at least all that do. */
  candidates(kind: string, joins: readonly Join[]): readonly Part[];
}

/** A pointer into another object, and the value that must be there. */
export interface Join {
  readonly pointer: string;
  readonly wanted: Part;
}

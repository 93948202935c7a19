import { isRecord } from '../../base/guards.js';
import { stepOf } from '../shape/part.js';

/** A schema inside of another one. */
export interface Subschema {
  /** JSON pointer from the root schema. */
  readonly pointer: string;
  readonly schema: unknown;
  /** Whether it is about the same value as the schema around it. */
  readonly inPlace: boolean;
}

/** A schema in the operand of a keyword. */
export interface InnerSchema {
  /** The way to it from the operand. */
  readonly steps: readonly string[];
  readonly schema: unknown;
  readonly inPlace: boolean;
}

/** Finds the schemas in an operand. */
export type FindSchemas = (operand: unknown) => readonly InnerSchema[];

/** The operand is a schema about the same value. */
export const SAME_VALUE: FindSchemas = (schema) => [{ steps: [], schema, inPlace: true }];

/** The operand is a schema about parts of the value. */
export const PARTS: FindSchemas = (schema) => [{ steps: [], schema, inPlace: false }];

/** The operand has schemas about the same value, in a list or by name. */
export const EACH_SAME_VALUE: FindSchemas = (operand) => eachSchema(operand, true);

/** The operand has schemas about parts of the value, in a list or by name. */
export const EACH_PARTS: FindSchemas = (operand) => eachSchema(operand, false);

/** What is in an operand, which the meta-schema may not have checked yet. */
export function entriesOf(operand: unknown): readonly (readonly [string, unknown])[] {
  return Array.isArray(operand) || isRecord(operand) ? Object.entries(operand) : [];
}

/** JSON pointer of some steps. */
export function pointerOf(steps: readonly string[]): string {
  return steps.map(stepOf).join('');
}

function eachSchema(operand: unknown, inPlace: boolean): readonly InnerSchema[] {
  return entriesOf(operand).map(([key, schema]) => ({ steps: [key], schema, inPlace }));
}

import { linear } from '../patterns.js';
import type { Predicate } from '../predicate.js';
import { keepsImageRules } from './image-reference.js';
import { quantityPredicate } from './quantity.js';

const TYPES: ReadonlyMap<unknown, Predicate> = new Map<unknown, Predicate>([
  ['null', (value) => value === null],
  ['boolean', (value) => typeof value === 'boolean'],
  ['string', (value) => typeof value === 'string'],
  ['number', (value) => Number.isFinite(value)],
  ['integer', (value) => Number.isInteger(value)],
  ['array', (value) => Array.isArray(value)],
  ['object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)],
]);

type ScalarMaker = (operand: unknown) => Predicate | undefined;

/** The keywords about single values, and those that look at none of what is inside. */
export const SCALAR_MAKERS: Readonly<Record<string, ScalarMaker>> = {
  type: (operand) => (Array.isArray(operand) ? oneOfTypes(operand) : TYPES.get(operand)),
  const: (operand) => (isScalar(operand) ? (value) => value === operand : undefined),
  enum: (operand) => {
    if (!Array.isArray(operand) || !operand.every(isScalar)) return undefined;
    const allowed = new Set<unknown>(operand);
    return (value) => allowed.has(value);
  },
  minimum: ofNumbers((value, bound) => value >= bound),
  maximum: ofNumbers((value, bound) => value <= bound),
  exclusiveMinimum: ofNumbers((value, bound) => value > bound),
  exclusiveMaximum: ofNumbers((value, bound) => value < bound),
  // A text has at most as many characters as units, and at least half as many.
  minLength: ofTexts(
    (text, bound) => text.length >= bound && (text.length >= 2 * bound || count(text) >= bound),
  ),
  maxLength: ofTexts((text, bound) => text.length <= bound || count(text) <= bound),
  pattern: (operand) => {
    const pattern = typeof operand === 'string' ? usable(operand) : undefined;
    return pattern && ((value) => typeof value !== 'string' || pattern.test(value));
  },
  imageReference: (operand) => {
    const keeps = keepsImageRules(Object(operand));
    return (value) => typeof value !== 'string' || keeps(value);
  },
  quantity: (operand) => quantityPredicate(Object(operand)),
};

const made = new Map<string, Map<unknown, Predicate | undefined>>();

/** One of these keywords, made once for each operand; undefined for any other. */
export function scalarPredicate(keyword: string, operand: unknown): Predicate | undefined {
  const known = made.get(keyword) ?? new Map<unknown, Predicate | undefined>();
  made.set(keyword, known);
  if (!known.has(operand)) {
    const maker = Object.hasOwn(SCALAR_MAKERS, keyword) ? SCALAR_MAKERS[keyword] : undefined;
    known.set(operand, maker?.(operand));
  }
  return known.get(operand);
}

function oneOfTypes(names: readonly unknown[]): Predicate | undefined {
  const tests = names.flatMap((name) => TYPES.get(name) ?? []);
  return tests.length === names.length
    ? (value) => tests.some((isOfType) => isOfType(value))
    : undefined;
}

function ofNumbers(holds: (value: number, bound: number) => boolean): ScalarMaker {
  return (bound) =>
    typeof bound === 'number'
      ? (value) => typeof value !== 'number' || !Number.isFinite(value) || holds(value, bound)
      : undefined;
}

function ofTexts(holds: (text: string, bound: number) => boolean): ScalarMaker {
  return (bound) =>
    typeof bound === 'number'
      ? (value) => typeof value !== 'string' || holds(value, bound)
      : undefined;
}

/** Two units of UTF-16 may be one character. */
function count(text: string): number {
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters;
}

function isScalar(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** One that can't be used is told by the validator. */
function usable(pattern: string) {
  try {
    return linear(pattern);
  } catch {
    return undefined;
  }
}

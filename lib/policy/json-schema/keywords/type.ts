import { noType } from '../impossibility.js';
import type { Keyword } from '../keyword.js';
import type { Predicate } from '../predicate.js';

const TYPES: ReadonlyMap<unknown, Predicate> = new Map<unknown, Predicate>([
  ['null', (value) => value === null],
  ['boolean', (value) => typeof value === 'boolean'],
  ['string', (value) => typeof value === 'string'],
  ['number', (value) => typeof value === 'bigint' || Number.isFinite(value)],
  ['integer', (value) => typeof value === 'bigint' || Number.isInteger(value)],
  ['array', (value) => Array.isArray(value)],
  ['object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)],
]);

export const type: Keyword = {
  name: 'type',
  evaluate: (evaluator, operand, instance) => evaluator.alone(type, operand, instance),
  match: (operand) => (Array.isArray(operand) ? oneOfTypes(operand) : TYPES.get(operand)),
  // Where the value is never of the type, nothing else in the schema says anything either.
  admits: (walk, operand, at) => {
    const wanted = [operand ?? []].flat().map(String);
    const isPossible = wanted.length === 0 || wanted.some((each) => at.shape.hasType(each));
    walk.tell(isPossible, at, (found) => noType(wanted, found));
    return isPossible;
  },
};

function oneOfTypes(names: readonly unknown[]): Predicate | undefined {
  const tests = names.flatMap((name) => TYPES.get(name) ?? []);
  return tests.length === names.length
    ? (value) => tests.some((isOfType) => isOfType(value))
    : undefined;
}

import { canonicalText, isSame, isScalar, sameAs } from '../equality.js';
import { below, checkValue } from '../field-check.js';
import type { Instance } from '../instance.js';
import type { Keyword } from '../keyword.js';
import { entriesOf } from '../subschema.js';
import { failure, type Judgement, PASS, UNDECIDED } from '../verdict.js';

const constant: Keyword = {
  name: 'const',
  evaluate: (_, operand, instance) =>
    oneOf([operand], instance, () => `must be ${written(operand)}`),
  match: (operand) => (value) => isSame(value, operand),
  fields: checkValue,
  message: ({ allowedValue }) => `must be ${written(allowedValue)}`,
};

const enumeration: Keyword = {
  name: 'enum',
  evaluate: (_, operand, instance) => {
    const wanted = Array.isArray(operand) ? operand : [];
    return oneOf(wanted, instance, () => `must be one of the allowed values: ${listed(wanted)}`);
  },
  match: (operand) => {
    if (!Array.isArray(operand)) return undefined;
    const allowed = new Set<unknown>(operand.map(identity));
    return (value) => allowed.has(identity(value));
  },
  fields: (walk, operand, at) => {
    // A list that is made by a program may be long, and wrong in every value.
    let wrong = 0;
    for (const [index, value] of entriesOf(operand)) {
      if (!at.shape.has(value)) wrong += 1;
      if (wrong <= MOST) checkValue(walk, value, below(at, index));
    }
  },
  message: ({ allowedValues }, message) =>
    `${message}: ${Array.isArray(allowedValues) ? listed(allowedValues) : ''}`,
};

/** As many values are told. */
const MOST = 20;

function listed(values: readonly unknown[]): string {
  const more = values.length - MOST;
  const shown = values.slice(0, MOST).map(written).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** Which values there may be. */
export const values: readonly Keyword[] = [constant, enumeration];

function oneOf(wanted: readonly unknown[], instance: Instance, message: () => string): Judgement {
  const verdicts = wanted.map((each) => sameAs(instance, each));
  if (verdicts.includes('pass')) return PASS;
  if (verdicts.includes('undecided')) return UNDECIDED;
  return failure(instance.pointer, message());
}

/** Something that is the same for the same value; texts of scalars would mix up `1` and `"1"`. */
function identity(value: unknown): unknown {
  return isScalar(value) ? value : `parts ${canonicalText(value)}`;
}

function written(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'a certain value');
}

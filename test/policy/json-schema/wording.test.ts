import { describe, expect, it } from 'vitest';
import { Compiler } from '../../../lib/policy/json-schema/compiler.js';
import { Outline } from '../../../lib/policy/json-schema/outline.js';
import { PartialEvaluator } from '../../../lib/policy/json-schema/partial-evaluator.js';

/** Schemas, values that don't match, and what is said of them. */
const SAID: readonly (readonly [object, unknown, string])[] = [
  [{ type: 'integer', not: { const: 0 } }, 0, 'must not be 0'],
  [{ not: { enum: ['a', 'b'] } }, 'b', 'must not be any of "a", "b"'],
  [{ not: { type: 'string', pattern: '^a' } }, 'ab', 'must not match pattern "^a"'],
  [{ type: 'object', not: { required: ['a'] } }, { a: 1 }, 'must not have `a`'],
  [{ type: 'array', not: { contains: { const: 'a' } } }, ['a'], 'must not contain "a"'],
  [{ type: 'integer', not: { minimum: 1, maximum: 5 } }, 3, 'is not allowed'],
  [{ type: 'object', required: ['a'] }, {}, 'must have `a`'],
  [{ enum: ['a'] }, 'b', 'must be "a"'],
  [{ type: 'array', maxItems: 0 }, [1], 'must be empty'],
  [{ type: 'array', minItems: 1 }, [], 'must have at least 1 item'],
  [{ type: 'array', uniqueItems: true }, [1, 1], 'must not have the same item twice'],
  [{ type: 'array', contains: { const: 'a' } }, [], 'must contain "a"'],
  [{ type: 'object', additionalProperties: false }, { a: 1 }, 'fields that the policy does not'],
];

describe('what is wrong with a value', () => {
  it.each(SAID)('%j of %j', (schema, value, said) => {
    const outline = new Outline(schema);
    const evaluator = new PartialEvaluator(outline, new Compiler().compile(schema));
    const { verdict, faults } = evaluator.judge(value, undefined);
    expect(verdict).toBe('fail');
    expect(faults.map(({ message }) => message).join('; ')).toContain(said);
  });
});

import fc from 'fast-check';

/** Written as entries: an object literal with `then` would look like a promise. */
export function conditional(...parts: readonly object[]): Record<string, unknown> {
  return Object.fromEntries(['if', 'then', 'else'].map((keyword, at) => [keyword, parts[at]]));
}

/** Schemas of every keyword that has a rule, and of some that have none. */
export const schemas = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom<Record<string, unknown>>(
      {},
      { const: 1 },
      { enum: ['a', null] },
      { type: 'string' },
      { type: 'object' },
      { type: 'array' },
      { type: ['number', 'null'] },
      { minimum: 1, type: 'number' },
    ),
    fc.record({ type: fc.constant('object'), required: fc.subarray(['a', 'b', 'c']) }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema')),
    }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ type: fc.constant('array'), contains: tie('schema') }),
    fc.record({ type: fc.constant('array'), minItems: fc.nat(3) }),
    fc.record({ type: fc.constant('array'), uniqueItems: fc.constant(true) }),
    fc.record({ type: fc.constant('object'), maxProperties: fc.nat(2) }),
    fc.record({ type: fc.constant('object'), additionalProperties: tie('schema') }),
    fc.record({ type: fc.constant('array'), maxItems: fc.nat(2) }),
    fc.record({ type: fc.constant('object'), minProperties: fc.nat(3) }),
    fc.record({
      type: fc.constant('array'),
      contains: tie('schema'),
      minContains: fc.nat(2),
      maxContains: fc.nat(3),
    }),
    fc.record({
      type: fc.constant('array'),
      prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
      items: tie('schema'),
    }),
    fc.record({
      type: fc.constant('object'),
      patternProperties: fc.dictionary(fc.constantFrom('^a', 'b|c'), tie('schema')),
    }),
    fc.record({
      type: fc.constant('object'),
      propertyNames: fc.constantFrom({ maxLength: 0 }, { enum: ['a', 'b'] }),
    }),
    fc.record({
      type: fc.constant('object'),
      dependentRequired: fc.constantFrom({ a: ['b'] }, { c: ['a', 'b'] }),
    }),
    fc.record({
      type: fc.constant('object'),
      dependentSchemas: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema')),
    }),
    fc.record({ const: fc.constantFrom<unknown>({ a: 1 }, [1], { a: { b: 1 } }, [1, 'a']) }),
    fc.record({
      anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
      type: fc.constant('object'),
      unevaluatedProperties: fc.constantFrom<unknown>(false, { type: 'number' }),
    }),
    fc.record({
      properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema')),
      oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
      type: fc.constant('object'),
      unevaluatedProperties: fc.constantFrom<unknown>(false, { const: 1 }),
    }),
    fc.record({
      anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
      type: fc.constant('array'),
      unevaluatedItems: fc.constantFrom<unknown>(false, { type: 'number' }),
    }),
    fc.record({
      type: fc.constant('object'),
      properties: fc.constant({ a: true }),
    }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('schema') }),
    fc.tuple(tie('schema'), tie('schema'), tie('schema')).map((parts) => conditional(...parts)),
  ),
})).schema;

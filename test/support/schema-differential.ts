import fc from 'fast-check';
import { parseExactly } from '../../lib/base/exact-json.js';
import { Compiler } from '../../lib/policy/json-schema/compiler.js';
import { onlyUnknown } from '../../lib/policy/json-schema/instance.js';
import { Outline } from '../../lib/policy/json-schema/outline.js';
import { PartialEvaluator } from '../../lib/policy/json-schema/partial-evaluator.js';
import { otherVerdicts } from './other-schema-judge.js';
import { schemas } from './schema-arbitraries.js';

/** Values as JSON; the numbers are where a double's whole numbers end. */
const BIG = ['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993'];
const leaves = ['0', '1', '2', '2.5', 'null', 'true', '"a"', '"b"', '""', ...BIG];
const values = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(...leaves),
    fc.array(tie('value'), { maxLength: 4 }).map((list) => `[${list.join()}]`),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'c', 'ab'), tie('value'), { maxKeys: 3 })
      .map((map) => `{${Object.entries(map).map(([key, each]) => `"${key}":${each}`)}}`),
  ),
})).value;

/** Schemas as JSON: those of every property test, and those that ajv gets wrong. */
const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'const', 'multipleOf'];
const joint = fc
  .tuple(schemas, schemas, fc.constantFrom('allOf', 'anyOf', 'oneOf'), fc.nat(2))
  .map(([one, other, combine, minContains]) => ({
    [combine]: [{ contains: one, minContains }, { prefixItems: [other] }],
    unevaluatedItems: false,
  }));
const nested = fc.tuple(schemas, schemas).map(([one, other]) => ({
  dependentSchemas: { a: { properties: { b: one } } },
  $ref: '#/$defs/x',
  $defs: { x: { anyOf: [{ patternProperties: { '^a': other } }, { properties: { c: true } }] } },
  unevaluatedProperties: false,
}));
const numeric = fc
  .tuple(fc.constantFrom(...bounds), fc.constantFrom('1', '2', ...BIG.slice(0, 3)))
  .map(([name, bound]) => `{"${name}":${bound}}`);
const all = fc.oneof(
  { weight: 4, arbitrary: schemas.map((each) => JSON.stringify(each)) },
  { weight: 2, arbitrary: joint.map((each) => JSON.stringify(each)) },
  { weight: 1, arbitrary: nested.map((each) => JSON.stringify(each)) },
  { weight: 1, arbitrary: numeric },
);

/** How a comparison went. */
export interface Comparison {
  readonly judgements: number;
  readonly passed: number;
  /** Of values with a part that isn't known: those with a definite verdict. */
  readonly definite: number;
  readonly wrong: readonly string[];
}

const VALUES = 10;

/** Compares verdicts with those of another implementation, on schemas and values drawn from a seed. */
export function compareVerdicts(seed: number, schemaCount: number): Comparison {
  const drawn = fc.sample(fc.tuple(all, fc.array(values, { minLength: VALUES, maxLength: VALUES })), {
    seed,
    numRuns: schemaCount,
  });
  const cases = drawn.map(([schema, each]) => ({ schema, values: each }));
  const others = otherVerdicts(cases);
  const compiler = new Compiler(false);
  const tally = { judgements: 0, passed: 0, definite: 0 };
  const wrong: string[] = [];
  for (const [index, { schema, values: texts }] of cases.entries()) {
    const document = parseExactly(schema);
    const evaluator = new PartialEvaluator(new Outline(document), compiler.compile(Object(document)));
    for (const [at, text] of texts.entries()) {
      const isValid = others[index]?.[at] === true;
      const expected = isValid ? 'pass' : 'fail';
      const value = parseExactly(text);
      tally.judgements += 1;
      tally.passed += isValid ? 1 : 0;
      if (evaluator.judge(value, undefined).verdict !== expected)
        wrong.push(JSON.stringify({ schema, text, expected }));
      for (const hole of holesIn(value)) {
        const { verdict } = evaluator.judge(hole.value, onlyUnknown(hole.unknown));
        tally.judgements += 1;
        if (verdict === 'undecided') continue;
        tally.definite += 1;
        if (verdict !== expected) wrong.push(JSON.stringify({ schema, text, expected, hole: hole.unknown }));
      }
    }
  }
  return { ...tally, wrong };
}

/** The value without one of its members or items: what was there is one completion of it. */
function holesIn(value: unknown): readonly { value: unknown; unknown: unknown }[] {
  if (Array.isArray(value))
    return value.map((_, hole) => ({
      value: value.map((each, at) => (at === hole ? null : each)),
      unknown: value.map((_each, at) => at === hole),
    }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).map((hole) => ({
    value: Object.fromEntries(Object.entries(value).filter(([key]) => key !== hole)),
    unknown: { [hole]: true },
  }));
}

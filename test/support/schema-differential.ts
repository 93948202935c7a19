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
const bounds = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'const',
  'multipleOf',
];
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
  const lists = fc.array(values, { minLength: VALUES, maxLength: VALUES });
  const drawn = fc.sample(fc.tuple(all, lists), { seed, numRuns: schemaCount });
  const cases = drawn.map(([schema, each]) => ({ schema, values: each }));
  const others = otherVerdicts(cases);
  const compiler = new Compiler(false);
  const judged = cases.flatMap(({ schema, values: texts }, index) => {
    const document = parseExactly(schema);
    const evaluator = new PartialEvaluator(new Outline(document), compiler.compile(document));
    return texts.flatMap((text, at) => {
      const expected = others[index]?.[at] === true ? 'pass' : 'fail';
      const value: unknown = parseExactly(text);
      return [{ value, unknown: undefined }, ...holesIn(value)].map((hole) => {
        const { verdict } = evaluator.judge(hole.value, onlyUnknown(hole.unknown));
        const isKnown = hole.unknown === undefined;
        const isWrong = verdict !== expected && (isKnown || verdict !== 'undecided');
        return {
          isKnown,
          verdict,
          isWrong,
          case: { schema, text, expected, unknown: hole.unknown },
        };
      });
    });
  });
  const count = (isCounted: (each: (typeof judged)[number]) => boolean) =>
    judged.filter(isCounted).length;
  return {
    judgements: judged.length,
    passed: count(({ isKnown, verdict }) => isKnown && verdict === 'pass'),
    definite: count(({ isKnown, verdict }) => !isKnown && verdict !== 'undecided'),
    wrong: judged.filter(({ isWrong }) => isWrong).map((each) => JSON.stringify(each.case)),
  };
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

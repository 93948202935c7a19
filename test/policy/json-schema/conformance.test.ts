import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Compiler } from '../../../lib/policy/json-schema/compiler.js';
import { Matcher } from '../../../lib/policy/json-schema/matcher.js';
import { faultOfSchema, Outline } from '../../../lib/policy/json-schema/outline.js';
import { PartialEvaluator } from '../../../lib/policy/json-schema/partial-evaluator.js';

/**
 * The public JSON-Schema-Test-Suite, a folder of which this variable names. No npm package ships it;
 * the source of Python's jsonschema has it, in `json`:
 * `pip download --no-binary :all: --no-deps jsonschema==4.26.0`.
 */
const SUITE = process.env['JSON_SCHEMA_TEST_SUITE'];

interface Group {
  readonly description: string;
  readonly schema: object | boolean;
  readonly tests: readonly {
    readonly description: string;
    readonly data: unknown;
    readonly valid: boolean;
  }[];
}

/** Every way to not know one part of a value, the whole included. */
function holesIn(value: unknown): readonly { value: unknown; unknown: unknown }[] {
  const whole = { value: undefined, unknown: true };
  if (Array.isArray(value)) {
    const inner = value.flatMap((each, index) =>
      holesIn(each).map((hole) => ({
        value: value.map((other, at) => (at === index ? (hole.value ?? null) : other)),
        unknown: value.map((_, at) => (at === index ? hole.unknown : undefined)),
      })),
    );
    return [whole, ...inner];
  }
  if (typeof value !== 'object' || value === null) return [whole];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    holesIn(each).map((hole) => ({
      value: Object.fromEntries([
        ...Object.entries(value).filter(([other]) => other !== key),
        ...(hole.value === undefined ? [] : [[key, hole.value] as const]),
      ]),
      unknown: { [key]: hole.unknown },
    })),
  );
  return [whole, ...inner];
}

/** Where one part isn't known, the case as it is written is one completion. */
function contradictions({ schema, tests }: Group): { tried: number; wrong: string[] } {
  let compiled: ReturnType<Compiler['compile']>;
  try {
    if (typeof schema === 'boolean' || faultOfSchema(new Outline(schema)) !== undefined)
      return { tried: 0, wrong: [] };
    compiled = new Compiler(false).compile(schema);
    compiled.at('', null);
  } catch {
    // Refused as a policy: it refers elsewhere, or has a pattern that isn't linear.
    return { tried: 0, wrong: [] };
  }
  const evaluator = new PartialEvaluator(new Outline(schema), compiled);
  const cases = tests.flatMap(({ description, data, valid }) =>
    [{ value: data, unknown: undefined }, ...holesIn(data)].map((hole) => ({
      hole,
      wanted: valid ? 'pass' : 'fail',
      description,
    })),
  );
  const wrong = cases.filter(({ hole, wanted }) => {
    const { verdict } = evaluator.judge(hole.value, hole.unknown);
    const isKnown = hole.unknown === undefined;
    return (isKnown || verdict !== 'undecided') && verdict !== wanted;
  });
  return { tried: cases.length, wrong: wrong.map((each) => JSON.stringify(each)) };
}

/** Cases of which a predicate says what the suite doesn't, and how many it says something of. */
function predicted({ schema, tests }: Group): { tried: number; wrong: string[] } {
  if (typeof schema === 'boolean') return { tried: 0, wrong: [] };
  const matches = new Matcher(new Outline(schema)).at('');
  if (matches === undefined) return { tried: 0, wrong: [] };
  const wrong = tests.filter(({ data, valid }) => matches(data) !== valid);
  return { tried: tests.length, wrong: wrong.map((each) => JSON.stringify({ schema, each })) };
}

const files =
  SUITE === undefined
    ? []
    : readdirSync(join(SUITE, 'tests/draft2020-12')).filter((name) => name.endsWith('.json'));

describe.skipIf(SUITE === undefined)('the cases of the JSON Schema test suite, with holes', () => {
  it.each(files)('%s is never contradicted', (file) => {
    const groups: readonly Group[] = JSON.parse(
      readFileSync(join(SUITE ?? '', 'tests/draft2020-12', file), 'utf8'),
    );
    expect(groups.flatMap((group) => contradictions(group).wrong)).toEqual([]);
    expect(groups.flatMap((group) => predicted(group).wrong)).toEqual([]);
  });

  it('are thousands', () => {
    const groups = files.flatMap((file): readonly Group[] =>
      JSON.parse(readFileSync(join(SUITE ?? '', 'tests/draft2020-12', file), 'utf8')),
    );
    const sum = (tried: (group: Group) => number) =>
      groups.reduce((all, group) => all + tried(group), 0);
    expect(sum((group) => contradictions(group).tried)).toBeGreaterThan(2000);
    expect(sum((group) => predicted(group).tried)).toBeGreaterThan(500);
  });
});

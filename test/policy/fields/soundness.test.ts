import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRecord } from '../../../lib/base/guards.js';
import { Fields } from '../../../lib/policy/fields/fields.js';
import type { FieldFile, FieldSchema } from '../../../lib/policy/fields/schema.js';
import { impossibleIn } from '../../../lib/policy/impossible.js';
import type { Policy } from '../../../lib/policy/policy.js';
import { Views } from '../../../lib/policy/targets.js';
import { fieldFile } from '../../support/fields.js';
import { policyDocument } from '../../support/policies.js';
import { ROOT } from '../../support/scratch.js';

const KUBERNETES = fieldFile('kubernetes');
const TERRAFORM = fieldFile('terraform');
const FIELDS = new Fields(KUBERNETES, TERRAFORM);

/** The walk asks nothing but schemas of a policy: that it compiles is another test's affair. */
function found(target: string, schema: unknown, kinds?: readonly string[]) {
  const document = policyDocument({ target, ...(kinds === undefined ? {} : { kinds }) });
  const policy: Policy = {
    document,
    schemas: { schema },
    judge: () => ({ verdict: 'pass', faults: [] }),
    concerns: () => 'pass',
    asksFor: [],
  };
  return impossibleIn(policy, FIELDS);
}

/** A value that the fields allow, made without the code that is tested. */
function allowed(schema: FieldSchema, file: FieldFile, depth: number): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    return allowed(file.$defs[schema.$ref.replace('#/$defs/', '')] ?? {}, file, depth);
  }
  const { type, properties, additionalProperties, items } = schema;
  const inner = (each: FieldSchema) => allowed(each, file, depth - 1);
  if (Array.isArray(type)) return fc.oneof(...type.map((each) => inner({ type: each })));
  if (type === 'array') {
    return depth <= 0 ? fc.constant([]) : fc.array(inner(items ?? {}), { maxLength: 2 });
  }
  if (type !== 'object') return schema.enum ? fc.constantFrom(...schema.enum) : scalar(type);
  if (depth <= 0) return fc.constant({});
  if (properties === undefined) {
    const any = inner(additionalProperties || {});
    return fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), any, { maxKeys: 2 });
  }
  const some = fc.shuffledSubarray(Object.keys(properties)).map((names) => names.slice(0, 4));
  return some.chain((names) =>
    fc.record(Object.fromEntries(names.map((name) => [name, inner(properties[name] ?? {})]))),
  );
}

function scalar(type: FieldSchema['type']): fc.Arbitrary<unknown> {
  if (type === 'string') return fc.string({ maxLength: 5 });
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.nat(9);
  if (type === 'number') return fc.double({ noNaN: true, min: -9, max: 9 });
  return fc.jsonValue({ maxDepth: 1 });
}

/** A schema that asks for what a value has, by any keyword. */
function schemaAbout(value: unknown): fc.Arbitrary<object> {
  const own = isRecord(value) ? aboutObject(value) : Array.isArray(value) ? aboutList(value) : [];
  const plain: fc.Arbitrary<object>[] = [
    fc.constant({ const: value }),
    fc.constant({ enum: [value, null] }),
    fc.constant({ type: typeOf(value) }),
  ];
  const bare = fc.oneof(...plain, ...own, ...own);
  return fc.oneof(
    bare,
    bare.map((schema) => ({ not: schema })),
    fc.tuple(bare, bare).map(([one, other]) => ({ allOf: [one], anyOf: [other, true] })),
    fc.tuple(bare, bare).map(([one, other]) => ({ if: one, else: other })),
    bare.map((schema) => ({ $ref: '#/$defs/x', $defs: { x: schema }, oneOf: [schema] })),
  );
}

function aboutObject(value: Readonly<Record<string, unknown>>): fc.Arbitrary<object>[] {
  const names = Object.keys(value);
  const [first] = names;
  if (first === undefined) return [fc.constant({ required: [], minProperties: 0 })];
  const name = fc.constantFrom(...names);
  const about = (keyword: (name: string, schema: object) => object) =>
    name.chain((each) => schemaAbout(value[each]).map((schema) => keyword(each, schema)));
  return [
    fc.subarray(names).map((required) => ({ required })),
    name.map((each) => ({ dependentRequired: { [each]: names } })),
    name.map((each) => ({ propertyNames: { enum: [each] } })),
    about((each, schema) => ({ properties: { [each]: schema } })),
    about((each, schema) => ({ properties: { [each]: schema } })),
    about((_, schema) => ({ additionalProperties: schema })),
    about((_, schema) => ({ properties: {}, unevaluatedProperties: schema })),
    about((each, schema) => ({ patternProperties: { [`^\\Q${each}\\E$`]: schema } })),
    about((each, schema) => ({ dependentSchemas: { [each]: { properties: { [each]: schema } } } })),
  ];
}

function aboutList(value: readonly unknown[]): fc.Arbitrary<object>[] {
  if (value.length === 0) return [fc.constant({ maxItems: 0 })];
  const item = fc.constantFrom(...value).chain(schemaAbout);
  return [
    item.map((items) => ({ items })),
    item.map((contains) => ({ contains, minContains: 1 })),
    item.map((unevaluatedItems) => ({ unevaluatedItems })),
    fc.tuple(...value.map(schemaAbout)).map((prefixItems) => ({ prefixItems })),
  ];
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

const kind = fc.constantFrom(...Object.keys(KUBERNETES.targets));
const type = fc.constantFrom(...Object.keys(TERRAFORM.targets));

function anyOf(file: FieldFile, target: string): fc.Arbitrary<unknown> {
  return fc
    .constantFrom(...(file.targets[target] ?? []))
    .chain((name) => allowed({ $ref: `#/$defs/${name}` }, file, 7));
}

/** A type of the provider, and a schema about what it can have. */
const cases = type.chain((target) =>
  anyOf(TERRAFORM, target)
    .chain((value) => schemaAbout(value))
    .map((schema) => ({ target, schema })),
);

describe('what can be is never told as impossible', () => {
  it('of any manifest', () => {
    const manifests = kind.chain((each) =>
      anyOf(KUBERNETES, each)
        .chain((value) => schemaAbout(value))
        .map((schema) => ({ kinds: [each, 'Pod'], schema })),
    );
    fc.assert(
      fc.property(manifests, ({ kinds, schema }) => {
        expect(found('manifest', schema, kinds)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('of any type of the provider', () => {
    fc.assert(
      fc.property(cases, ({ target, schema }) => {
        expect(found(target, schema)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('of what is seen in plans that real engines made', () => {
    const folder = join(ROOT, 'test/fixtures/plans');
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    const views = files.flatMap((name) => viewsIn(readFileSync(join(folder, name), 'utf8')));
    expect(views.length).toBeGreaterThan(100);
    for (const { target, kinds, value } of views) {
      expect(found(target, exactly(value), kinds)).toEqual([]);
    }
  });
});

describe('a name that can’t be is always told', () => {
  it('whatever else the schema says', () => {
    fc.assert(
      fc.property(cases, ({ target, schema }) => {
        const wrong = { allOf: [schema], not: { required: ['zzz'] } };
        expect(found(target, wrong)).toMatchObject([
          { code: 'policy-path-impossible', steps: ['schema', 'not', 'required', '0'] },
        ]);
      }),
      { numRuns: 300 },
    );
  });
});

/** Everything that a value has, as a schema. */
function exactly(value: unknown): object {
  // Not known before the apply: whatever it may be.
  if (value === undefined) return {};
  if (Array.isArray(value)) return { type: 'array', prefixItems: value.map(exactly) };
  if (!isRecord(value)) return { type: typeOf(value), const: value };
  const entries = Object.entries(value).map(([name, each]) => [name, exactly(each)] as const);
  return {
    type: 'object',
    properties: Object.fromEntries(entries),
    required: Object.keys(value),
  };
}

interface Case {
  readonly target: string;
  readonly kinds?: readonly string[];
  readonly value: unknown;
}

function viewsIn(text: string): readonly Case[] {
  const { resource_changes: changes = [] }: { resource_changes?: readonly Change[] } =
    JSON.parse(text);
  return changes.flatMap(({ address, type, change }) => {
    const { after: values, after_unknown: unknown } = change;
    const views = new Views({ address, type, values, unknown, sensitive: {} });
    return ['manifest', 'pod-template', 'container', type].flatMap((target) =>
      views.of(target).map(({ value, kind }): Case => {
        const kinds = target === 'manifest' && typeof kind === 'string' ? { kinds: [kind] } : {};
        return { target, ...kinds, value };
      }),
    );
  });
}

interface Change {
  readonly address: string;
  readonly type: string;
  readonly change: { readonly after?: unknown; readonly after_unknown?: unknown };
}

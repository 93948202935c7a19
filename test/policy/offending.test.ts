import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../lib/model/policy-document.js';
import { Evaluation } from '../../lib/policy/evaluate.js';
import { publicValue } from '../../lib/policy/offending.js';
import { compilePolicy, type Policy } from '../../lib/policy/policy.js';
import type { PlannedResource } from '../../lib/policy/resource.js';
import { synthesizedResources } from '../../lib/policy/synthesized.js';
import { policyDocument } from '../support/policies.js';

const CANARY = 'CANARY-hunter2';

/** Refuses every text and number, at any depth. */
const NOTHING_PLAIN: Partial<PolicyDocument> = {
  schema: {
    type: 'object',
    additionalProperties: { $ref: '#/$defs/inner' },
    $defs: {
      inner: {
        type: ['object', 'array', 'null', 'boolean'],
        additionalProperties: { $ref: '#/$defs/inner' },
        items: { $ref: '#/$defs/inner' },
      },
    },
  },
};

const compiled = new Map<string, Policy>();

/** Compiling takes most of the time. */
function policyWith(changes: Partial<PolicyDocument>): Policy {
  const key = JSON.stringify(changes);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const { value, problems } = compilePolicy(policyDocument({ ...NOTHING_PLAIN, ...changes }));
  if (value === undefined) throw new Error(JSON.stringify(problems));
  compiled.set(key, value);
  return value;
}

function told(resources: readonly PlannedResource[], changes: Partial<PolicyDocument> = {}) {
  const policy = policyWith(changes);
  const evaluation = new Evaluation([policy]);
  for (const each of resources) evaluation.add(each);
  return evaluation.outcomes.flatMap(({ faults }) => faults);
}

function planned(values: unknown, changes: Partial<PlannedResource> = {}): PlannedResource {
  const type = 'example_thing';
  return { address: `${type}.a`, type, values, unknown: {}, sensitive: {}, ...changes };
}

const valuesOf = (faults: readonly { value?: string }[]) => faults.map(({ value }) => value);

describe('the value that a finding is about', () => {
  it('is not told of what is sealed, whatever its name is', () => {
    const original = (pointer: string) => pointer;
    const view = {
      value: { a: 'x' },
      unknown: undefined,
      sensitive: {},
      kind: 'Secret',
      original,
    };
    const document = policyDocument({});
    expect(publicValue('/a', view, document)).toBe('"x"');
    expect(publicValue('/a', { ...view, sealed: true }, document)).toBeUndefined();
  });

  it('is told, quoted, cut and on one line', () => {
    const image = 'docker.io/example/invoices:1.4.2';
    const found = told([planned({ image, replicas: 3, name: 'x y '.repeat(100) })]);
    const [first, second, third] = valuesOf(found);
    expect([first, second]).toEqual([`"${image}"`, '3']);
    expect(third).toMatch(/^"x y .*…"$/);
    expect(third?.length).toBeLessThan(100);
  });

  it.each([
    ['it is', { a: { b: true } }],
    ['what it is in is', { a: true }],
    ['the whole is', true],
  ])('is left out where %s marked as sensitive', (_, sensitive) => {
    const found = told([planned({ a: { b: CANARY } }, { sensitive })]);
    expect(found.length).toBe(1);
    expect(JSON.stringify(found)).not.toContain(CANARY);
  });

  it('is left out where a part of it is marked, for only single values are told', () => {
    const schema = { properties: { a: { type: 'string' } }, type: 'object' };
    const found = told([planned({ a: { b: CANARY } }, { sensitive: { a: { b: true } } })], {
      schema,
    });
    expect(found).toEqual([{ pointer: '/a', message: 'must be string' }]);
  });

  it('is left out where the plan says nothing of what is sensitive', () => {
    expect(valuesOf(told([planned({ a: CANARY }, { sensitive: undefined })]))).toEqual([undefined]);
  });

  const SECRETS: readonly (readonly [string, string, object])[] = [
    ['a secret', 'kubernetes_secret_v1', { data: { x: CANARY } }],
    ['its binary data', 'kubernetes_secret', { binary_data: { x: CANARY } }],
    ['registry credentials', 'kubernetes_secret_v1', { data: { '.dockerconfigjson': CANARY } }],
    ['a config map', 'kubernetes_config_map_v1', { data: { x: CANARY } }],
    [
      'a manifest',
      'kubernetes_manifest',
      { manifest: { kind: 'Secret', stringData: { x: CANARY }, data: { y: CANARY } } },
    ],
    [
      'the last applied configuration',
      'kubernetes_secret_v1',
      {
        metadata: [{ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': CANARY } }],
      },
    ],
    [
      'a variable, an argument or a header',
      'kubernetes_pod_v1',
      {
        spec: [
          {
            container: [
              {
                name: 'x',
                env: [{ name: 'MODE', value: CANARY }],
                args: [CANARY],
                command: [CANARY],
                liveness_probe: [{ http_get: [{ http_header: [{ name: 'X', value: CANARY }] }] }],
              },
            ],
          },
        ],
      },
    ],
    [
      'something called like one',
      'example_thing',
      { admin_password: CANARY, a: { token: CANARY } },
    ],
  ];

  it.each(SECRETS)(
    'is never that of %s, marked or not, from a plan or from code',
    (_, type, body) => {
      const resources = [
        planned(body, { type }),
        planned({ input: { resource: type, ...body } }, { type: 'terraform_data' }),
        ...synthesizedResources({ resource: { [type]: { a: body } } }),
      ];
      for (const target of ['resource', 'manifest', 'pod-template', 'container']) {
        expect(JSON.stringify(told(resources, { target }))).not.toContain(CANARY);
      }
      expect(told(resources).length).toBeGreaterThan(0);
    },
  );

  it('is not told from code of which nobody knows what the provider keeps secret', () => {
    const resource = { example_thing: { a: { name: CANARY } } };
    expect(valuesOf(told(synthesizedResources({ resource })))).toEqual([undefined]);
  });

  it.each([
    'https://ann:hunter2@example.org/',
    '-----BEGIN PRIVATE KEY-----',
    'Bearer abc',
    'postgres password=hunter2 x',
    'ghp_0123456789abcdef0123',
    'eyJhbGciOiJIUzI1NiJ9.e30.x',
    'AKIAIOSFODNN7EXAMPLE',
    '0123456789abcdef0123',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'two\nlines',
    'right\u202eleft',
  ])('is not told where it looks like a credential, or would act: %j', (text) => {
    expect(valuesOf(told([planned({ name: text })]))).toEqual([undefined]);
  });

  it('is an image without the user and the password before its registry', () => {
    const values = {
      image: 'ann:hunter2@registry.example/app:1',
      other: 'ann:hunter2@x.example/a',
    };
    const digest = `registry.example/app:1@sha256:${'0'.repeat(64)}`;
    const shown = valuesOf(told([planned(values), planned({ image: digest })]));
    expect(shown[0]).toBe('"…@registry.example/app:1"');
    expect(shown[1]).toBeUndefined();
    expect(shown[2]).toContain('registry.example/app:1@sha256');
  });

  it('is not told by a policy about credentials', () => {
    const category = 'credentials';
    expect(valuesOf(told([planned({ name: CANARY })], { category }))).toEqual([undefined]);
  });

  it('never holds anything marked, whatever the form of the resource', () => {
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>('plain text', 7, null, true),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'metadata', 'spec'), tie('tree')),
      ),
    }));
    const types = fc.constantFrom('example_thing', 'kubernetes_pod_v1', 'kubernetes_manifest');
    const property = fc.property(tree, types, fc.integer(), (values, type, seed) => {
      const { value, marks } = withSecrets(values, seed);
      const resource = planned(value, { type, sensitive: marks });
      expect(JSON.stringify(told([resource]))).not.toContain('SECRET');
      expect(JSON.stringify(told([resource], { target: 'manifest' }))).not.toContain('SECRET');
    });
    fc.assert(property, { numRuns: 300 });
  });
});

/** Puts a secret in place of some parts and marks it, as a plan does. */
function withSecrets(tree: unknown, seed: number): { value: unknown; marks: unknown } {
  if (Math.abs(seed) % 3 === 0) return { value: 'SECRET text', marks: true };
  const next = (index: number) => Math.abs(Math.trunc(seed / 3)) + index;
  if (Array.isArray(tree)) {
    const parts = tree.map((each, index) => withSecrets(each, next(index)));
    return { value: parts.map(({ value }) => value), marks: parts.map(({ marks }) => marks) };
  }
  if (typeof tree !== 'object' || tree === null) return { value: tree, marks: false };
  const parts = Object.entries(tree).map(
    ([key, each], index) => [key, withSecrets(each, next(index))] as const,
  );
  return {
    value: Object.fromEntries(parts.map(([key, { value }]) => [key, value])),
    marks: Object.fromEntries(parts.map(([key, { marks }]) => [key, marks])),
  };
}

import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../lib/model/policy-document.js';
import { Evaluation } from '../../lib/policy/evaluate.js';
import { ObjectIndex } from '../../lib/policy/object-index.js';
import { compilePolicy } from '../../lib/policy/policy.js';
import type { PlannedResource } from '../../lib/policy/resource.js';
import { policyDocument } from '../support/policies.js';

const NAMED: Readonly<Record<string, unknown>> = {
  type: 'object',
  required: ['image'],
  properties: { image: { type: 'string', imageReference: { forbiddenTags: ['latest'] } } },
};

function policyOf(changes: Partial<PolicyDocument> = {}, parameters = {}) {
  const document = policyDocument({ target: 'container', schema: NAMED, ...changes });
  return compilePolicy(document, parameters);
}

function evaluate(resource: Partial<PlannedResource>, changes: Partial<PolicyDocument> = {}) {
  const { value, problems } = policyOf(changes);
  if (value === undefined) throw new Error(problems.map(({ message }) => message).join());
  const evaluation = new Evaluation([value]);
  const whole = {
    address: 'a.b',
    type: 'kubernetes_pod_v1',
    values: {},
    unknown: {},
    sensitive: {},
  };
  evaluation.add({ ...whole, ...resource });
  const { outcomes } = evaluation;
  return {
    reach: evaluation.reachOf(value),
    found: outcomes.flatMap(({ verdict, faults }) =>
      faults.map(({ pointer }) => `${verdict} ${pointer}`),
    ),
  };
}

const pod = (...images: readonly string[]) => ({
  spec: [{ container: images.map((image) => ({ image })) }],
});

describe('a policy about containers', () => {
  it('names the place in the resource as Terraform has it', () => {
    const { found } = evaluate({ values: pod('a:1', 'b', 'c:latest') });
    expect(found).toEqual(['fail /spec/0/container/1/image', 'fail /spec/0/container/2/image']);
  });

  it('sees through the sandbox’s stand-in', () => {
    const spec = { template: { spec: { init_container: { image: 'b' } } } };
    const values = { input: { resource: 'kubernetes_job_v1', spec } };
    const { found } = evaluate({ type: 'terraform_data', values, unknown: { input: {} } });
    expect(found).toEqual(['fail /spec/template/spec/init_container/image']);
  });

  it.each([
    [{ spec: [{ container: true }] }, { spec: [{}] }, 'undecided /spec/0/container'],
    [
      { spec: [{ container: [{ image: true }] }] },
      { spec: [{ container: [{ image: null }] }] },
      'undecided /spec/0/container/0',
    ],
    [{ spec: true }, {}, 'undecided /spec'],
    [true, null, 'undecided '],
  ])('is undecided about what is not known: %j', (unknown, values, expected) => {
    expect(evaluate({ values, unknown }).found[0]).toContain(expected.trim());
  });

  it.each([
    ['report', ['fail /spec/0/container', 'undecided /spec/0/container/1/image']],
    ['fail', ['fail /spec/0/container', 'fail /spec/0/container/1/image']],
    ['pass', ['fail /spec/0/container']],
  ] as const)('tells what is undecided beside a known fault: %s', (undecided, expected) => {
    const { container } = { container: pod('a', 'b').spec[0]?.container };
    const values = { spec: [{ container }] };
    const unknown = { spec: [{ container: [{}, { image: true }] }] };
    const schema = {
      type: 'object',
      required: ['spec'],
      properties: {
        spec: {
          type: 'object',
          properties: {
            containers: {
              type: 'array',
              minItems: 3,
              items: { type: 'object', properties: { image: { const: 'a' } } },
            },
          },
        },
      },
    };
    const { found } = evaluate(
      { values, unknown },
      { target: 'manifest', kinds: ['Pod'], undecided, schema },
    );
    expect(found).toEqual(expected);
  });

  it('is about nothing where there are none', () => {
    const secret = { type: 'kubernetes_secret_v1', values: { type: 'Opaque' } };
    expect(evaluate(secret)).toEqual({ reach: 'absent', found: [] });
    expect(evaluate({ values: pod('a:1') }, { kinds: ['Job'] }).reach).toBe('absent');
    expect(evaluate({ values: pod('a:1') }, { kinds: ['Pod'] }).reach).toBe('matched');
  });

  it('skips what its `when` is not about, and is undecided where that is not known', () => {
    const when = { type: 'object', properties: { image: { const: 'b' } } };
    expect(evaluate({ values: pod('c') }, { when })).toEqual({ reach: 'skipped', found: [] });
    expect(evaluate({ values: pod('b') }, { when }).found).toEqual([
      'fail /spec/0/container/0/image',
    ]);
    const unknown = { spec: [{ container: [{ image: true }] }] };
    const never = { type: 'object', required: ['never'] };
    expect(
      evaluate({ values: { spec: [{ container: [{}] }] }, unknown }, { when, schema: never }).found,
    ).toEqual(['undecided /spec/0/container/0']);
  });

  it('tells no way into what is sensitive', () => {
    const sensitive = { spec: [{ container: [{ image: true }] }] };
    expect(evaluate({ values: pod('b'), sensitive }).found).toEqual(['fail /spec/0/container/0']);
  });
});

describe('a policy that throws', () => {
  it('is a failure, never a pass', () => {
    const { value } = policyOf({ target: 'resource' });
    if (value === undefined) throw new Error('it can be used');
    const broken = () => {
      throw new Error('a secret');
    };
    const evaluation = new Evaluation([{ ...value, judge: broken }]);
    evaluation.add({ address: 'a.b', type: 'a', values: {}, unknown: {}, sensitive: {} });
    expect(evaluation.outcomes).toMatchObject([
      { verdict: 'fail', faults: [{ pointer: '', message: 'could not be evaluated' }] },
    ]);
  });
});

describe('a policy about manifests', () => {
  const labels = (value: object) => ({
    type: 'object',
    properties: { metadata: { type: 'object', properties: { labels: value } } },
  });

  it('names a place below a user’s own keys', () => {
    const schema = labels({ type: 'object', additionalProperties: { const: 'a' } });
    const values = { metadata: [{ labels: { 'x/y~z': 'b' } }] };
    const { found } = evaluate({ values }, { target: 'manifest', schema });
    expect(found).toEqual(['fail /metadata/0/labels/x~1y~0z']);
  });

  it('hides a block that is sensitive itself', () => {
    const schema = labels({ type: 'object' });
    const closed = {
      ...schema,
      properties: { metadata: { type: 'object', required: ['name'] } },
    };
    const changes = { target: 'manifest', schema: closed };
    const found = (sensitive: object) =>
      evaluate({ values: { metadata: [{ labels: {} }] }, sensitive }, changes).found;
    expect(found({})).toEqual(['fail /metadata/0']);
    expect(found({ metadata: [true] })).toEqual(['fail ']);
  });

  it('hides what lies below something sensitive', () => {
    const schema = labels({ type: 'object', additionalProperties: { const: 'a' } });
    const values = { metadata: [{ labels: { hunter2: 'b' } }] };
    const changes = { target: 'manifest', schema };
    expect(evaluate({ values, sensitive: { metadata: true } }, changes).found).toEqual(['fail ']);
  });
});

describe('a user’s own data', () => {
  it.each(['ConfigMap', 'Secret', 'CustomResourceDefinition'])('runs no pods: %s', (kind) => {
    const manifest = { kind, data: { spec: { containers: [{ image: 'b' }] } } };
    const { found } = evaluate({ type: 'kubernetes_manifest', values: { manifest } });
    expect(found).toEqual([]);
  });
});

describe('a policy’s parameters', () => {
  const tags = { type: 'array', items: { type: 'string' }, default: ['latest'] };
  const schema = {
    type: 'object',
    properties: {
      image: { type: 'string', imageReference: { forbiddenTags: { $parameter: 'tags' } } },
    },
  };
  const codes = (changes: Partial<PolicyDocument>, given = {}) =>
    policyOf(changes, given).problems.map(({ code }) => code);

  it('stand in the schema, as reprieve.yaml or the default has them', () => {
    const verdict = (given: object) =>
      policyOf({ parameters: { tags }, schema }, given).value?.judge({
        value: { image: 'a:1' },
        unknown: undefined,
        objects: new ObjectIndex(),
      }).verdict;
    expect(verdict({})).toBe('pass');
    expect(verdict({ tags: ['1'] })).toBe('fail');
  });

  it('have to be declared, used and of their schema', () => {
    expect(codes({ parameters: { tags }, schema })).toEqual([]);
    expect(codes({ schema })).toEqual(['policy/undeclared-parameter']);
    expect(codes({ parameters: { tags } })).toEqual(['policy/unused-parameter']);
    expect(codes({ parameters: { tags }, schema }, { tag: [] })).toEqual([
      'policy/unknown-parameter',
    ]);
    expect(codes({ parameters: { tags }, schema }, { tags: 'latest' })).toEqual([
      'policy/parameter-value',
    ]);
    expect(codes({ parameters: { tags: { ...tags, default: 1 } }, schema })).toEqual([
      'policy/parameter-value',
    ]);
    expect(codes({ parameters: { tags: { type: 'strin', default: 1 } }, schema })).toEqual([
      'policy/parameter-value',
    ]);
  });

  it('can’t be reached by the names of prototypes', () => {
    const given: Record<string, unknown> = JSON.parse('{"__proto__":1,"constructor":2}');
    expect(codes({ parameters: { tags }, schema }, given)).toEqual([
      'policy/unknown-parameter',
      'policy/unknown-parameter',
    ]);
  });
});

describe('a policy that can’t be used', () => {
  it('says so', () => {
    expect(policyOf({ kinds: ['Pod'], target: 'resource' }).problems[0]?.code).toBe('policy/kinds');
    expect(policyOf({ when: { tpye: 1 } }).problems[0]).toMatchObject({ path: 'when' });
  });
});

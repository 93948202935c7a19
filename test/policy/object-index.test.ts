import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../lib/model/policy-document.js';
import { ObjectIndex } from '../../lib/policy/object-index.js';
import { compilePolicy } from '../../lib/policy/policy.js';
import { runPolicyTests } from '../../lib/policy/tests.js';
import { processorTime } from '../support/processor.js';

/** The secret that a pod pulls its image with has to be in the same plan and namespace. */
const document: PolicyDocument = {
  id: 'image-secret-exists',
  title: 'The secret for the image is there',
  category: 'supply-chain',
  why: 'The image could not be pulled.',
  remediation: 'Declare it.',
  target: 'manifest',
  kinds: ['CronJob'],
  schema: {
    type: 'object',
    properties: {
      secrets: {
        type: 'array',
        items: {
          type: 'object',
          related: {
            kinds: ['Secret'],
            here: { '/metadata/name': '/name' },
            object: { '/metadata/namespace': '/metadata/namespace' },
            schema: { type: 'object', properties: { type: { const: 'dockerconfigjson' } } },
          },
        },
      },
    },
  },
};

const secret = (name: unknown, namespace = 'a', type: unknown = 'dockerconfigjson') => ({
  kind: 'Secret',
  metadata: { name, namespace },
  type,
});

function verdict(name: unknown, ...others: readonly unknown[]) {
  const object = { kind: 'CronJob', metadata: { namespace: 'a' }, secrets: [{ name }] };
  const test = { name: 'x', verdict: 'pass', object, others } as const;
  return runPolicyTests([{ ...document, tests: [test] }]).results[0]?.actual;
}

describe('an object that has to be there', () => {
  it('passes where every join and the schema fit', () => {
    expect(verdict('pull', secret('other'), secret('pull'))).toBe('pass');
  });

  it('fails where none fits', () => {
    expect(verdict('pull')).toBe('fail');
    expect(verdict('pull', secret('other'))).toBe('fail');
    expect(verdict('pull', secret('pull', 'b'))).toBe('fail');
    expect(verdict('pull', secret('pull', 'a', 'Opaque'))).toBe('fail');
  });

  it('is undecided where one may fit', () => {
    const unknown = { $unknown: true };
    expect(verdict('pull', secret(unknown))).toBe('undecided');
    expect(verdict('pull', secret('pull', 'a', unknown))).toBe('undecided');
    expect(verdict(unknown, secret('pull'))).toBe('undecided');
    expect(verdict('pull', secret(unknown, 'b'))).toBe('fail');
    expect(verdict('pull', secret(unknown), secret('pull'))).toBe('pass');
  });

  it('finds one whose join has parts in another order', () => {
    expect(verdict({ a: 1, b: [2] }, secret({ b: [2], a: 1 }))).toBe('pass');
    expect(verdict({ a: 1, b: [2] }, secret({ b: [3], a: 1 }))).toBe('fail');
  });

  it.each([
    ['by reference', { properties: { secrets: { $ref: '#/$defs/secrets' } } }],
    ['beside what is left over', { unevaluatedProperties: false, properties: { kind: true } }],
  ])('is asked for %s', (_, { properties, ...rest }) => {
    const { secrets } = Object(document.schema['properties']);
    const $defs = { secrets };
    const metadata = { type: 'object', required: ['namespace'] };
    const schema = { $defs, properties: { secrets, metadata, ...properties }, ...rest };
    const policy = compilePolicy({ ...document, schema: { type: 'object', ...schema } }).value;
    const value = { metadata: { namespace: 'a' }, secrets: [{ name: 'pull' }], kind: 'CronJob' };
    const said = (...secrets: readonly unknown[]) => {
      const objects = new ObjectIndex();
      for (const each of secrets) objects.add('Secret', { value: each, unknown: undefined });
      return policy?.judge({ value, unknown: undefined, objects }).verdict;
    };
    expect([said(), said(secret('other')), said(secret('pull'))]).toEqual(['fail', 'fail', 'pass']);
  });

  it('takes time linear in the objects, also where all of them have one name', () => {
    const timeFor = (count: number) => {
      const objects = new ObjectIndex();
      for (let each = 0; each < count; each += 1)
        objects.add('Secret', { value: secret('pull', `n${each}`), unknown: undefined });
      const policy = compilePolicy(document).value;
      const start = processorTime();
      for (let each = 0; each < count; each += 1) {
        const value = { metadata: { namespace: `n${each}` }, secrets: [{ name: 'pull' }] };
        if (policy?.judge({ value, unknown: undefined, objects }).verdict !== 'pass') return -1;
      }
      return processorTime() - start;
    };
    timeFor(500);
    const [few, many] = [timeFor(500), timeFor(4000)];
    expect(few).toBeGreaterThan(0);
    // Eight times as many; each against each other would take 64 times as long.
    expect(many).toBeLessThan(24 * few + 50);
  });
});

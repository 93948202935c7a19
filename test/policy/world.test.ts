import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../lib/model/policy-document.js';
import { runPolicyTests } from '../../lib/policy/tests.js';

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
});

import { describe, expect, it } from 'vitest';
import { ObjectIndex } from '../../lib/policy/object-index.js';
import { compilePolicy } from '../../lib/policy/policy.js';
import { policyDocument } from '../support/policies.js';

/** A tree whose every node is small, and may have more of its kind below it. */
const TREE = {
  type: 'object',
  properties: {
    size: { type: 'integer', maximum: 9 },
    inner: { $ref: '#' },
  },
};

describe('a schema that refers to itself', () => {
  const { value: policy, problems } = compilePolicy(policyDocument({ schema: TREE }));
  const verdict = (value: unknown, unknown?: unknown) =>
    policy?.judge({ value, unknown, objects: new ObjectIndex() }).verdict;

  it('can be used', () => {
    expect(problems).toEqual([]);
    expect(verdict({ size: 1, inner: { inner: { size: 2 } } })).toBe('pass');
    expect(verdict({ size: 1, inner: { inner: { size: 10 } } })).toBe('fail');
  });

  it('is sound where parts are not known', () => {
    const unknown = { inner: { size: true } };
    expect(verdict({ size: 1, inner: {} }, unknown)).toBe('undecided');
    expect(verdict({ size: 1, inner: { inner: { size: 10 } } }, unknown)).toBe('fail');
    expect(verdict({ size: 10, inner: {} }, unknown)).toBe('fail');
  });

  it('keeps apart from another one that was compiled after it', () => {
    compilePolicy(policyDocument({ schema: { type: 'object', required: ['never'] } }));
    expect(verdict({ inner: { size: 1 } })).toBe('pass');
  });
});

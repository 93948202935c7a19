import { describe, expect, it } from 'vitest';
import type { PolicyTest } from '../../lib/model/policy-document.js';
import { runPolicyTests } from '../../lib/policy/tests.js';
import { policyDocument } from '../support/policies.js';

const PASSES: PolicyTest = { name: 'one', verdict: 'pass', object: { a: 1 } };
const FAILS: PolicyTest = { name: 'two', verdict: 'fail', object: { a: 2 } };

const policy = (...tests: readonly PolicyTest[]) =>
  policyDocument({ schema: { type: 'object', properties: { a: { const: 1 } } }, tests });

describe('the tests of a policy', () => {
  it('are kept where each case says what is expected', () => {
    expect(runPolicyTests([policy(PASSES, FAILS)])).toMatchObject({ unproven: [], ok: true });
  });

  it.each([[[PASSES]], [[FAILS]], [[]]])(
    'need a case that passes and one that fails: %j',
    (tests) => {
      expect(runPolicyTests([policy(...tests)])).toMatchObject({ unproven: ['x'], ok: false });
    },
  );

  it('are broken where a case says something else', () => {
    const wrong: PolicyTest = { name: 'three', verdict: 'pass', object: { a: 3 } };
    const run = runPolicyTests([policy(PASSES, FAILS, wrong)]);
    expect(run.ok).toBe(false);
    expect(run.results.filter(({ ok }) => !ok)).toEqual([
      { policy: 'x', name: 'three', expected: 'pass', actual: 'fail', ok: false },
    ]);
  });

  it('say why a policy can’t be used with the parameters of a case', () => {
    const run = runPolicyTests([policy(PASSES, { ...FAILS, parameters: { b: 1 } })]);
    expect(run.results[1]?.actual).toMatchObject({ problem: expect.stringContaining('"b"') });
  });

  it('take a mark for what isn’t known, at any depth', () => {
    const unknown: PolicyTest = {
      name: 'u',
      verdict: 'undecided',
      object: { a: { $unknown: true } },
    };
    expect(runPolicyTests([policy(PASSES, FAILS, unknown)]).ok).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { editedPlan, type Json, reviewOf } from '../support/plans.js';

interface Has {
  /** `data_wo_revision`, as the engine has it. */
  readonly written?: number;
  /** The annotation on the object. */
  readonly carried?: string;
}

/** What is planned; `drift` is what the last run left in the state. */
interface Case {
  readonly what: string;
  readonly before: Has;
  readonly after: Has;
  readonly drift?: Has;
}

function secret({ written, carried }: Has) {
  const annotations = carried === undefined ? {} : { 'reprieve.dev/data-revision': carried };
  return {
    id: 'billing/db',
    data: null,
    data_wo: null,
    data_wo_revision: written ?? null,
    metadata: [{ name: 'db', namespace: 'billing', labels: {}, annotations }],
  };
}

const PLACE = {
  address: 'kubernetes_secret_v1.db',
  mode: 'managed',
  type: 'kubernetes_secret_v1',
  name: 'db',
};

/** What a review says of an update of a secret; `drift` is from the state to the object. */
async function codes(before: Has, after: Has, drift?: Has): Promise<readonly string[]> {
  const text = editedPlan('live-no-change', (plan) => {
    plan['resource_changes'] = [
      ...(plan['resource_changes'] as Json[]),
      { ...PLACE, change: change(before, after) },
    ];
    plan['resource_drift'] =
      drift === undefined ? [] : [{ ...PLACE, change: change(drift, before) }];
    const { values } = plan['prior_state'] as { values: { root_module: { resources: Json[] } } };
    values.root_module.resources.push({ ...PLACE, values: secret(before) });
  });
  return (await reviewOf(text)).why.map(({ code }) => code);
}

function change(before: Has, after: Has) {
  return { actions: ['update'], before: secret(before), after: secret(after), after_unknown: {} };
}

describe('a review of a secret whose content is write-only', () => {
  it.each<Case>([
    {
      what: 'a rotation',
      before: { written: 1, carried: '1' },
      after: { written: 2, carried: '2' },
    },
    {
      what: 'labels alone',
      before: { written: 1, carried: '1' },
      after: { written: 1, carried: '1' },
    },
    {
      what: 'the number, by an upgrade',
      before: { written: 3 },
      after: { written: 3, carried: '3' },
    },
    { what: 'a rotation by an earlier version', before: { written: 1 }, after: { written: 2 } },
    {
      what: 'a rotation with the upgrade',
      before: { written: 1 },
      after: { written: 2, carried: '2' },
    },
    {
      what: 'what a killed deploy has written',
      before: { written: 1, carried: '2' },
      after: { written: 2, carried: '2' },
    },
    {
      what: 'marks, where a rotation was lost',
      before: { written: 2, carried: '1' },
      after: { written: 2, carried: '1' },
    },
    {
      what: 'a rotation that recover has put back',
      before: { written: 1, carried: '1' },
      after: { written: 2, carried: '2' },
    },
    {
      what: 'a lost rotation with a newer one',
      before: { written: 2, carried: '1' },
      after: { written: 3, carried: '3' },
      drift: { written: 2, carried: '2' },
    },
  ])('passes $what', async ({ before, after, drift }) => {
    expect(await codes(before, after, drift)).toEqual([]);
  });

  it.each<Case>([
    {
      what: 'the number alone, after a refused write',
      before: { written: 2, carried: '1' },
      after: { written: 2, carried: '2' },
      drift: { written: 2, carried: '2' },
    },
    {
      what: 'the same where the drift is not told',
      before: { written: 2, carried: '1' },
      after: { written: 2, carried: '2' },
    },
    {
      what: 'the number alone, where it was refused together with the upgrade',
      before: { written: 2 },
      after: { written: 2, carried: '2' },
      drift: { written: 2, carried: '2' },
    },
  ])('stops $what', async ({ before, after, drift }) => {
    expect(await codes(before, after, drift)).toEqual(['rotation-lost']);
  });

  it.each<Case>([
    {
      what: 'content under the former number',
      before: { written: 1, carried: '1' },
      after: { written: 2, carried: '1' },
    },
    {
      what: 'another number',
      before: { written: 1, carried: '1' },
      after: { written: 1, carried: '7' },
    },
    { what: 'no number any more', before: { written: 1, carried: '1' }, after: { written: 2 } },
    {
      what: 'a number that is none',
      before: { written: 1 },
      after: { written: 1, carried: '`x`' },
    },
  ])('stops $what', async ({ before, after }) => {
    expect(await codes(before, after)).toEqual(['revision-differs']);
  });

  it('names the stack and both numbers, and repeats nothing else', async () => {
    const text = editedPlan('live-no-change', (plan) => {
      const [before, after] = [
        secret({ written: 2, carried: '<b>1' }),
        secret({ written: 2, carried: '2' }),
      ];
      const update = { actions: ['update'], before, after, after_unknown: {} };
      plan['resource_changes'] = [{ ...PLACE, change: update }];
    });
    const { why } = await reviewOf(text, {}, 'pro`d');
    const { message } = why.find(({ code }) => code === 'rotation-lost') ?? { message: '' };
    expect(message).toContain('holds revision ? of its content, and the state says 2');
    expect(message).toContain("`npx reprieve recover 'pro\\u0060d'`");
    expect(message).not.toContain('<b>');
  });
});

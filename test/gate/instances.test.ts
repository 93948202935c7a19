import { describe, expect, it } from 'vitest';
import type { Review } from '../../lib/review/review.js';
import { reviewOf } from '../support/plans.js';

const NOW = '2026-06-01T00:00:00Z';
const LATER = '2026-05-01T00:00:00Z';
const ALL = 'terraform_data.b';
const EU = 'terraform_data.b["eu"]';
const US = 'terraform_data.b["us"]';
const GUARD = 'terraform_data.guard';
const CLOCK = 'terraform_data.clock-eu';
const TARGET = 'b/resources/eu';

type Members = readonly (readonly [address: string, target: string])[];

const guard = (members: Members, more: object = {}) => ({
  api_version: 'reprieve/v1',
  kind: 'Guard',
  target: 'b',
  period: '168h',
  members: members.map(([address, target]) => ({ address, target })),
  clocks: { b: 'terraform_data.clock', [TARGET]: CLOCK },
  subject: 'resources',
  ...more,
});
const clock = (deletedAt: string, target = TARGET) => ({
  api_version: 'reprieve/v1',
  kind: 'Tombstone',
  target,
  deleted_at: deletedAt,
  period: '168h',
});
const WHOLE: Members = [[ALL, 'b']];
const APART: Members = [
  [ALL, 'b'],
  [EU, TARGET],
];
const OBJECTS = { [EU]: { x: 1 }, [US]: { x: 2 } };

interface World {
  readonly [address: string]: object;
}

/** The codes of a review of the way from one state to another. */
async function judged(before: World, after: World, by?: string): Promise<readonly string[]> {
  const { verdict, why } = await reviewed(before, after, by);
  return verdict === 'pass' ? [] : why.map(({ code }) => code);
}

async function reviewed(before: World, after: World, by?: string): Promise<Review> {
  const resource = (address: string, input: object) => {
    const [type, rest = ''] = address.split('.');
    const index = /\["(.*)"\]$/.exec(rest)?.[1];
    const name = rest.replace(/\[.*$/, '');
    const values = { id: address, input, output: input };
    return { address, mode: 'managed', type, name, index, values };
  };
  const keys = /\]$/;
  const changes = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap(
    (address) => {
      const [was, is] = [before[address], after[address]];
      const stays = JSON.stringify(was) === JSON.stringify(is) ? 'no-op' : 'update';
      const action = was === undefined ? 'create' : is === undefined ? 'delete' : stays;
      const { values: _values, ...head } = resource(address, {});
      const side = (input: object | undefined) => (input === undefined ? null : { input });
      const change = { actions: [action], before: side(was), after: side(is), after_unknown: {} };
      const reason = keys.test(address) ? { action_reason: 'delete_because_each_key' } : {};
      return [{ ...head, change, ...(action === 'delete' ? reason : {}) }];
    },
  );
  const text = JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.14.3',
    timestamp: NOW,
    complete: true,
    planned_values: {
      root_module: {
        resources: Object.entries(after).map(([address, input]) => resource(address, input)),
      },
    },
    resource_changes: changes,
    prior_state: {
      format_version: '1.0',
      values: {
        root_module: {
          resources: Object.entries(before).map(([address, input]) => resource(address, input)),
        },
      },
    },
    configuration: {},
  });
  return reviewOf(text, by === undefined ? {} : { approvals: [{ by }] });
}

const without = (address: string, world: World): World =>
  Object.fromEntries(Object.entries(world).filter(([key]) => key !== address));

describe('an instance that a guard lists by itself', () => {
  const living = { ...OBJECTS, [GUARD]: guard(APART) };
  const deleting = { ...living, [CLOCK]: clock(NOW) };
  const due = { ...living, [CLOCK]: clock(LATER) };

  it.each<[string, World, World]>([
    ['comes apart from the others', { ...OBJECTS, [GUARD]: guard(WHOLE) }, living],
    ['begins to go', living, deleting],
    ['stays', deleting, living],
    ['ends at its time', due, without(EU, due)],
    ['is made with all others', {}, living],
    ['is taken in as it is', OBJECTS, living],
    ['gets another beside it', living, { ...living, 'terraform_data.b["ap"]': { x: 3 } }],
    ['gets another while it goes', deleting, { ...deleting, 'terraform_data.b["ap"]': { x: 3 } }],
    ['is changed', living, { ...living, [EU]: { x: 9 } }],
  ])('%s', async (_, before, after) => {
    expect(await judged(before, after)).toEqual([]);
  });

  it.each<[string, World, World, string]>([
    [
      'begins to go in the plan that has it come apart',
      { ...OBJECTS, [GUARD]: guard(WHOLE) },
      deleting,
      'clock-without-members',
    ],
    ['ends without a request', living, without(EU, living), 'not-requested'],
    ['ends before its time', deleting, without(EU, deleting), 'before-deadline'],
    [
      'ends by its clock, and another guard lists all of them',
      { ...due, 'terraform_data.guard-c': guard([[ALL, 'c']], { target: 'c' }) },
      without(EU, { ...due, 'terraform_data.guard-c': guard([[ALL, 'c']], { target: 'c' }) }),
      'not-requested',
    ],
    ['takes another along', due, without(US, due), 'not-requested'],
    [
      'joins the others, and their clock',
      { ...living, 'terraform_data.clock': clock(LATER, 'b') },
      { ...OBJECTS, [GUARD]: guard(WHOLE), 'terraform_data.clock': clock(LATER, 'b') },
      'retargeted',
    ],
    [
      'comes apart to a clock that ran before',
      { ...OBJECTS, [GUARD]: guard(WHOLE), [CLOCK]: clock(LATER) },
      { ...living, [CLOCK]: clock(LATER) },
      'clock-planted',
    ],
    [
      'comes apart, idle, to something else',
      { ...OBJECTS, [GUARD]: guard(WHOLE) },
      {
        ...OBJECTS,
        [GUARD]: guard([
          [ALL, 'b'],
          [EU, 'c'],
        ]),
      },
      'retargeted',
    ],
    [
      'is made again under its tombstone',
      { ...without(EU, due), [GUARD]: guard(APART) },
      { ...due, [EU]: { x: 3 } },
      'under-tombstone',
    ],
  ])('is stopped where it %s', async (_, before, after, code) => {
    expect(await judged(before, after)).toContain(code);
  });
});

describe('an instance that gives its own target up', () => {
  const whole = { ...OBJECTS, [GUARD]: guard(WHOLE) };
  const living = { ...OBJECTS, [GUARD]: guard(APART) };
  const deleting = { ...living, [CLOCK]: clock(NOW) };

  it('goes with the others again if an approver has reviewed that', async () => {
    expect(await judged(living, whole, 'bob')).toEqual([]);
    expect(await judged(living, whole)).toEqual(['retargeted']);
  });

  it.each<[string, World, World, string]>([
    ['with a clock of its own', deleting, { ...whole, [CLOCK]: clock(NOW) }, 'retargeted'],
    [
      'while all of them are being deleted',
      { ...living, 'terraform_data.clock': clock(NOW, 'b') },
      { ...whole, 'terraform_data.clock': clock(NOW, 'b') },
      'retargeted',
    ],
    [
      'to go with another',
      { ...OBJECTS, [GUARD]: guard([...APART, [US, 'b/resources/us']]) },
      {
        ...OBJECTS,
        [GUARD]: guard([
          [ALL, 'b'],
          [EU, 'b/resources/us'],
          [US, 'b/resources/us'],
        ]),
      },
      'retargeted',
    ],
  ])('is stopped %s, whoever has reviewed it', async (_, before, after, code) => {
    expect(await judged(before, after, 'bob')).toContain(code);
  });
});

describe('what a review says of instances', () => {
  const clocks = { 'terraform_data.clock': clock(NOW, 'b'), [CLOCK]: clock(LATER) };
  const both = { ...OBJECTS, [GUARD]: guard(APART), ...clocks };

  it('ends by its clock, not by its key', async () => {
    const { deletions } = await reviewed(both, without(EU, both));
    expect(deletions.map(({ kind, cause }) => [kind, cause])).toEqual([['reclaim', 'period-over']]);
  });

  it('tells of the whole as long as one of them stays', async () => {
    const { reclamations } = await reviewed(both, without(EU, both));
    expect(reclamations.map(({ target, kind }) => [target, kind])).toEqual([['b', 'pending']]);
    const back = without('terraform_data.clock', without(EU, both));
    const restored = await reviewed(both, back);
    expect(restored.verdict).toBe('pass');
    expect(restored.reclamations.map(({ target, kind }) => [target, kind])).toEqual([
      ['b', 'restore'],
    ]);
  });

  it('leaves out a whole of which nothing is left', async () => {
    const all = { ...both, 'terraform_data.clock': clock(LATER, 'b') };
    const { reclamations } = await reviewed(all, without(US, without(EU, all)));
    expect(reclamations).toEqual([]);
  });
});

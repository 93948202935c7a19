import { describe, expect, it } from 'vitest';
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
async function judged(before: World, after: World): Promise<readonly string[]> {
  const resource = (address: string, input: object) => {
    const [type, rest = ''] = address.split('.');
    const index = /\["(.*)"\]$/.exec(rest)?.[1];
    const name = rest.replace(/\[.*$/, '');
    const values = { id: address, input, output: input };
    return { address, mode: 'managed', type, name, index, values };
  };
  const changes = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap(
    (address) => {
      const [was, is] = [before[address], after[address]];
      const stays = JSON.stringify(was) === JSON.stringify(is) ? 'no-op' : 'update';
      const action = was === undefined ? 'create' : is === undefined ? 'delete' : stays;
      const { values: _values, ...head } = resource(address, {});
      const side = (input: object | undefined) => (input === undefined ? null : { input });
      const change = { actions: [action], before: side(was), after: side(is), after_unknown: {} };
      return [{ ...head, change }];
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
  const { verdict, why } = await reviewOf(text);
  return verdict === 'pass' ? [] : why.map(({ code }) => code);
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

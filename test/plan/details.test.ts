import { describe, expect, it } from 'vitest';
import type { Subject } from '../../lib/review/review.js';
import { editedPlan, type Json, planText, reviewOf } from '../support/plans.js';

const resource = (type: string, name: string, change: Json): Json => ({
  ...{ address: `${type}.${name}`, mode: 'managed', type, name },
  change: { after_unknown: {}, ...change },
});

/** A plan that does these things besides. */
const plan = (...changes: readonly Json[]) =>
  editedPlan('no-change', (json) => {
    const known = Array.isArray(json['resource_changes']) ? json['resource_changes'] : [];
    json['resource_changes'] = [...known, ...changes];
  });

describe('what else a plan changes', () => {
  it('is counted by action and type, what replaces and the most first, and has no deletion', async () => {
    const text = plan(
      resource('b', 'one', { actions: ['create'], before: null, after: {} }),
      resource('a', 'one', { actions: ['create'], before: null, after: {} }),
      resource('b', 'two', { actions: ['create'], before: null, after: {} }),
      resource('c', 'one', { actions: ['create', 'delete'], before: {}, after: {} }),
      resource('d', 'one', { actions: ['delete'], before: {}, after: null }),
      resource('e', 'one', { actions: ['update'], before: {}, after: { x: 1 } }),
      resource('f', 'one', { actions: ['no-op'], before: {}, after: {}, importing: { id: 'x' } }),
      {
        ...resource('g', 'new', { actions: ['no-op'], before: {}, after: {} }),
        previous_address: 'g.old',
      },
      resource('h', 'one', { actions: ['no-op'], before: {}, after: {} }),
    );
    const { plans } = await reviewOf(text);
    expect(plans[0]?.changes).toEqual([
      { action: 'replace', type: 'c', count: 1 },
      { action: 'create', type: 'b', count: 2 },
      { action: 'create', type: 'a', count: 1 },
      { action: 'import', type: 'f', count: 1 },
      { action: 'update', type: 'e', count: 1 },
      { action: 'move', type: 'g', count: 1 },
    ]);
  });
});

describe('what a target is', () => {
  const guardOf = (subject: string | undefined) =>
    subject === undefined
      ? planText('pending')
      : planText('pending').replaceAll('"kind":"Guard"', `"kind":"Guard","subject":"${subject}"`);

  it.each<[string | undefined, Subject]>([
    [undefined, 'project'],
    ['resources', 'resources'],
  ])('is as its guard says: %s', async (subject, told) => {
    const { groups } = await reviewOf(guardOf(subject));
    expect(groups.map((each) => [each.target, each.subject])).toEqual([['billing', told]]);
  });
});

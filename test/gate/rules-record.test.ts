import { describe, expect, it } from 'vitest';
import type { GateContext } from '../../lib/gate/context.js';
import { editedPlan, type Json, reviewOf } from '../support/plans.js';

const RULES = {
  api_version: 'reprieve/v1',
  kind: 'Rules',
  target: 'sandbox',
  floor: '100s',
  approvers: [{ id: 'bob@example.org', github: 'bob' }],
};
const ADDRESS = 'terraform_data.reprieve-rules';
const BOB = { id: 'bob@example.org', github: 'bob' };

/** A plan of real Terraform, with a record of the rules before it and after it. */
function withRules(name: string, before: object | undefined, after: object | undefined) {
  return editedPlan(name, (plan) => {
    if (before !== undefined) addPrior(plan, ADDRESS, before);
    if (before !== after) addChange(plan, ADDRESS, before, after);
    else if (before !== undefined) addChange(plan, ADDRESS, before, before, ['no-op']);
  });
}

function addPrior(plan: Json, address: string, input: object): void {
  const root = Object(Object(plan['prior_state'])['values'])['root_module'];
  root.resources.push({
    address,
    mode: 'managed',
    type: 'terraform_data',
    name: address.split('.')[1],
    values: { input, id: 'an-id' },
  });
}

function addChange(
  plan: Json,
  address: string,
  before: object | undefined,
  after: object | undefined,
  actions = [before === undefined ? 'create' : after === undefined ? 'delete' : 'update'],
): void {
  Object(plan['resource_changes']).push({
    address,
    mode: 'managed',
    type: 'terraform_data',
    name: address.split('.')[1],
    change: {
      actions,
      before: before === undefined ? null : { input: before },
      after: after === undefined ? null : { input: after },
      after_unknown: {},
    },
  });
}

const review = (text: string, changes: Partial<GateContext> = {}) =>
  reviewOf(text, { approvers: [BOB], floor: () => ({ seconds: 100, text: '100s' }), ...changes });
const codes = async (text: string, changes: Partial<GateContext> = {}) => [
  ...new Set((await review(text, changes)).why.map(({ code }) => code)),
];
const REVIEWED = { approvals: [{ by: 'Bob' }] };

describe('the record of the rules in a state', () => {
  it('appears, stays and becomes stricter without a word', async () => {
    const stricter = { ...RULES, floor: '200s' };
    for (const [before, after] of [
      [undefined, RULES],
      [RULES, RULES],
      [RULES, stricter],
    ] as const) {
      const told = await review(withRules('live-no-change', before, after));
      expect([told.verdict, told.notices]).toEqual(['pass', []]);
    }
  });

  it('gets no second account for an approver unseen', async () => {
    const approvers = [...RULES.approvers, { id: 'bob@example.org', github: 'mallory' }];
    for (const doubled of [approvers, approvers.toReversed()]) {
      const text = withRules('live-no-change', RULES, { ...RULES, approvers: doubled });
      expect(await codes(text)).toEqual(['rules-record']);
    }
  });

  it('holds the approvers for a hard deletion, whatever base and change say', async () => {
    const approvers = [BOB, { id: 'carl@example.org', github: 'carl' }];
    const only = (id: string) => ({
      ...RULES,
      floor: '1s',
      approvers: [{ id, github: id.split('@')[0] }],
    });
    const plan = (record: object) => withRules('hard-delete-item', record, record);
    expect(await codes(plan(only('bob@example.org')), { approvers, ...REVIEWED })).toEqual([]);
    expect(await codes(plan(only('carl@example.org')), { approvers, ...REVIEWED })).toEqual([
      'approval-unknown',
    ]);
    const other = {
      ...RULES,
      floor: '1s',
      approvers: [{ id: BOB.id, github: 'bobs-former-account' }],
    };
    expect(await codes(plan(other), REVIEWED)).toEqual(['approval-unproven']);
  });

  it('holds the floor for what begins', async () => {
    const strict = { ...RULES, floor: '9000h' };
    expect(await codes(withRules('soft-delete-item', RULES, RULES))).toEqual([]);
    expect(await codes(withRules('soft-delete-item', strict, strict))).toEqual([
      'period-below-floor',
    ]);
  });

  it.each([
    ['a lower floor', { ...RULES, floor: '99s' }],
    ['another approver', { ...RULES, approvers: [BOB, { id: 'carl@x' }] }],
    ['another account', { ...RULES, approvers: [{ ...BOB, github: 'mallory' }] }],
    ['no approver left', { ...RULES, approvers: [] }],
    ['no record left', undefined],
  ])('is loosened only with the review of an approver: %s', async (_, after) => {
    const text = withRules('live-no-change', RULES, after);
    expect(await codes(text)).toEqual(['rules-record']);
    expect(await codes(text, { approvals: [{ by: 'carl' }] })).toEqual(['rules-record']);
    const told = await review(text, REVIEWED);
    expect(told.verdict).toBe('pass');
    expect(told.notices.map(({ code }) => code)).toContain('rules-record');
  });

  it('counts from the next plan on where it is loosened', async () => {
    const text = withRules(
      'soft-delete-item',
      { ...RULES, floor: '9000h' },
      { ...RULES, floor: '1s' },
    );
    expect(await codes(text, REVIEWED)).toEqual(['period-below-floor']);
  });

  it('isn’t loosened by whom only the change names', async () => {
    const mallory = { id: 'mallory@x', github: 'mallory' };
    const text = withRules('live-no-change', RULES, { ...RULES, approvers: [BOB, mallory] });
    const given = { approvers: [mallory, BOB], approvals: [{ by: 'mallory' }] };
    expect(await codes(text, given)).toEqual(['rules-record']);
  });

  it('takes its first approvers as they come', async () => {
    const nobody = { ...RULES, approvers: [] };
    expect(await codes(withRules('live-no-change', nobody, RULES))).toEqual([]);
    expect(await codes(withRules('live-no-change', nobody, { ...RULES, floor: '1s' }))).toEqual([
      'rules-record',
    ]);
    const text = withRules('live-no-change', undefined, RULES);
    expect(await codes(text, { approvers: [], people: [BOB] })).toEqual([]);
  });

  const MALLORY = { id: 'mallory@x', github: 'mallory' };
  it.each([
    ['somebody whom the base doesn’t name', { ...RULES, approvers: [MALLORY] }],
    ['one more than the base has', { ...RULES, approvers: [BOB, MALLORY] }],
    ['another account', { ...RULES, approvers: [{ ...BOB, github: 'mallory' }] }],
    ['nobody', { ...RULES, approvers: [] }],
    ['a lower floor', { ...RULES, floor: '1s' }],
    ['a floor that nothing reaches', { ...RULES, floor: '8000h' }],
  ])('says at first what the base says, and not %s', async (_, first) => {
    const text = withRules('live-no-change', undefined, first);
    const blocked = await review(text);
    expect(blocked.why.map(({ code }) => code)).toEqual(['rules-record']);
    expect(blocked.why[0]?.message).toContain('--rules');
    expect(await codes(text, REVIEWED)).toEqual([]);
  });

  it('names at first nobody whom the change alone names', async () => {
    const text = withRules('live-no-change', undefined, { ...RULES, approvers: [BOB, MALLORY] });
    const people = [BOB, MALLORY];
    expect(await codes(text, { people })).toEqual(['rules-record']);
    expect(await codes(text, { people, ...REVIEWED })).toEqual([]);
  });

  it('takes no strangers where the base names nobody', async () => {
    const nobody = { ...RULES, approvers: [] };
    const named = { ...RULES, approvers: [MALLORY] };
    for (const before of [undefined, nobody]) {
      const text = withRules('live-no-change', before, named);
      expect(await codes(text, { approvers: [], people: [BOB] })).toEqual(['rules-record']);
    }
    expect(await codes(withRules('live-no-change', nobody, named))).toEqual(['rules-record']);
  });

  it('counts at one place alone: what became one elsewhere, unseen, is told and may go', async () => {
    const elsewhere = (actions: string[], strange: object | undefined) =>
      editedPlan('hard-delete-item', (plan) => {
        const input = { ...RULES, approvers: [MALLORY], floor: '8000h' };
        addPrior(plan, 'terraform_data.other', input);
        addChange(plan, 'terraform_data.other', input, strange, actions);
      });
    const stays = await review(
      elsewhere(['no-op'], { ...RULES, approvers: [MALLORY], floor: '8000h' }),
      REVIEWED,
    );
    expect([stays.verdict, stays.notices.map(({ code }) => code)]).toEqual([
      'pass',
      ['rules-ignored'],
    ]);
    expect(await codes(elsewhere(['delete'], undefined), REVIEWED)).toEqual([]);
  });

  it('can’t be moved to where it doesn’t count, nor something else to where it does', async () => {
    const moved = (from: string, to: string, input: object) =>
      editedPlan('live-no-change', (plan) => {
        addPrior(plan, to, input);
        addChange(plan, to, input, input, ['no-op']);
        Object(plan['resource_changes']).at(-1).previous_address = from;
      });
    const strange = { ...RULES, approvers: [MALLORY] };
    expect(await codes(moved(ADDRESS, 'terraform_data.other', RULES))).toEqual(['rules-record']);
    expect(await codes(moved('terraform_data.other', ADDRESS, strange))).toEqual(['rules-record']);
    expect(await codes(moved('terraform_data.other', ADDRESS, RULES))).toEqual([]);
  });

  it('isn’t written by what is only known after the apply', async () => {
    const text = editedPlan('live-no-change', (plan) => {
      addChange(plan, ADDRESS, undefined, {});
      Object(plan['resource_changes']).at(-1).change.after_unknown = { input: true };
    });
    expect(await codes(text)).toEqual(['record-unknown']);
  });

  it.each([
    ['rules-record', { ...RULES, target: 'elsewhere' }],
    ['rules-record', { some: 'data' }],
    ['record-edited', { ...RULES, approvers: 'nobody' }],
    ['record-edited', { ...RULES, kind: 'Identity', objects: {} }],
  ])('never becomes something else: %s', async (code, after) => {
    expect(await codes(withRules('live-no-change', RULES, after), REVIEWED)).toContain(code);
  });

  it('never becomes unknown', async () => {
    const text = editedPlan('live-no-change', (plan) => {
      addPrior(plan, ADDRESS, RULES);
      addChange(plan, ADDRESS, RULES, { ...RULES, floor: undefined });
      const change = Object(plan['resource_changes']).at(-1).change;
      change.after_unknown = { input: { floor: true } };
    });
    expect(await codes(text, REVIEWED)).not.toEqual([]);
  });

  it('is never doubled', async () => {
    const twice = editedPlan('live-no-change', (plan) => {
      addPrior(plan, ADDRESS, RULES);
      addChange(plan, ADDRESS, RULES, RULES, ['no-op']);
      addChange(plan, 'terraform_data.other', undefined, RULES);
    });
    expect(await codes(twice, REVIEWED)).toEqual(['rules-record']);
    const both = editedPlan('live-no-change', (plan) => {
      addChange(plan, ADDRESS, undefined, RULES);
      addChange(plan, 'terraform_data.other', undefined, RULES);
    });
    expect(await codes(both, REVIEWED)).toEqual(['rules-record']);
  });
});

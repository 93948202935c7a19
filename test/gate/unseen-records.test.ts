import { describe, expect, it } from 'vitest';
import { firstDeploy } from '../support/gate/chains.js';
import {
  addressOf,
  clockAddress,
  draftOf,
  guardInput,
  Honest,
  hardDeletionInput,
  identityInput,
  rulesInput,
  tombstoneInput,
} from '../support/gate/honest.js';
import type { Input } from '../support/gate/terraform.js';
import type { Proposal, World } from '../support/gate/world.js';

const X = addressOf('x');
const RAW = addressOf('c_raw');
const LONG_AGO = '2020-01-01T00:00:00Z';
const of = (target: string) => [{ address: RAW, target }];

/** A change of the code, reviewed by an approver where it says so. */
async function change(
  world: World,
  edit: (honest: Honest) => void,
  more: Omit<Proposal, 'config'> = {},
) {
  world.time += 1;
  const draft = draftOf(world.config);
  edit(new Honest(draft));
  const { review, passed } = await world.propose({ config: draft, ...more });
  expect(passed).toBe(review.verdict === 'pass');
  return review.why.map(({ code }) => code);
}

/** A `terraform_data` whose input is another one's, which turns out to be a record. */
async function withUnseen(input: Input): Promise<World> {
  const world = await firstDeploy();
  const codes = await change(world, ({ draft }) => {
    draft.blocks.set(X, { input, unknown: true });
  });
  expect(codes).toEqual([]);
  return world;
}

const takeOut = ({ draft }: Honest) => draft.blocks.delete(X);
const request = (world: World) => (honest: Honest) => honest.request('billing', world.time);

describe('a record that an apply has made unseen, where none is looked for', () => {
  it.each<[string, Input]>([
    ['a clock', tombstoneInput('billing', '100s', LONG_AGO)],
    ['a hard deletion', hardDeletionInput('billing', 'id-1', '2030-01-01T00:00:00Z')],
    ['an identity', identityInput('billing', { billing: 'id-9' })],
    ['rules', rulesInput('eve', '8000h')],
    ['an empty guard', guardInput('mine', '100s', [])],
    ['a guard like the project’s', guardInput('billing', '100s', of('billing'))],
  ])('counts for nothing and may go: %s', async (_, input) => {
    const world = await withUnseen(input);
    expect(await change(world, (it) => it.edit(RAW, { k: 'other' }))).toEqual([]);
    expect(await change(world, takeOut)).toEqual([]);
    expect(await change(world, request(world))).toEqual([]);
    expect(world.ledger.broken).toEqual([]);
  });

  it.each<[string, string, Input]>([
    ['another project’s guard', 'retargeted', guardInput('mine', '100s', of('mine'))],
    [
      'a guard of a longer period',
      'period-shortened',
      guardInput('billing', '500s', of('billing')),
    ],
    [
      'a guard of something more',
      'member-removed',
      guardInput('mine', '100s', [{ address: addressOf('u'), target: 'mine' }]),
    ],
  ])('protects more, and goes with the review of an approver: %s', async (_, code, input) => {
    const world = await withUnseen(input);
    expect(await change(world, (it) => it.edit(RAW, { k: 'other' }))).toEqual([]);
    const codes = await change(world, takeOut);
    expect(codes).toEqual([code === 'member-removed' ? 'guard-removed' : code]);
    expect(await change(world, takeOut, { isReviewed: true })).toEqual([]);
    expect(await change(world, request(world))).toEqual([]);
    expect(world.ledger.broken).toEqual([]);
  });

  it('goes with the review of an approver, and alone, where it can’t be read', async () => {
    const world = await withUnseen({ api_version: 'reprieve/v9', kind: 'Guard', target: 'mine' });
    const edit = (it: Honest) => it.edit(RAW, { k: 'other' });
    expect(await change(world, edit)).toEqual(['record-unreadable']);
    expect(await change(world, edit, { isReviewed: true })).toEqual(['record-unreadable']);
    expect(await change(world, takeOut)).toEqual(['record-unreadable']);
    const more = (it: Honest) => {
      takeOut(it);
      it.draft.blocks.delete(addressOf('u'));
    };
    expect(await change(world, more, { isReviewed: true })).toEqual(['record-unreadable']);
    expect(await change(world, takeOut, { isReviewed: true })).toEqual([]);
    expect(await change(world, request(world))).toEqual([]);
    expect(world.ledger.broken).toEqual([]);
  });

  it('is stopped where it would count', async () => {
    const world = await firstDeploy();
    for (const at of [clockAddress('billing'), addressOf('reprieve-rules')]) {
      const codes = await change(world, ({ draft }) => {
        draft.blocks.set(at, { input: rulesInput('eve'), unknown: true });
      });
      expect(codes).toEqual(['record-unknown']);
    }
  });
});

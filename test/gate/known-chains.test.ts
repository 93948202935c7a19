import { describe, expect, it } from 'vitest';
import { firstDeploy } from '../support/gate/chains.js';
import {
  addressOf,
  clockAddress,
  draftOf,
  Honest,
  tombstoneInput,
} from '../support/gate/honest.js';
import { KNOWN_CHAINS } from '../support/gate/known-chains.js';
import { NOTHING } from '../support/gate/terraform.js';
import { type Outcome, World } from '../support/gate/world.js';

describe('a chain that ended objects early is stopped, and says why', () => {
  it.each(KNOWN_CHAINS)('$name', async ({ steps, stopped: [at, code], says }) => {
    const world = await firstDeploy();
    let outcome: Outcome | undefined;
    for (const { after, edit } of steps.slice(0, at + 1)) {
      expect(outcome?.review.why ?? []).toEqual([]);
      world.time += after ?? 1;
      const draft = draftOf(world.config);
      edit(draft, world);
      outcome = await world.propose({ config: draft });
    }
    const why = outcome?.review.why ?? [];
    expect(why.map((each) => each.code)).toContain(code);
    expect(why.find((each) => each.code === code)?.message).toContain(says);
    expect(outcome?.passed).toBe(false);
  });
});

describe('a clock that only the apply would write, where a stack begins', () => {
  it.each([false, true])(
    'is stopped beside the first guard (of version 0.1: %s)',
    async (isOld) => {
      const world = new World();
      const draft = draftOf(NOTHING);
      const members = [{ address: addressOf('a'), target: 'billing' }];
      new Honest(draft).declare('billing', '100s', members, isOld);
      const at = isOld ? addressOf('x') : clockAddress('billing');
      const input = tombstoneInput('billing', '100s', '2020-01-01T00:00:00Z');
      draft.blocks.set(at, { input, unknown: true });
      const { review } = await world.propose({ config: draft });
      expect(review.why.map(({ code, address }) => [code, address])).toEqual([
        ['record-unknown', at],
      ]);
    },
  );

  it('may stand where there is no project', async () => {
    const world = new World();
    const draft = draftOf(NOTHING);
    draft.blocks.set(addressOf('x'), { input: { data: 'x' }, unknown: true });
    expect((await world.propose({ config: draft })).review.why).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { firstDeploy } from '../support/gate/chains.js';
import { draftOf } from '../support/gate/honest.js';
import { KNOWN_CHAINS } from '../support/gate/known-chains.js';
import type { Outcome } from '../support/gate/world.js';

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

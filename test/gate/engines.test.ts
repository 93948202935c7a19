import { describe, expect, it } from 'vitest';
import { tofu } from '../support/engines.js';
import { lockstep } from '../support/gate/lockstep.js';

const programs = ['terraform', tofu()].filter((each) => each !== undefined);

describe('the model agrees with real engines, on plans, states and what the gate says', () => {
  it.each([11, 12, 13, 14, 15])('chain %i', { timeout: 300_000 }, async (seed) => {
    const program = programs[seed % programs.length] ?? 'terraform';
    const tally = await lockstep(program, seed, 3);
    expect(tally.plans).toBe(4);
    expect(tally.passed).toBeGreaterThan(0);
  });
});

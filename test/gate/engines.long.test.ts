import { expect, it } from 'vitest';
import { tofu } from '../support/engines.js';
import { lockstep } from '../support/gate/lockstep.js';

it('the model agrees with real engines on a hundred chains', { timeout: 7_200_000 }, async () => {
  const programs = ['terraform', tofu()].filter((each) => each !== undefined);
  const start = Date.now() % 1_000_000;
  const total = { plans: 0, refused: 0, passed: 0 };
  console.log(`REPRIEVE_SEED=${start}`);
  for (let chain = 0; chain < 100; chain += 1) {
    const program = programs[chain % programs.length] ?? 'terraform';
    const tally = await lockstep(program, start + chain, 1 + (chain % 8));
    for (const key of ['plans', 'refused', 'passed'] as const) total[key] += tally[key];
  }
  console.log(total);
  expect(total.passed).toBeGreaterThan(100);
});

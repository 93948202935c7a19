import { expect, it } from 'vitest';
import { tofu } from '../support/engines.js';
import { lockstep } from '../support/gate/lockstep.js';

it('the model agrees with real engines on a hundred chains', { timeout: 14_400_000 }, async () => {
  const programs = ['terraform', tofu()].filter((each) => each !== undefined);
  const start = Number(process.env['REPRIEVE_SEED'] ?? Date.now() % 1_000_000);
  const chains = Number(process.env['REPRIEVE_CHAINS'] ?? 100);
  const total = { chains: 0, plans: 0, refused: 0, passed: 0 };
  const begun = performance.now();
  console.log(`REPRIEVE_SEED=${start}`);
  for (let chain = 0; chain < chains; chain += 1) {
    const program = programs[chain % programs.length] ?? 'terraform';
    const tally = await lockstep(program, start + chain, 1 + (chain % 8));
    total.chains += 1;
    for (const key of ['plans', 'refused', 'passed'] as const) total[key] += tally[key];
    if (chain % 10 === 9) console.log({ next: start + chain + 1, ...total });
  }
  console.log({ ...total, seconds: Math.round((performance.now() - begun) / 1000) });
  expect(total.passed).toBeGreaterThan(chains);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probe, startOf, takeStep } from '../support/gate/chains.js';

const step = fc.array(fc.nat(9999), { minLength: 16, maxLength: 16 });
const chain = fc.array(step, { minLength: 1, maxLength: 8 });

describe('chains of changes, each of which the gate lets pass', () => {
  it('end no object before its first clock has run out', { timeout: 900_000 }, async () => {
    const runs = Number(process.env['REPRIEVE_CHAINS'] ?? 2000);
    let [passed, states] = [0, 0];
    await fc.assert(
      fc.asyncProperty(step, chain, async (start, steps) => {
        const world = await startOf(start);
        for (const draws of steps) {
          const outcome = await takeStep(world, draws);
          states += 1;
          if (outcome.passed) passed += 1;
          expect(world.ledger.broken).toEqual([]);
        }
        expect(await probe(world, false)).toEqual([]);
      }),
      {
        numRuns: runs,
        ...(process.env['REPRIEVE_SEED'] ? { seed: Number(process.env['REPRIEVE_SEED']) } : {}),
      },
    );
    console.log({ runs, states, passed });
  });
});

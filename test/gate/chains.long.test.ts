import { expect, it } from 'vitest';
import { deafTo, runChains } from '../support/gate/broken-clauses.js';

it('no chain of a hundred thousand ends an object early', { timeout: 14_400_000 }, async () => {
  const seed = Number(process.env['REPRIEVE_SEED'] ?? Date.now() % 1_000_000);
  const begun = performance.now();
  const run = await runChains(() => false, Number(process.env['REPRIEVE_CHAINS'] ?? 100_000), seed);
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log({ REPRIEVE_SEED: seed, ...run, seconds });
  expect(run.broken).toBeUndefined();
});

/**
 * Random chains find most of what `clauses.ts` shows, without being told: a gate that doesn't know a
 * reason lets one pass that breaks a promise.
 */
it.each([
  ['member-removed'],
  ['guard-removed'],
  ['guard-edited'],
  ['period-shortened'],
  ['tombstone-edited'],
  ['clock-ignored'],
  ['content-changed'],
  ['before-deadline'],
  ['not-requested'],
  ['unmarked'],
  ['forgotten'],
  ['replaced'],
  ['approval-unproven approval-uid'],
  ['backdated'],
  ['name-taken'],
  ['under-tombstone'],
  ['restore-too-late'],
  ['record-unknown'],
  ['record-edited'],
  ['imported-twice'],
])('random chains notice that the gate has lost: %s', { timeout: 3_600_000 }, async (codes) => {
  const run = await runChains(deafTo(...codes.split(' ')), 10_000, 1);
  expect(run.broken).toBeDefined();
});

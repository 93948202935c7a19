import { expect, it } from 'vitest';
import { chainsUntilBroken } from '../support/gate/broken-clauses.js';

it('no chain of a hundred thousand ends an object early', { timeout: 14_400_000 }, async () => {
  const seed = Number(process.env['REPRIEVE_SEED'] ?? Date.now() % 1_000_000);
  console.log(`REPRIEVE_SEED=${seed}`);
  expect(await chainsUntilBroken(new Set(), 100_000, seed)).toBeUndefined();
});

/** A gate that doesn't know some reasons: with any one clause of P gone, the model has to notice. */
it.each([
  ['the targets', 'retargeted name-taken'],
  ['the period', 'period-shortened'],
  ['the clock', 'tombstone-edited clock-planted'],
  ['the clock that a guard names', 'clock-ignored clock-elsewhere'],
  ['the list', 'member-removed'],
  ['the guard', 'guard-removed'],
  ['what a guard is', 'guard-edited'],
  ['what an object holds', 'content-changed'],
  ['ends by its own clock', 'before-deadline'],
  ['ends by a request', 'not-requested'],
  ['no letting go', 'forgotten'],
  ['no replacement', 'replaced'],
  ['approvals', 'approval-unproven approval-uid'],
  ['clocks begin with their plan', 'backdated'],
  ['clocks begin for what is there', 'clock-without-members name-taken'],
  ['nothing joins under a clock', 'under-tombstone'],
  ['a restore in time', 'restore-too-late'],
  ['what is known', 'record-unknown clock-taken'],
  ['what records are', 'record-edited'],
])('notices that the gate has lost a clause: %s', { timeout: 3_600_000 }, async (_what, codes) => {
  expect(await chainsUntilBroken(new Set(codes.split(' ')), 10_000, 1)).toBeDefined();
});

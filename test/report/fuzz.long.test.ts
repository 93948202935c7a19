import { expect, it } from 'vitest';
import { fuzz } from '../support/fuzz-review.js';

it('reviews 1,000,000 mutated plans without a crash, a miss, a leak or a hang', {
  timeout: 7_200_000,
}, async () => {
  const { faults } = await fuzz(1_000_000, 1_000_000);
  expect(faults.slice(0, 5)).toEqual([]);
});

import { expect, it } from 'vitest';
import { fuzz } from '../support/fuzz-review.js';

it('reviews 20,000 mutated plans without a crash, a miss, a leak or a hang', {
  timeout: 900_000,
}, async () => {
  const { read, refused, faults } = await fuzz(0, 20_000);
  expect(faults.slice(0, 5)).toEqual([]);
  expect(Math.min(read, refused)).toBeGreaterThan(2000);
});

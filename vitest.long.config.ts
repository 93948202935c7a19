import { defineConfig } from 'vitest/config';

/** What takes too long for every run: more of the same properties, more of the same end-to-end. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});

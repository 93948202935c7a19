import { defineConfig } from 'vitest/config';

/** One story on every combination of engines, each after the other: they share the cores. */
export default defineConfig({
  test: {
    include: ['test/**/*.engines.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    // As in the ordinary run: programs that end soon collect their garbage less often.
    env: { GOGC: '400' },
  },
});

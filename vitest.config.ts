import { defineConfig } from 'vitest/config';

const report = process.env['REPRIEVE_TEST_REPORT'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 90_000,
    // Two cores: more workers only make the end-to-end tests slower.
    maxWorkers: 2,
    ...(report === undefined
      ? {}
      : { reporters: ['default', 'json'], outputFile: { json: report } }),
  },
});

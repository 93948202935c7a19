import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const report = process.env['REPRIEVE_TEST_REPORT'];

/** What takes longest, the longest first. */
const SLOW = [
  ...['enforced', 'bypass/matrix', 'out-of-band', 'crash', 'kubernetes', 'project', 'bypass'],
  ...['waiting', 'jobs', 'admission', 'everyday/acts', 'review', 'command-line', 'canary', 'items'],
].map((name) => `/test/e2e/${name}.test.ts`);

/** What waits for real periods goes first, so that the rest fills the time beside it. */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const known = SLOW.findIndex((name) => moduleId.endsWith(name));
      if (known >= 0) return known;
      return moduleId.includes('/test/e2e/') ? SLOW.length : SLOW.length + 1;
    };
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts', 'test/**/*.engines.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    // For what hangs: how long a test takes is the machine's affair, and may be no cause of failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Twice the cores: the end-to-end tests mostly wait.
    maxWorkers: 4,
    // No test changes what another sees, and to load the library for every file takes a minute. So no
    // test may replace a module: another file in the same process may have loaded it before.
    isolate: false,
    // Terraform, its provider and the API server collect their garbage less often: they end soon.
    env: { GOGC: '400' },
    sequence: { sequencer: SlowestFirst },
    ...(report === undefined
      ? {}
      : { reporters: ['default', 'json'], outputFile: { json: report } }),
  },
});

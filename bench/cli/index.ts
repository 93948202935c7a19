// What the command costs over Node itself. `node -e 0` and each command line run in turn, several
// pairs each; the ratio is the median of the pairs' ratios.
// Run: npm run bench:cli
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const ROUNDS = Number(process.env['ROUNDS'] ?? 15);
/** What `reprieve --help` may cost. */
const LIMIT = 1.5;

const root = join(import.meta.dirname, '../..');
const reprieve = join(root, 'bin/reprieve.js');
const plan = join(root, 'test/fixtures/plans/soft-delete-project.json');
const LINES: readonly (readonly string[])[] = [
  ['--help'],
  ['--version'],
  ['reclamation', 'list', '--help'],
  ['reclamtion'],
  ['review', plan],
];

const baseline = ['-e', '0'];
for (const words of LINES) {
  milliseconds([reprieve, ...words]);
  const pairs = Array.from({ length: ROUNDS }, () => {
    const floor = milliseconds(baseline);
    return { floor, ours: milliseconds([reprieve, ...words]) };
  });
  const ratio = median(pairs.map(({ floor, ours }) => ours / floor));
  const [floor, ours] = [median(pairs.map((p) => p.floor)), median(pairs.map((p) => p.ours))];
  const shown = words.map((word) => word.replace(`${root}/`, '')).join(' ');
  console.log(
    `reprieve ${shown}: ${ours.toFixed(0)} ms, node -e 0 ${floor.toFixed(0)} ms, ratio ${ratio.toFixed(2)}`,
  );
  if (words[0] === '--help' && ratio > LIMIT) {
    console.error(`This is more than ${LIMIT}.`);
    process.exitCode = 1;
  }
}

function milliseconds(args: readonly string[]): number {
  const start = performance.now();
  spawnSync(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  return performance.now() - start;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

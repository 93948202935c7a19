// How long the review of a large plan takes, beside JSON.parse of the same bytes in the same run,
// each in a process of its own. Pairs are run in turn; the middle one counts.
// Run: npm run bench:review
//
// `npm run bench:review -- --protected [NUMBER]`: how large every format of a review is, where so many
// protected objects would be deleted, and what writing it takes.
//
// Streaming parsers were ruled out by what they do: stream-json, jsonparse and @streamparser/json
// make an event or a value of every token, in JavaScript, where JSON.parse is native.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FORMATS } from '../lib/report/reporters.js';
import { writePlan } from './support/plan.js';
import { writeProtectedPlan } from './support/protected.js';

const ROUNDS = 5;
const WORKER = resolve(import.meta.dirname, 'support/review-worker.mjs');

interface Measured {
  readonly milliseconds: number;
  readonly mebibytes: number;
  /** Of what was written. */
  readonly bytes: number;
}

const folder = mkdtempSync(join(tmpdir(), 'reprieve-bench-'));
try {
  const [option, deletions = '100000'] = process.argv.slice(2);
  if (option === '--protected') benchFormats(Number(deletions));
  else benchSizes();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function benchSizes(): void {
  console.log('resources      MB  JSON.parse     review  ratio  review RSS');
  for (const resources of [15_000, 100_000, 150_000]) bench(resources);
}

function benchFormats(deletions: number): void {
  const file = join(folder, 'plan.json');
  writeProtectedPlan(file, deletions);
  console.log(`${deletions} deletions, a plan of ${(statSync(file).size / 1e6).toFixed(0)} MB`);
  console.log('format             MB  bytes each       time         RSS');
  for (const format of FORMATS) {
    const { milliseconds, mebibytes, bytes } = run('review', file, format);
    const cells = [
      format.padEnd(11),
      (bytes / 1e6).toFixed(1).padStart(9),
      (bytes / deletions).toFixed(0).padStart(11),
      `${(milliseconds / 1000).toFixed(1)} s`.padStart(10),
      `${mebibytes.toFixed(0)} MiB`.padStart(11),
    ];
    console.log(cells.join(' '));
  }
}

function bench(resources: number): void {
  const file = join(folder, 'plan.json');
  writePlan(file, { resources, deleted: resources / 100 });
  const { size } = statSync(file);
  // A JavaScript string ends at about 512 MiB: from there on, nothing is beside it.
  const canParse = size < 0x1fffffe8;
  const rounds = Array.from({ length: canParse ? ROUNDS : 1 }, () => ({
    parse: canParse ? run('parse', file) : undefined,
    review: run('review', file),
  }));
  const ratio = (each: (typeof rounds)[number]) =>
    each.review.milliseconds / (each.parse?.milliseconds ?? Number.NaN);
  const middle = rounds.sort((a, b) => ratio(a) - ratio(b))[rounds.length >> 1];
  if (middle === undefined) return;
  const cells = [
    String(resources).padStart(9),
    (size / 1e6).toFixed(0).padStart(7),
    `${middle.parse?.milliseconds.toFixed(0) ?? '-'} ms`.padStart(11),
    `${middle.review.milliseconds.toFixed(0)} ms`.padStart(10),
    (canParse ? ratio(middle).toFixed(2) : '-').padStart(6),
    `${middle.review.mebibytes.toFixed(0)} MiB`.padStart(11),
  ];
  console.log(cells.join(' '));
}

function run(mode: 'parse' | 'review', ...words: readonly string[]): Measured {
  return JSON.parse(execFileSync(process.execPath, [WORKER, mode, ...words], { encoding: 'utf8' }));
}

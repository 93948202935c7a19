// How long our constructs take, beside bare cdktf with as many resources: with the provider's classes,
// as its users write them, and raw, which is the least that cdktf can do. Each run is a process of its
// own, the sides in turn; what counts is the median of the rounds' ratios, since other programs run, too.
// Run: npm run bench [-- PROJECTS … [--rounds N] [--per-stack N] [--sides ours,typed,raw]]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { countWritten } from './synth/sides.js';

interface Run {
  readonly milliseconds: number;
  readonly mebibytes: number;
}

const WORKER = resolve(import.meta.dirname, 'synth/worker.ts');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    'per-stack': { type: 'string', default: '20' },
    sides: { type: 'string', default: 'ours,typed,raw' },
  },
});
const sides = values.sides.split(',');
const folder = mkdtempSync(join(tmpdir(), 'reprieve-bench-'));
try {
  for (const projects of positionals.length === 0 ? ['100', '1000'] : positionals) bench(projects);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function bench(projects: string): void {
  const outdir = join(folder, projects);
  const rounds = Array.from({ length: Number(values.rounds) }, () =>
    Object.fromEntries(sides.map((side) => [side, runOf(side, projects, outdir)])),
  );
  const size = { projects: Number(projects), perStack: Number(values['per-stack']), outdir };
  console.log(`${projects} projects, ${countWritten(size)} resources, ${rounds.length} rounds`);
  for (const side of sides) {
    const of = (key: keyof Run) => sorted(rounds.map((round) => round[side]?.[key] ?? Number.NaN));
    const ratios = sorted(
      rounds.map(({ ours, [side]: peer }) => (ours?.milliseconds ?? 0) / (peer?.milliseconds ?? 0)),
    );
    const [least = 0, middle = 0, most = 0] = [ratios[0], median(ratios), ratios.at(-1)];
    console.log(
      `  ${side.padEnd(6)} ${median(of('milliseconds')).toFixed(0).padStart(7)} ms ${median(of('mebibytes')).toFixed(0).padStart(5)} MiB` +
        (side === 'ours'
          ? ''
          : `   ours is ${middle.toFixed(2)} times that (${least.toFixed(2)} to ${most.toFixed(2)})`),
    );
  }
}

function runOf(side: string, projects: string, outdir: string): Run {
  const command = ['--import', 'tsx', WORKER, side, projects, values['per-stack'], outdir];
  return JSON.parse(execFileSync(process.execPath, command, { encoding: 'utf8' }));
}

function sorted(numbers: readonly number[]): readonly number[] {
  return [...numbers].sort((a, b) => a - b);
}

function median(numbers: readonly number[]): number {
  return numbers[numbers.length >> 1] ?? Number.NaN;
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writePlan } from '../../bench/support/plan.js';
import { ROOT } from '../support/scratch.js';

const folder = mkdtempSync(join(tmpdir(), 'reprieve-large-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('reviews a plan that is longer than a text can be, in little memory', {
  timeout: 600_000,
}, () => {
  const file = join(folder, 'plan.json');
  writePlan(file, { resources: 150_000, deleted: 1500 });
  expect(statSync(file).size).toBeGreaterThan(512 * 2 ** 20);
  const worker = join(ROOT, 'bench/support/review-worker.mjs');
  const run = execFileSync(process.execPath, [worker, 'review', file], { encoding: 'utf8' });
  expect(JSON.parse(run).mebibytes).toBeLessThan(300);
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { checkCdktf } from '../../../lib/cli/doctor/machine.js';
import { versionProblems } from '../../../lib/cluster/version.js';
import { WHILE_ALIVE, WHILE_DELETED } from './attempts.js';
import { COMBINATIONS, nameOf } from './combination.js';
import { packageJson } from './installation.js';
import {
  DOCUMENT,
  MARKS,
  merge,
  PASSED,
  RESULTS,
  type Result,
  renderEngines,
  stepsOf,
} from './results.js';

const document = readFileSync(DOCUMENT, 'utf8');
const results: readonly Result[] = JSON.parse(readFileSync(RESULTS, 'utf8'));
const passed = results.filter(({ combination, steps }) =>
  stepsOf(combination).every((step) => steps[step] === PASSED),
);

describe('the table of what it runs on', () => {
  it('is in the documentation as it was last run: `npm run test:engines` writes it', () => {
    const [, table = ''] =
      /<!-- engines: begin -->\n([\s\S]*?)\n<!-- engines: end -->/.exec(document) ?? [];
    expect(table).toBe(renderEngines(results));
    expect(MARKS.every((mark) => document.split(mark).length === 2)).toBe(true);
  });

  it('has only combinations that there are, in their order, with steps that they have', () => {
    const names = COMBINATIONS.map(nameOf);
    const run = results.map(({ combination }) => nameOf(combination));
    expect(run).toEqual(names.filter((name) => run.includes(name)));
    expect(new Set(names).size).toBe(names.length);
    for (const { combination, steps } of results) {
      expect(stepsOf(combination)).toEqual(expect.arrayContaining(Object.keys(steps)));
    }
  });

  it('shows a failed step with its reason, and none that was not run', () => {
    const [combination] = COMBINATIONS;
    if (combination === undefined) throw new Error('There are no combinations.');
    const steps = { create: PASSED, 'soft-delete': 'Error: a | b' };
    const table = renderEngines([{ combination, steps, warnings: [] }]);
    expect(table).toContain('1 of 9 steps; **soft-delete**: Error: a \\| b |');
  });

  it('keeps what was not run now', () => {
    const [one, other] = COMBINATIONS.map((each) => ({ combination: each, warnings: [] }));
    if (one === undefined || other === undefined) throw new Error('There are too few.');
    const before = [one, other].map((each) => ({ ...each, steps: { create: 'Error: no' } }));
    const now = [{ ...other, steps: { create: PASSED } }];
    expect(merge(COMBINATIONS, before, now)).toEqual([before[0], now[0]]);
  });

  it('has twelve attempts', () => {
    expect(new Set([...WHILE_ALIVE, ...WHILE_DELETED]).size).toBe(12);
  });
});

describe('what passed', () => {
  it('is nothing that doctor warns of', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-passed-'));
    const install = (place: string, name: string, version: string) => {
      mkdirSync(join(folder, 'node_modules', place), { recursive: true });
      const manifest = join(folder, 'node_modules', place, 'package.json');
      writeFileSync(manifest, JSON.stringify({ name, version }));
    };
    for (const { combination } of passed) {
      const [name = '', version = ''] = combination.framework.split(' ');
      install('cdktf', name, version);
      install('cdktf-cli', 'cdktf-cli', '0.21.0');
      expect(checkCdktf(folder)).toMatchObject({ level: 'ok' });
      expect(versionProblems(`v${combination.kubernetes}`)).toEqual([]);
    }
    rmSync(folder, { recursive: true });
    expect(passed.length).toBeGreaterThan(0);
  });

  it('was installed by the package.json of the documentation', () => {
    const [, text = '{}'] = /```json\n([\s\S]*?)\n```/.exec(document) ?? [];
    const framework = passed.find(({ combination }) => combination.framework.startsWith('cdktn'));
    expect(JSON.parse(text)).toEqual(packageJson(framework?.combination.framework ?? '', '…'));
  });
});

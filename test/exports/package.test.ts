import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, MODES, problemsIn } from './package.js';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-first-')));
  installed(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a CDK user's first program", { timeout: 120_000 }, () => {
  it('compiles, with what must not compile refused', () => {
    expect(problemsIn(folder, MODES.nodenext)).toEqual([]);
  });

  it('is tested by the Testing helper', () => {
    const args = ['--import', 'tsx', '--test', 'test.ts'];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(stdout).toMatch(/^# pass 2$/m);
    expect(status, stdout).toBe(0);
  });
});

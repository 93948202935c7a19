import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/built.js';
import { installed, MODES, packed, problemsIn } from './package.js';

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-tarball-')));
  installed(folder, packed(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a CDK user's first program, from the tarball", () => {
  it.each(Object.entries(MODES))('compiles under %s', (_name, mode) => {
    expect(problemsIn(folder, mode)).toEqual([]);
  });
});

describe('the tarball', () => {
  it('passes publint and attw', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'scripts/check-package.ts'],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('All good!');
  });
});

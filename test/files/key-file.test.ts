import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readKeyFile } from '../../lib/files/key-file.js';

const folder = mkdtempSync(join(tmpdir(), 'reprieve-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, mode: number, text = 'hunter2') => {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

it('reads a key that only its owner may read', () => {
  for (const mode of [0o600, 0o400]) {
    expect(readKeyFile(written(`own-${mode}`, mode))).toEqual({ value: 'hunter2', problems: [] });
  }
});

it('refuses one that others may read or write, without a word of its content', () => {
  for (const mode of [0o640, 0o604, 0o620, 0o666]) {
    const { value, problems } = readKeyFile(written(`open-${mode}`, mode));
    expect([value, problems.map(({ code }) => code)]).toEqual([undefined, ['key/open']]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  }
});

it('refuses what is no key file: a folder, nothing, something huge', () => {
  const huge = written('huge', 0o600, 'x'.repeat(2 ** 17));
  for (const path of [folder, join(folder, 'none'), huge]) {
    expect(readKeyFile(path).problems.map(({ code }) => code)).toEqual(['key/unreadable']);
  }
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../lib/encryption/read-configuration.js';
import type { LockedEncryption, LockedStack } from '../../../lib/files/projects-lock-types.js';
import { formatLock } from '../../../lib/files/projects-lock-writer.js';
import { runCli } from '../../support/cli.js';

const [KEY_1, KEY_2] = [
  { provider: 'secretbox', key: 'key-1' },
  { provider: 'secretbox', key: 'key-2' },
] as const;
const VAULT = { provider: 'kms', key: 'vault' } as const;

describe('whose declaration the encryption commands use', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reprieve-declaration-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const settings = (encryption: string) =>
    writeFileSync(join(folder, 'reprieve.yaml'), `version: 1\n${encryption}\n`);
  const lock = (declared: Readonly<Record<string, LockedEncryption | undefined>>) => {
    const stacks = Object.fromEntries(
      Object.entries(declared).map(([name, encryption]): [string, LockedStack] => [
        name,
        {
          target: 'kubernetes',
          projects: {},
          ...(encryption === undefined ? {} : { encryption }),
        },
      ]),
    );
    writeFileSync(join(folder, 'projects.lock.yaml'), formatLock({ version: 2, stacks }));
  };
  const run = (...args: readonly string[]) =>
    runCli(folder, ['encryption', ...args], new Date(), {
      PATH: process.env['PATH'],
      HOME: folder,
      KUBECONFIG: join(folder, 'none'),
    });
  /** What `config` makes of it: the key that it writes by, and which kinds. */
  const config = async (...args: readonly string[]) => {
    const file = join(folder, 'encryption.yaml');
    const done = await run('config', '--out', file, ...args);
    if (!existsSync(file)) return { ...done, first: undefined, resources: [] };
    const { value } = readConfiguration(file, readFileSync(file, 'utf8'));
    rmSync(file);
    const [entry] = value?.entries ?? [];
    return { ...done, first: entry?.providers[0], resources: entry?.resources ?? [] };
  };

  it('is the stack’s own where reprieve.yaml has none', async () => {
    settings('');
    lock({ eu: { ...KEY_1, resources: ['widgets.example.org'] } });
    const { code, first, resources, stderr } = await config();
    expect(code, stderr).toBe(0);
    expect(first).toMatchObject({ provider: 'secretbox', name: 'key-1' });
    expect(resources).toContain('widgets.example.org');
  });

  it('is the same one where both say the same, with what only reprieve.yaml has', async () => {
    settings('encryption: { provider: kms, key: vault, endpoint: "unix:///run/kms.sock" }');
    lock({ eu: VAULT });
    expect((await config()).first).toMatchObject({
      name: 'vault',
      endpoint: 'unix:///run/kms.sock',
    });
  });

  it('has to be named where they differ: nothing is written or looked at', async () => {
    settings('encryption: { provider: secretbox, key: key-1 }');
    lock({ eu: KEY_2, us: undefined });
    for (const args of [['config'], ['verify'], ['rotate', '--config', 'encryption.yaml']]) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(2);
      expect(stderr).toContain('Encryption is declared in different ways');
      expect(stderr).toContain('reprieve.yaml: secretbox key-1');
      expect(stderr).toContain('the stack `eu`: secretbox key-2');
      expect(stderr).toContain('--stack');
    }
    expect((await config('--stack', 'eu')).first).toMatchObject({ name: 'key-2' });
    expect((await config('--stack', 'us')).first).toMatchObject({ name: 'key-1' });
  });

  it('differs where only the kinds do', async () => {
    settings('');
    lock({ eu: KEY_1, us: { ...KEY_1, resources: ['widgets.example.org'] } });
    const { stderr } = await config();
    expect(stderr).toContain('secretbox key-1 with widgets.example.org');
    expect((await config('--stack', 'eu')).resources).not.toContain('widgets.example.org');
  });

  it('has no endpoint in the lock, and takes none of another plugin’s', async () => {
    settings('encryption: { provider: kms, key: other, endpoint: "unix:///run/other.sock" }');
    lock({ eu: VAULT });
    const without = await config('--stack', 'eu');
    expect(without).toMatchObject({ code: 2, first: undefined });
    expect(without.stderr).toContain('has no endpoint');
    const endpoint = 'unix:///run/vault.sock';
    expect((await config('--stack', 'eu', '--endpoint', endpoint)).first).toMatchObject({
      name: 'vault',
      endpoint,
    });
  });

  it('is of a stack that there is', async () => {
    settings('');
    lock({ eu: KEY_1 });
    const { code, stderr } = await config('--stack', 'ue');
    expect(code).toBe(2);
    expect(stderr).toContain('has no stack `ue`');
    writeFileSync(join(folder, 'projects.lock.yaml'), 'version: 9\n');
    expect((await config()).code).toBe(2);
  });
});

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatConfiguration } from '../../../lib/encryption/write-configuration.js';
import { readSettings } from '../../../lib/files/settings.js';
import { runCli } from '../../support/cli.js';
import { Authority, EtcdServer, etcdMissing } from '../../support/etcd.js';

const SECRET = Buffer.alloc(32, 'topsecret').toString('base64');
const KEY = { provider: 'secretbox', name: 'key-1', secret: SECRET } as const;
const GOOD = formatConfiguration({ entries: [{ resources: ['secrets'], providers: [KEY] }] });

const folder = mkdtempSync(join(tmpdir(), 'reprieve-encryption-input-'));
/** No cluster answers: what is wrong with the call has to be said all the same. */
const reprieve = async (...args: readonly string[]) => {
  const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, 'none') };
  const before = contents();
  const done = await runCli(folder, ['encryption', ...args], new Date(), env);
  expect(`${done.stdout}${done.stderr}`).not.toMatch(/topsecret|dG9wc2Vj|PRIVATE KEY/);
  expect(done.stderr).not.toMatch(/internal error|\n {4}at /);
  return { ...done, written: contents() !== before };
};
const contents = () =>
  JSON.stringify(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
const put = (name: string, text: string, mode = 0o600) => {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
  return name;
};
afterAll(() => rmSync(folder, { recursive: true }));

describe('files that hold keys', () => {
  const rotate = (...files: readonly string[]) =>
    reprieve(
      ...['rotate', '--provider', 'secretbox', '--key', 'key-2', '--apply'],
      ...files.flatMap((file) => ['--config', file]),
    );

  it('are refused where others can read them', async () => {
    const { code, stderr, written } = await rotate(put('open.yaml', GOOD, 0o640));
    expect({ code, written }).toEqual({ code: 2, written: false });
    expect(stderr).toContain('mode 0640');
    expect(stderr).toContain('chmod 600');
  });

  it('are all looked at, and nothing is written where one of them is wrong', async () => {
    const bad = put('bad.yaml', GOOD.replace(SECRET, 'topsecret='));
    const { code, stderr, written } = await rotate(put('good.yaml', GOOD), bad, 'missing.yaml');
    expect({ code, written }).toEqual({ code: 2, written: false });
    expect(stderr).toContain('missing.yaml');
    const two = await rotate('good.yaml', bad, put('open.yaml', GOOD, 0o644));
    expect(two.stderr).toContain('bad.yaml:');
    expect(two.stderr).toContain('open.yaml');
  });

  it('are refused where they have different keys of one name, which are not shown', async () => {
    const other = Buffer.alloc(32, 'topsecret2').toString('base64');
    const files = [put('one.yaml', GOOD), put('two.yaml', GOOD.replace(SECRET, other))];
    const { code, stderr, written } = await rotate(...files);
    expect({ code, written }).toEqual({ code: 1, written: false });
    expect(stderr).toContain('have different keys that are called secretbox key-1');
  });

  it('are refused where name and secret are swapped, and neither is shown', async () => {
    const swapped = GOOD.replace(SECRET, 'KEY').replace('key-1', SECRET).replace('KEY', 'key-1');
    const { code, stderr, written } = await rotate(put('swapped.yaml', swapped));
    expect({ code, written }).toEqual({ code: 2, written: false });
    expect(stderr).toContain('looks like a key');
    const named = await reprieve('config', '--provider', 'secretbox', '--key', SECRET);
    expect(named).toMatchObject({ code: 2, written: false });
  });

  it('are files: no folder, no pipe, no device, and of Base64 of the right length', async () => {
    // Elsewhere, since nobody can read them all.
    const other = mkdtempSync(join(tmpdir(), 'reprieve-no-files-'));
    spawnSync('mkfifo', [join(other, 'pipe')]);
    const key = ['--provider', 'secretbox', '--key', 'k'];
    for (const each of [join(other, 'pipe'), other, '/dev/zero']) {
      const { code, stderr } = await reprieve('rotate', '--config', each, ...key);
      expect([each, code]).toEqual([each, 2]);
      expect(stderr).toContain('is not a file');
    }
    rmSync(other, { recursive: true });
    const short = Buffer.alloc(31, 'topsecret').toString('base64');
    expect((await rotate(put('short.yaml', GOOD.replace(SECRET, short)))).stderr).toContain(
      'has 31 bytes; it needs 32',
    );
    // A symbolic link is as its file is; CRLF is a way to end lines.
    put('crlf.yaml', GOOD.replaceAll('\n', '\r\n'));
    symlinkSync(join(folder, 'crlf.yaml'), join(folder, 'link.yaml'));
    expect((await rotate('link.yaml')).stderr).not.toContain('link.yaml:');
    chmodSync(join(folder, 'crlf.yaml'), 0o604);
    expect((await rotate('link.yaml')).stderr).toContain('mode 0604');
  });

  it('are never overwritten, and a key is never printed', async () => {
    const key = ['config', '--provider', 'secretbox', '--key', 'key-1'];
    expect(await reprieve(...key, '--out', put('there.yaml', GOOD))).toMatchObject({
      code: 2,
      written: false,
    });
    expect(await reprieve(...key)).toMatchObject({ code: 2, stdout: '', written: false });
    expect(await reprieve(...key, '--out', 'no/such/folder.yaml')).toMatchObject({ code: 2 });
    const plugin = ['--provider', 'kms', '--key', 'vault', '--endpoint', 'unix:///run/kms.sock'];
    const printed = await reprieve('config', ...plugin);
    expect(printed).toMatchObject({ code: 0, written: false });
    expect(printed.stdout).toContain('endpoint: unix:///run/kms.sock');
  });
});

describe('what is declared', () => {
  it('is checked as a whole, each mistake at its place', () => {
    const { problems } = readSettings(
      'reprieve.yaml',
      [
        'version: 1',
        'cluster: { encryptionAtRest: local }',
        'encryption:',
        '  provider: kms',
        '  key: "a:b"',
        '  endpoint: tcp://10.0.0.1',
        '  timeout: soon',
      ].join('\n'),
    );
    expect(problems.map(({ code, source }) => `${source?.line} ${code}`)).toEqual([
      '5 encryption/name',
      '6 encryption/endpoint',
      '7 encryption/timeout',
      '2 settings/encryption',
    ]);
    const { problems: none } = readSettings(
      'reprieve.yaml',
      'version: 1\nencryption: { provider: rot13 }\n',
    );
    expect(none).toHaveLength(1);
  });

  it('has a key exactly where there is one', () => {
    const codes = (text: string) =>
      readSettings('reprieve.yaml', `version: 1\nencryption: ${text}\n`).problems.map(
        ({ code }) => code,
      );
    expect(codes('{ provider: secretbox }')).toEqual(['encryption/key']);
    expect(codes('{ provider: kms, key: v }')).toEqual(['encryption/endpoint']);
    expect(codes('{ provider: identity, key: k }')).toEqual(['encryption/key']);
    expect(codes('{ provider: aesgcm, key: k, timeout: 3s }')).toEqual(['encryption/timeout']);
    expect(codes('{ provider: secretbox, key: k }')).toEqual([]);
  });
});

const NO_MATCH = expect.stringContaining("The certificates don't match");

describe.skipIf(etcdMissing() !== undefined)('the way to etcd', () => {
  const [ours, theirs] = [new Authority(), new Authority()];
  let etcd: EtcdServer;
  const verify = (...args: readonly string[]) => reprieve('verify', ...args);
  const files = (authority: Authority, name: string) => {
    const { cert, key } = authority.sign(name);
    return ['--etcd-cert', put(`${name}.crt`, cert), '--etcd-key', put(`${name}.key`, key)];
  };

  beforeAll(async () => {
    etcd = await EtcdServer.start(ours);
  });
  afterAll(() => {
    etcd?.stop();
    ours.remove();
    theirs.remove();
  });

  it('is taken with the right certificates, and an etcd that has nothing proves nothing', async () => {
    const ca = ['--etcd-ca', put('ca.crt', ours.ca)];
    const { code, stderr } = await verify(
      '--etcd',
      etcd.access.endpoint,
      ...ca,
      ...files(ours, 'me'),
    );
    expect(code).toBe(2);
    expect(stderr).toContain('no object below "/registry/"');
  });

  it('is refused with certificates that don’t match', async () => {
    const url = ['--etcd', etcd.access.endpoint];
    const ca = ['--etcd-ca', put('ca.crt', ours.ca)];
    const foreign = await verify(
      ...url,
      '--etcd-ca',
      put('other.crt', theirs.ca),
      ...files(ours, 'a'),
    );
    expect(foreign).toMatchObject({ code: 2, stderr: NO_MATCH });
    const stranger = await verify(...url, ...ca, ...files(theirs, 'b'));
    expect(stranger).toMatchObject({ code: 2, stderr: NO_MATCH });
    const [, cert = ''] = files(ours, 'c');
    const [, , , key = ''] = files(ours, 'd');
    const mixed = await verify(...url, ...ca, '--etcd-cert', cert, '--etcd-key', key);
    expect(mixed).toMatchObject({ code: 2, stderr: NO_MATCH });
  });

  it('is refused with a key that others can read, half a certificate, or in the clear', async () => {
    const url = ['--etcd', etcd.access.endpoint];
    const named = files(ours, 'e');
    chmodSync(join(folder, 'e.key'), 0o640);
    expect((await verify(...url, ...named)).code).toBe(2);
    expect((await verify(...url, '--etcd-cert', 'e.crt')).code).toBe(2);
    expect((await verify('--etcd-cert', 'e.crt', '--etcd-key', 'e.key')).code).toBe(2);
    expect((await verify('--etcd', 'http://etcd.example.org:2379')).code).toBe(2);
  });
});

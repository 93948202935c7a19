import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Etcd } from '../../../lib/engine/etcd.js';
import { formatLock } from '../../../lib/files/projects-lock-writer.js';
import { runCli } from '../../support/cli.js';
import { EtcdServer, etcdMissing } from '../../support/etcd.js';
import { FakeApiServer } from '../../support/fake-api-server.js';
import { writeKubeconfig } from '../../support/kubeconfig.js';
import { freePorts } from '../../support/ports.js';

const BOX = 'k8s:enc:secretbox:v1:';
let folder: string;
let server: FakeApiServer;
beforeAll(async () => {
  server = await FakeApiServer.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-servers-'));
  server.counts(BOX, 'key-2:');
  server.loaded = undefined;
  server.secrets = [];
  server.asked = () => {};
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, text: string) =>
  writeFileSync(join(folder, name), text, { mode: 0o600 });
const declare = (encryption: string) => put('reprieve.yaml', `version: 1\n${encryption}\n`);
const reprieve = async (...args: readonly string[]) => {
  const env = { PATH: process.env['PATH'], HOME: folder };
  const done = await runCli(folder, ['encryption', ...args], new Date(), env);
  expect(done.stderr).not.toMatch(/internal error|\n {4}at /);
  return done;
};
const cluster = () => ['--kubeconfig', server.kubeconfig(folder)];
const KEY_2 = 'encryption: { provider: secretbox, key: key-2 }';

describe('verify without etcd', () => {
  it('shows each operation once', async () => {
    declare(KEY_2);
    const { code, stdout } = await reprieve('verify', ...cluster());
    expect(code).toBe(1);
    expect(stdout.split('\n').filter((line) => line.startsWith('secrets'))).toHaveLength(1);
    expect(stdout).toContain(`${BOX}key-2:`);
  });

  it('never accepts a server that shows no encryption, and recommends it as little', async () => {
    server.metrics = [];
    const { code, stdout, stderr } = await reprieve('verify', ...cluster(), '--accept-unknown');
    expect(code).toBe(1);
    expect(stdout).toContain('the API server shows no encryption at all');
    expect(stdout).toContain('No operations with encryption were counted.');
    expect(stdout).not.toContain('Direction');
    expect(stderr).not.toMatch(/accept-unknown|these numbers/);
    expect((await reprieve('verify', ...cluster())).stderr).not.toContain('--accept-unknown');
  });

  it('accepts numbers where that is said, and does not ask for it again', async () => {
    const { code, stderr } = await reprieve('verify', ...cluster(), '--accept-unknown');
    expect(code).toBe(0);
    expect(stderr).toContain('these numbers');
    expect(stderr).not.toContain('or pass --accept-unknown');
  });
});

describe('which cluster is asked', () => {
  const app = (stacks: Readonly<Record<string, string>>) => {
    put('cdktf.json', JSON.stringify({ app: 'false', output: 'out', language: 'typescript' }));
    const names = Object.keys(stacks);
    const output = join(folder, 'out');
    mkdirSync(output, { recursive: true });
    const entries = names.map((name) => [name, { name }]);
    put('out/manifest.json', JSON.stringify({ stacks: Object.fromEntries(entries) }));
    for (const [name, config_path] of Object.entries(stacks)) {
      mkdirSync(join(output, 'stacks', name), { recursive: true });
      const targets = { target: 'kubernetes', declared: [], rehydrated: [] };
      put(`out/stacks/${name}/targets.json`, JSON.stringify(targets));
      const provider = { kubernetes: [{ config_path }] };
      put(`out/stacks/${name}/cdk.tf.json`, JSON.stringify({ provider }));
    }
  };

  it('is what the stack’s provider names', async () => {
    const lock = { version: 2, stacks: { eu: { target: 'kubernetes', projects: {} } } } as const;
    declare(KEY_2);
    app({ eu: server.kubeconfig(folder) });
    const { stdout } = await reprieve('verify');
    expect(stdout).toContain(`${BOX}key-2:`);
    put('projects.lock.yaml', formatLock(lock));
    expect((await reprieve('verify', '--stack', 'eu')).stdout).toContain(`${BOX}key-2:`);
    // For what is asked beside the metrics, too.
    const asked: string[] = [];
    server.asked = (path) => asked.push(path);
    await reprieve('verify');
    expect(asked.some((path) => path.includes('/leases'))).toBe(true);
  });

  it('has to be said where stacks are for several', async () => {
    const [port = 0] = await freePorts(1);
    mkdirSync(join(folder, 'other'));
    const other = writeKubeconfig(join(folder, 'other'), `http://127.0.0.1:${port}`);
    app({ eu: server.kubeconfig(folder), us: other });
    const { code, stderr } = await reprieve('verify');
    expect(code).toBe(2);
    expect(stderr).toContain('for several clusters');
    expect(stderr).toContain('`eu`, `us`');
    expect((await reprieve('verify', ...cluster())).stdout).toContain(BOX);
  });

  it('is reported where nobody answers: exit code 3, and no advice for later', async () => {
    const [port = 0] = await freePorts(1);
    const nowhere = ['--kubeconfig', writeKubeconfig(folder, `http://127.0.0.1:${port}`)];
    put('e.yaml', CONFIGURATION);
    const rotate = ['rotate', '--provider', 'secretbox', '--key', 'key-2', '--config', 'e.yaml'];
    for (const args of [['verify'], rotate]) {
      const { code, stdout, stderr } = await reprieve(...args, ...nowhere);
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain('The API server can’t be reached');
      expect(stderr).not.toContain('answered 500');
    }
  });

  it('is the call’s fault where the kubeconfig or a server’s address is wrong', async () => {
    put('e.yaml', CONFIGURATION);
    const rotate = ['rotate', '--provider', 'secretbox', '--key', 'key-2', '--config', 'e.yaml'];
    for (const args of [['verify'], rotate]) {
      const missing = await reprieve(...args, '--kubeconfig', 'nope');
      expect({ code: missing.code, stdout: missing.stdout }).toEqual({ code: 2, stdout: '' });
      const { code, stderr } = await reprieve(...args, ...cluster(), '--server', 'foo');
      expect(code).toBe(2);
      expect(stderr).toContain('"foo", which --server names, is not the URL of an API server');
    }
  });
});

const SECRET = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const CONFIGURATION = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: ['*.*']
    providers:
      - secretbox: { keys: [{ name: key-1, secret: "${SECRET(1)}" }] }
`
  .replace('{ keys: [{', '\n          keys:\n            - {')
  .replace('}] }', '}');

describe.skipIf(etcdMissing() !== undefined)('a whole rotation', () => {
  let etcd: EtcdServer;
  const file = () => join(folder, 'e.yaml');
  const store = async (prefix: string) => {
    await etcd.put('/registry/secrets/default/one', `${prefix}x`);
    for await (const { modified } of new Etcd(etcd.access).keys({
      key: '/registry/',
      end: 'prefix',
    }))
      server.secrets = [{ namespace: 'default', name: 'one', resourceVersion: String(modified) }];
  };
  const rotate = (...more: readonly string[]) =>
    reprieve(
      ...['rotate', '--key', 'key-2', '--config', 'e.yaml', '--etcd', etcd.access.endpoint],
      ...[...cluster(), ...more],
    );
  const marks = (stdout: string) =>
    [...stdout.matchAll(/^ {2}(done|next| {4}) {2}(\S+)/gm)].map(([, mark = '', step]) =>
      `${mark.trim()} ${step}`.trim(),
    );

  beforeAll(async () => {
    etcd = await EtcdServer.start();
  });
  afterAll(() => etcd?.stop());
  beforeEach(() => {
    declare('encryption: { provider: secretbox, key: key-1 }');
    writeFileSync(file(), CONFIGURATION, { mode: 0o600 });
  });

  it('exits 1 until it is done, marks each step, and keeps the old key', async () => {
    await store(`${BOX}key-1:`);
    const added = await rotate('--apply');
    // The server has not loaded anything yet.
    expect(added.code).toBe(1);
    expect(marks(added.stdout)).toEqual([
      ...['done add', 'next reload', 'promote', 'reload', 'rewrite', 'drop', 'reload'],
    ]);
    server.loaded = file();
    expect(marks((await rotate()).stdout).slice(0, 3)).toEqual([
      ...['done add', 'done reload', 'next promote'],
    ]);
    const promoted = await rotate('--apply');
    expect(promoted.code).toBe(1);
    expect(marks(promoted.stdout).indexOf('next rewrite')).toBe(4);
    await store(`${BOX}key-2:`);
    expect(marks((await rotate()).stdout).indexOf('next drop')).toBe(5);

    const before = readFileSync(file(), 'utf8');
    const again = await rotate('--apply', '--step', 'rewrite');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('rewrite is not what is next: drop is');
    const dropped = await rotate('--apply', '--step', 'drop');
    expect(dropped.code, dropped.stderr).toBe(0);
    expect(marks(dropped.stdout)).toHaveLength(7);
    expect(marks(dropped.stdout).every((each) => each.startsWith('done'))).toBe(true);
    expect(readFileSync(file(), 'utf8')).not.toContain('key-1');
    expect(readFileSync(`${file()}.before-drop`, 'utf8')).toBe(before);
    expect(statSync(`${file()}.before-drop`).mode & 0o777).toBe(0o600);
    expect(dropped.stderr).toContain('Kept e.yaml.before-drop (mode 0600) with secretbox key-1');
    expect(dropped.stderr).not.toContain(SECRET(1));

    // What is declared is out of date: both commands say so, and neither leads back.
    expect(dropped.stderr).toContain(
      'secretbox key-1 is still declared: write provider: secretbox and key: key-2',
    );
    const { code, stderr } = await reprieve('verify', ...cluster(), '--etcd', etcd.access.endpoint);
    expect(code).toBe(1);
    expect(stderr).toContain('All carry secretbox key-2, and secretbox key-1 is declared');
    expect(stderr).toContain('key: key-2');
    const json = JSON.parse((await rotate('-o', 'json')).stdout);
    expect(json).toMatchObject({ next: 'done', after: null, declared: { key: 'key-1' } });
    declare(KEY_2);
    expect((await rotate()).stderr).not.toContain('still declared');
  });

  it('keeps a copy of its own for each old file, and none where that is said', async () => {
    server.loaded = file();
    const drop = async (...more: readonly string[]) => {
      await store(`${BOX}key-1:`);
      writeFileSync(file(), CONFIGURATION);
      await rotate('--apply');
      await rotate('--apply');
      await store(`${BOX}key-2:`);
      return rotate('--apply', '--step', 'drop', ...more);
    };
    expect((await drop('--without-copy')).code).toBe(0);
    expect(existsSync(`${file()}.before-drop`)).toBe(false);
    writeFileSync(`${file()}.before-drop`, 'older', { mode: 0o600 });
    expect((await drop()).code).toBe(0);
    expect(readFileSync(`${file()}.before-drop`, 'utf8')).toBe('older');
    expect(readFileSync(`${file()}.before-drop-2`, 'utf8')).toContain('key-1');
    expect((await drop()).stderr).toContain('e.yaml.before-drop-3');
  });

  it('is verified for a key whose name has a colon', async () => {
    await store(`${BOX}a:b:`);
    const asked = ['verify', ...cluster(), '--etcd', etcd.access.endpoint];
    const { code, stdout } = await reprieve(...asked);
    expect(code).toBe(1);
    expect(stdout).toContain('secrets default/one');
    const { objects } = JSON.parse((await reprieve(...asked, '-o', 'json')).stdout);
    // A name with a colon is refused in files; in stored bytes, nobody can say where it ends.
    expect(objects).toMatchObject([{ name: 'one', provider: 'secretbox', key: 'a' }]);
  });
});

describe('config', () => {
  const key = ['--provider', 'secretbox', '--key', 'key-1'];

  it('wants a file, and not a folder', async () => {
    mkdirSync(join(folder, 'd2'));
    for (const out of ['d1/', 'd2', 'd2/']) {
      const { code, stderr } = await reprieve('config', ...key, '--out', out);
      expect([out, code]).toEqual([out, 2]);
      expect(stderr).toContain('is a folder, not a file');
    }
    expect(readdirSync(folder)).toEqual(['d2']);
  });

  it('recommends a path that does not depend on where the API server starts', async () => {
    const { code, stderr } = await reprieve('config', ...key, '--out', 'my keys.yaml');
    expect(code).toBe(0);
    expect(stderr).toContain(`--encryption-provider-config='${folder}/my keys.yaml'`);
    expect(stderr).toContain("--config 'my keys.yaml'");
  });

  it('is empty where its file is', async () => {
    put('empty.yaml', ' \n');
    const { code, stderr } = await reprieve('verify', ...cluster(), '--config', 'empty.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('This file is empty.');
  });

  it('removes what a killed run has left, and nothing of a run that goes on', async () => {
    const dead = '.e.yaml.4194999.tmp';
    const alive = `.e.yaml.${process.ppid}-0.tmp`;
    for (const name of [dead, alive, '.other.yaml.4194999.tmp']) put(name, 'secret');
    const { code, stderr } = await reprieve('config', ...key, '--out', 'e.yaml');
    expect(code).toBe(0);
    expect(stderr).toContain(`Removed \`${dead}\``);
    expect(readdirSync(folder).sort()).toEqual([alive, '.other.yaml.4194999.tmp', 'e.yaml'].sort());
  });
});

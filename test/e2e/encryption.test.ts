import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import type { ClusterRules } from '../../lib/cluster/rules.js';
import type { LocalKey } from '../../lib/encryption/configuration.js';
import { addKey, promoteKey } from '../../lib/encryption/edits.js';
import { readConfiguration } from '../../lib/encryption/read-configuration.js';
import { formatConfiguration } from '../../lib/encryption/write-configuration.js';
import { holds } from '../support/canary.js';
import { runCli } from '../support/cli.js';
import { ControlPlane } from '../support/control-plane.js';
import { enforce, eventually } from '../support/enforced.js';
import { controlPlaneMissing } from '../support/engines.js';
import { EtcdServer } from '../support/etcd.js';
import { PROJECT, pathOf, protectedObjects } from '../support/protected.js';
import { publishedValidator } from '../support/schemas.js';
import { storedIn } from '../support/stored.js';
import { story } from '../support/story.js';

const RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(10),
  slack: durationOf(8),
  pipelines: ['deploy'],
  approvers: [],
};
/** Written while nothing was encrypted, and while everything was. */
const [BEFORE, AFTER] = ['canary-before-Zk3r9x', 'canary-after-Pw7t2m'] as const;
const SECRETS = `/api/v1/namespaces/${PROJECT}/secrets`;

interface Verified {
  readonly verdict: string;
  readonly differences: readonly string[];
  readonly objects: readonly {
    readonly resource: string;
    readonly namespace: string | null;
    readonly name: string;
    readonly form: string;
    readonly key: string | null;
    readonly keyId: string | null;
  }[];
}

/** A file that one of etcd's keeps on the disk. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => statSync(name).isFile());
}

/** The files of etcd that hold a text in any form. */
function filesWith(plane: ControlPlane, text: string): readonly string[] {
  return filesBelow(plane.etcdFolder)
    .filter((name) => {
      // etcd may have removed it since it was listed.
      const bytes = existsSync(name) ? readFileSync(name) : Buffer.alloc(0);
      return holds(bytes.toString('latin1'), [text]);
    })
    .map((name) => name.slice(plane.etcdFolder.length + 1));
}

async function etcd(plane: ControlPlane, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`${plane.etcd}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(answer.status, path).toBe(200);
  return answer.json();
}

const missing = controlPlaneMissing();
const schema = publishedValidator('encryption');
const rotationSchema = publishedValidator('encryption-rotation');

describe.skipIf(missing !== undefined)('encryption at rest by a local key', () => {
  const it = story();
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-encryption-'));
  const config = join(folder, 'encryption.yaml');
  const flags = [
    `--encryption-provider-config=${config}`,
    '--encryption-provider-config-automatic-reload',
  ];
  let plane: ControlPlane;
  const reprieve = (...args: readonly string[]) =>
    runCli(folder, ['encryption', ...args], new Date(), {
      PATH: process.env['PATH'],
      HOME: folder,
    });
  const cluster = () => ['--kubeconfig', plane.kubeconfig];
  const verify = async (...more: readonly string[]) => {
    const args = ['verify', ...cluster(), '--etcd', plane.etcd, '-o', 'json', ...more];
    const { code, stdout, stderr } = await reprieve(...args);
    const found: Verified = JSON.parse(stdout || '{}');
    expect(schema(found), `${stderr}${JSON.stringify(schema.errors)}`).toBe(true);
    return { code, ...found };
  };
  const rotate = async (...more: readonly string[]) => {
    const named = ['--provider', 'secretbox', '--config', config, '--etcd', plane.etcd];
    const done = await reprieve('rotate', ...cluster(), ...named, '-o', 'json', ...more);
    const found: { next?: string; stale?: readonly { name: string }[] } = JSON.parse(
      done.stdout || '{}',
    );
    if (done.stdout !== '') expect(rotationSchema(found), JSON.stringify(found)).toBe(true);
    return { ...done, ...found };
  };
  const own = ({ objects }: Verified) => objects.filter(({ namespace }) => namespace === PROJECT);

  beforeAll(async () => {
    plane = await ControlPlane.start({
      etcdFlags: ['--max-wals=1', '--max-snapshots=1', '--snapshot-count=20'],
    });
    await enforce(plane, RULES);
    const pass = async (path: string, method: 'POST' | 'PATCH', body: unknown) =>
      expect((await plane.ask(path, { method, body, as: 'deploy' })).message).toBe('');
    for (const [path, body] of protectedObjects('1h')) await pass(path, 'POST', body);
    const metadata = { name: 'before' };
    await pass(SECRETS, 'POST', { metadata, stringData: { token: BEFORE } });
    const deadline = new Date(Date.now() + 3_700_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
    for (const each of protectedObjects('')) {
      await pass(pathOf(each), 'PATCH', {
        metadata: {
          labels: { 'reprieve.dev/state': 'soft-deleted' },
          annotations: { 'reprieve.dev/reclaim-after': deadline },
        },
      });
    }
  });
  afterAll(() => {
    plane?.stop();
    rmSync(folder, { recursive: true });
  });

  it('finds plain text where nothing is configured', async () => {
    const { code, verdict, objects } = await verify();
    expect({ code, verdict }).toEqual({ code: 1, verdict: 'plain-text' });
    expect(new Set(objects.map(({ form }) => form))).toEqual(new Set(['plain']));
    expect(
      own({ verdict, objects, differences: [] })
        .map(({ name }) => name)
        .sort(),
    ).toEqual(expect.arrayContaining(['before', 'dockerhub', 'listener', 'nightly', 'settings']));
    expect(filesWith(plane, BEFORE)).toContain('member/snap/db');
  });

  it('writes a configuration that the API server takes, with a key that nobody sees', async () => {
    const key = ['--provider', 'secretbox', '--key', 'key-1'];
    const { code, stdout, stderr } = await reprieve('config', ...key, '--out', config);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const [, secret = ''] = /secret: (\S+)/.exec(readFileSync(config, 'utf8')) ?? [];
    expect(Buffer.from(secret, 'base64')).toHaveLength(32);
    expect(statSync(config).mode & 0o777).toBe(0o600);
    expect(stderr).not.toContain(secret);
    const again = await reprieve('config', ...key, '--out', config);
    expect(again.code).toBe(2);
    expect(readFileSync(config, 'utf8')).toContain(secret);
    await plane.restartServer({ flags, abruptly: true });
    await plane.ask(SECRETS.replace(PROJECT, 'default'), {
      method: 'POST',
      body: { metadata: { name: 'after' }, stringData: { token: AFTER } },
    });
    const { objects } = await verify();
    expect(objects.find(({ name }) => name === 'after')).toMatchObject({ key: 'key-1' });
    expect(objects.find(({ name }) => name === 'before')).toMatchObject({ form: 'plain' });
  });

  it('says that metrics prove no single object', async () => {
    const { code, stdout } = await reprieve('verify', ...cluster(), '-o', 'json');
    expect(code).toBe(1);
    const found = JSON.parse(stdout);
    expect(schema(found)).toBe(true);
    expect(found).toMatchObject({ source: 'metrics', verdict: 'unknown', objects: [] });
    expect(stdout).toContain('k8s:enc:secretbox:v1:');
    expect((await reprieve('verify', ...cluster(), '--accept-unknown')).code).toBe(0);
  });

  it('refuses to drop plain text while objects need it, and names them', async () => {
    const before = readFileSync(config, 'utf8');
    const { code, stderr } = await rotate('--key', 'key-1', '--apply', '--step', 'drop');
    expect(code).toBe(1);
    expect(stderr).toContain(`secrets ${PROJECT}/dockerhub`);
    expect(readFileSync(config, 'utf8')).toBe(before);
  });

  it('writes everything again, soft-deleted objects too, and changes nothing of them', async () => {
    const before = await storedIn(plane, PROJECT);
    expect((await rotate('--key', 'key-1')).next).toBe('rewrite');
    const { code, stderr, next, stale } = await rotate('--key', 'key-1', '--apply');
    expect({ code, next, stale }, stderr).toEqual({ code: 0, next: 'drop', stale: [] });
    expect(await storedIn(plane, PROJECT)).toEqual(before);
    expect(JSON.stringify(before)).toContain('reclaim-after');
    const verified = await verify();
    expect(new Set(verified.objects.map(({ key }) => key))).toEqual(new Set(['key-1']));
    expect({ code: verified.code, verdict: verified.verdict }).toEqual({
      code: 0,
      verdict: 'encrypted',
    });
  });

  it('writes only where the stored key is stale', async () => {
    const without = ['--provider', 'secretbox', '--key', 'key-1', '--config', config];
    const versions = async () =>
      (await plane.get<{ items: { metadata: { resourceVersion: string } }[] }>(SECRETS)).items.map(
        ({ metadata }) => metadata.resourceVersion,
      );
    const before = await versions();
    const { code, stderr } = await reprieve('rotate', ...cluster(), ...without, '--apply');
    // Without etcd nothing is proved, and nothing dropped.
    expect(code).toBe(1);
    expect(stderr).toMatch(/^0 written, \d+ already current/m);
    expect(await versions()).toEqual(before);
    expect(readFileSync(config, 'utf8')).toContain('identity');
  });

  it('drops nothing by the word of another cluster’s etcd', async () => {
    const other = await EtcdServer.start();
    try {
      const key = '/registry/configmaps/kube-system/a';
      await other.put(key, 'k8s:enc:secretbox:v1:key-1:x');
      const before = readFileSync(config, 'utf8');
      const { code, stderr } = await rotate(
        '--key',
        'key-1',
        '--apply',
        '--etcd',
        other.access.endpoint,
      );
      expect(code, stderr).toBe(1);
      expect(stderr).toContain('does not hold what the API server shows');
      expect(readFileSync(config, 'utf8')).toBe(before);
      const verified = await verify('--etcd', other.access.endpoint);
      expect(verified).toMatchObject({ code: 1, verdict: 'encrypted' });
      expect(verified.differences.join()).toContain('it is another cluster’s');
    } finally {
      other.stop();
    }
  });

  it('drops plain text, and the API server loads that by itself', async () => {
    expect(await rotate('--key', 'key-1', '--apply')).toMatchObject({ code: 0, next: 'reload' });
    expect(readFileSync(config, 'utf8')).not.toContain('identity');
    await eventually(async () => (await rotate('--key', 'key-1')).next === 'done', 120);
  });

  it('goes to another key step by step', async () => {
    const steps: string[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      const { next = '' } = await rotate('--key', 'key-2');
      steps.push(next);
      if (next === 'done') break;
      if (next === 'reload') await plane.restartServer({ flags, abruptly: true });
      else {
        const { code, stderr } = await rotate('--key', 'key-2', '--apply', '--step', next);
        expect(code, stderr).toBe(0);
      }
    }
    expect(steps).toEqual([
      ...['add', 'reload', 'promote', 'reload', 'rewrite', 'drop', 'reload', 'done'],
    ]);
    const { verdict, objects } = await verify();
    expect(verdict).toBe('encrypted');
    expect(new Set(objects.map(({ key }) => key))).toEqual(new Set(['key-2']));
    expect(readFileSync(config, 'utf8')).not.toContain('key-1');
    expect((await plane.ask(`${SECRETS}/dockerhub`)).status).toBe(200);
  });

  it('has no credential in any file of etcd, once history and log are replaced', async () => {
    expect(filesWith(plane, AFTER)).toEqual([]);
    const now = Object(await etcd(plane, '/v3/kv/range', { key: 'AA==' })).header.revision;
    await etcd(plane, '/v3/kv/compaction', { revision: now, physical: true });
    await etcd(plane, '/v3/maintenance/defragment', {});
    // The write-ahead log still has what was written in plain text.
    expect(filesWith(plane, BEFORE).filter((name) => !name.startsWith('member/wal'))).toEqual([]);
    const value = Buffer.alloc(2 ** 20, 'x').toString('base64');
    await eventually(async () => {
      for (let count = 0; count < 16; count += 1)
        await etcd(plane, '/v3/kv/put', { key: 'eA==', value });
      return filesWith(plane, BEFORE).length === 0;
    }, 240);
  });

  it('notices an API server that has another configuration', async () => {
    const file = join(folder, 'other.yaml');
    const other = readConfiguration(config, readFileSync(config, 'utf8')).value;
    const key = { provider: 'aesgcm', name: 'key-9', secret: randomBytes(32).toString('base64') };
    const added = addKey(other ?? { entries: [] }, ['secrets'], key as LocalKey).value;
    const promoted = formatConfiguration(promoteKey(added ?? { entries: [] }, key as LocalKey));
    writeFileSync(file, promoted, { mode: 0o600 });
    const second = await plane.startAnother([`--encryption-provider-config=${file}`]);
    const body = { metadata: { name: 'elsewhere' }, stringData: { token: 'x' } };
    const path = SECRETS.replace(PROJECT, 'default');
    expect((await plane.ask(path, { method: 'POST', body, at: second })).status).toBe(201);
    const { server: first } = JSON.parse(readFileSync(plane.kubeconfig, 'utf8')).clusters[0]
      .cluster;
    const asked = ['--server', first, '--server', second, '--config', config];
    const { code, verdict, differences, objects } = await verify(...asked);
    expect({ code, verdict }).toEqual({ code: 1, verdict: 'unreadable' });
    expect(objects.find(({ name }) => name === 'elsewhere')).toMatchObject({
      key: 'key-9',
      verdict: 'unreadable',
    });
    expect(differences.join('\n')).toContain(`${first} and ${second} have loaded different`);
    expect(differences.join('\n')).toContain(`${second} has loaded none of the files`);
    const both = await verify('--config', config, '--config', file);
    expect(both.differences.join()).toMatch(/secretbox key-2.*aesgcm key-9/);
  });
});

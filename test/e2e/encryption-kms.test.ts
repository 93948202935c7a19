import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { ControlPlane } from '../support/control-plane.js';
import { eventually } from '../support/enforced.js';
import { controlPlaneMissing } from '../support/engines.js';
import { KmsPlugin } from '../support/kms/plugin.js';
import { story } from '../support/story.js';

const SECRETS = '/api/v1/namespaces/default/secrets';
const CANARY = 'canary-kms-Xq4b8n';
const missing = controlPlaneMissing();

interface Verified {
  readonly verdict: string;
  readonly objects: readonly { readonly name: string; readonly keyId: string | null }[];
  readonly servers: readonly { readonly pluginFailures: unknown }[];
}

describe.skipIf(missing !== undefined)('encryption at rest by a key management service', () => {
  const it = story();
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-kms-'));
  const config = join(folder, 'encryption.yaml');
  const copy = join(folder, 'etcd-before');
  const plugin = new KmsPlugin(join(folder, 'kms.sock'));
  const key = ['--provider', 'kms', '--key', 'vault', '--endpoint', plugin.endpoint];
  const flags = [
    `--encryption-provider-config=${config}`,
    '--encryption-provider-config-automatic-reload',
  ];
  /** Somebody who kept the old key. */
  let keeper: KmsPlugin;
  let plane: ControlPlane;
  const reprieve = (...args: readonly string[]) =>
    runCli(folder, ['encryption', ...args], new Date(), {
      PATH: process.env['PATH'],
      HOME: folder,
    });
  const reading = () => ['--kubeconfig', plane.kubeconfig, '--etcd', plane.etcd, '-o', 'json'];
  const verify = async (): Promise<Verified & { readonly code: number }> => {
    const { code, stdout } = await reprieve('verify', ...reading());
    return { code, ...JSON.parse(stdout) };
  };
  const rotate = async (...more: readonly string[]) => {
    const done = await reprieve('rotate', ...key, '--config', config, ...reading(), ...more);
    const found: { readonly next?: string } = JSON.parse(done.stdout || '{}');
    return { ...done, ...found };
  };
  const idsOf = ({ objects }: Verified) => new Set(objects.map(({ keyId }) => keyId));
  const tokenIn = async (from: ControlPlane) => {
    // Until it listens.
    const asked = await from.ask(`${SECRETS}/token`).catch(() => undefined);
    if (asked === undefined) return 'no answer';
    const { status, body, message } = asked;
    return status === 200 ? JSON.parse(body).data.token : `${status} ${message}`;
  };
  const TOKEN = Buffer.from(CANARY).toString('base64');

  beforeAll(async () => {
    await plugin.start();
    const timeout = ['--timeout', '2s', '--fresh', '--out', config];
    const { code, stderr } = await reprieve('config', ...key, ...timeout);
    expect(code, stderr).toBe(0);
    plane = await ControlPlane.start({ flags });
    const body = { metadata: { name: 'token' }, stringData: { token: CANARY } };
    expect((await plane.ask(SECRETS, { method: 'POST', body })).status).toBe(201);
  });
  afterAll(() => {
    plane?.stop();
    plugin.stop();
    rmSync(folder, { recursive: true });
  });

  it('finds the plugin and the key in its service in the stored bytes', async () => {
    const found = await verify();
    expect({ code: found.code, verdict: found.verdict }).toEqual({ code: 0, verdict: 'encrypted' });
    expect(found.objects.length).toBeGreaterThan(0);
    expect(idsOf(found)).toEqual(new Set(['key-1']));
    expect((await rotate()).next).toBe('done');
  });

  it('sees that the service has a newer key, and has everything written by it', async () => {
    // As a backup of etcd's folder, from before the key was replaced.
    plane.copyEtcd(copy);
    plugin.rotate('key-2');
    // The API server asks its plugin each minute.
    await eventually(async () => (await rotate()).next === 'rewrite', 120);
    const { code, next, stderr } = await rotate('--apply');
    expect({ code, next }, stderr).toEqual({ code: 0, next: 'done' });
    expect(idsOf(await verify())).toEqual(new Set(['key-2']));
  });

  it('needs the old key for nothing any more: it can be destroyed', async () => {
    keeper = plugin.copy(join(folder, 'keeper.sock'));
    plugin.destroy('key-1');
    await plane.restartServer({ flags, abruptly: true });
    expect(await tokenIn(plane)).toBe(TOKEN);
  });

  it('says what is wrong while the plugin is down, and loses nothing', async () => {
    plugin.stop();
    await plane.restartServer({ flags, until: 'unready', abruptly: true });
    await eventually(async () => /^500 /.test(await tokenIn(plane)));
    const said = await tokenIn(plane);
    expect(said).toMatch(/nil transformer|failed to decrypt DEK/);
    const named = ['--config', config, '--kubeconfig', plane.kubeconfig];
    const again = await reprieve('rotate', ...key, ...named, '--apply', '--step', 'rewrite');
    expect(again.code, again.stderr).toBe(3);
    expect(again.stderr).toContain('its KMS plugin does not answer');
    expect(again.stderr).not.toContain(CANARY);
    // The bytes are all there.
    expect(idsOf(await verify())).toEqual(new Set(['key-2']));
    await plugin.start();
    await eventually(async () => (await tokenIn(plane)) === TOKEN, 120);
  });

  it('reports a plugin that does not answer in time', async () => {
    plugin.delay = 4000;
    await plane.restartServer({ flags, until: 'unready', abruptly: true });
    await eventually(async () => /^500 /.test(await tokenIn(plane)));
    const failures = async () =>
      JSON.stringify((await verify()).servers.map(({ pluginFailures }) => pluginFailures));
    await eventually(async () => (await failures()).includes('DeadlineExceeded'));
    plugin.delay = 0;
    await eventually(async () => (await tokenIn(plane)) === TOKEN, 120);
  });

  it('leaves nothing to read in a backup whose key was destroyed, and all where it was not', async () => {
    const restored = await ControlPlane.start({ flags, etcdFrom: copy, until: 'unready' });
    try {
      await eventually(async () => /^500 /.test(await tokenIn(restored))).catch(async (why) => {
        throw new Error(`${why.message} Its answer: ${await tokenIn(restored)}`);
      });
      expect(await tokenIn(restored)).toMatch(/there is no root key key-1|nil transformer/);
      expect(plugin.refused).toContain('key-1');
    } finally {
      restored.stop();
    }
    await keeper.start();
    const elsewhere = join(folder, 'elsewhere.yaml');
    const text = readFileSync(config, 'utf8').replace(plugin.endpoint, keeper.endpoint);
    writeFileSync(elsewhere, text, { mode: 0o600 });
    const whole = await ControlPlane.start({
      flags: [`--encryption-provider-config=${elsewhere}`],
      etcdFrom: copy,
    });
    try {
      expect(await tokenIn(whole)).toBe(TOKEN);
    } finally {
      whole.stop();
      keeper.stop();
    }
  });
});

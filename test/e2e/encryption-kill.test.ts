import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { runCli } from '../support/cli.js';
import { ControlPlane } from '../support/control-plane.js';
import { controlPlaneMissing } from '../support/engines.js';
import { storedIn } from '../support/stored.js';
import { story } from '../support/story.js';
import { REPRIEVE } from '../support/terminal.js';

const missing = controlPlaneMissing();
const NAMESPACE = 'default';
const COUNT = 400;

describe.skipIf(missing !== undefined)('a rewrite that is killed', () => {
  const it = story();
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-killed-'));
  const config = join(folder, 'encryption.yaml');
  const flags = [`--encryption-provider-config=${config}`];
  const env = { PATH: process.env['PATH'], HOME: folder };
  let plane: ControlPlane;
  let before: Awaited<ReturnType<typeof storedIn>>;

  const reprieve = (...args: readonly string[]) =>
    runCli(folder, ['encryption', ...args], new Date(), env);
  const rotating = () => [
    ...['rotate', '--provider', 'secretbox', '--key', 'key-2', '--config', config],
    ...['--kubeconfig', plane.kubeconfig, '--etcd', plane.etcd, '-o', 'json'],
  ];
  const rotate = async (...more: readonly string[]) => {
    const done = await reprieve(...rotating(), ...more);
    const found: { next?: string; stale?: readonly unknown[] } = JSON.parse(done.stdout || '{}');
    return { ...done, ...found };
  };
  /** How many objects carry each key. */
  const keys = async () => {
    const asked = ['--kubeconfig', plane.kubeconfig, '--etcd', plane.etcd, '-o', 'json'];
    const { objects } = JSON.parse((await reprieve('verify', ...asked)).stdout);
    const counts: Record<string, number> = {};
    for (const { key } of objects) counts[key] = (counts[key] ?? 0) + 1;
    return counts;
  };
  /** Kills it, with all that it started, as soon as it says that it has written some. */
  const killed = async () => {
    const [program, ...first] = REPRIEVE;
    const child = spawn(program, [...first, 'encryption', ...rotating(), '--apply'], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise<string | null>((done) => {
      child.on('exit', (_code, signal) => done(signal));
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (/^configmaps: \d+ of \d+/.test(line) && child.pid !== undefined) {
        process.kill(-child.pid, 'SIGKILL');
      }
    });
    return ended;
  };

  beforeAll(async () => {
    const key = ['--provider', 'secretbox', '--key', 'key-1', '--fresh', '--out', config];
    expect(await reprieve('config', ...key)).toMatchObject({ code: 0 });
    plane = await ControlPlane.start({ flags });
    for (let at = 0; at < COUNT; at += 20) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const name = `kept-${at + index}`;
          const body = { metadata: { name }, data: { value: `value of ${name}` } };
          const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
          expect((await plane.ask(path, { method: 'POST', body })).status).toBe(201);
        }),
      );
    }
    for (const step of ['add', 'promote']) {
      expect(await rotate('--apply', '--step', step)).toMatchObject({ code: 0, next: 'reload' });
      await plane.restartServer({ abruptly: true });
    }
    before = await storedIn(plane, NAMESPACE);
  }, 120_000);
  afterAll(() => {
    plane?.stop();
    rmSync(folder, { recursive: true });
  });

  it('has written some objects and not others, and lost none', async () => {
    expect((await rotate()).next).toBe('rewrite');
    const whole = await keys();
    expect(whole['key-1']).toBeGreaterThan(COUNT);
    const file = readFileSync(config, 'utf8');
    for (let times = 1; times <= 3; times += 1) {
      const left = (await keys())['key-1'] ?? 0;
      expect(await killed()).toBe('SIGKILL');
      const counts = await keys();
      expect(counts['key-1']).toBeLessThan(left);
      expect(counts['key-1']).toBeGreaterThan(0);
    }
    expect(await storedIn(plane, NAMESPACE)).toEqual(before);
    expect(readFileSync(config, 'utf8')).toBe(file);
  });

  it('is still next, and the old key can’t go', async () => {
    const { next, stale } = await rotate();
    expect(next).toBe('rewrite');
    expect(stale).toHaveLength((await keys())['key-1'] ?? 0);
    expect(await rotate('--apply', '--step', 'drop')).toMatchObject({ code: 1 });
    expect(readFileSync(config, 'utf8')).toContain('key-1');
  });

  it('goes no further while an API server runs that was not asked', async () => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
    const renewTime = new Date().toISOString().replace(/Z$/, '000Z');
    const body = {
      metadata: {
        name: 'apiserver-another',
        labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver' },
      },
      spec: { holderIdentity: 'another', leaseDurationSeconds: 3600, renewTime },
    };
    expect((await plane.ask(leases, { method: 'POST', body })).message).toBe('');
    const before = readFileSync(config, 'utf8');
    const { next, stderr } = await rotate('--apply');
    expect({ next, file: readFileSync(config, 'utf8') }).toEqual({ next: 'reload', file: before });
    expect(stderr).toContain('1 more API server of this cluster was not asked');
    await plane.ask(`${leases}/apiserver-another`, { method: 'DELETE' });
  });

  it('is finished by calling it again: every object carries the new key, and is what it was', async () => {
    const { code, next, stale, stderr } = await rotate('--apply');
    expect({ code, next, stale }, stderr).toEqual({ code: 0, next: 'drop', stale: [] });
    expect(Object.keys(await keys())).toEqual(['key-2']);
    expect(await storedIn(plane, NAMESPACE)).toEqual(before);
    expect(await rotate('--apply')).toMatchObject({ code: 0, next: 'reload' });
    await plane.restartServer({ abruptly: true });
    expect((await rotate()).next).toBe('done');
    // From what is stored alone, without the old key.
    expect(await storedIn(plane, NAMESPACE)).toEqual(before);
  });
});

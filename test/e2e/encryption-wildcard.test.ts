import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { storedObjects } from '../../lib/cli/encryption/etcd-options.js';
import { IDENTITY, keyText } from '../../lib/encryption/configuration.js';
import { keyOf } from '../../lib/encryption/stored-object.js';
import { formatConfiguration } from '../../lib/encryption/write-configuration.js';
import { Etcd } from '../../lib/engine/etcd.js';
import { runCli } from '../support/cli.js';
import { ControlPlane } from '../support/control-plane.js';
import { eventually } from '../support/enforced.js';
import { controlPlaneMissing } from '../support/engines.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing();
const SECRET = Buffer.alloc(32, 'wide').toString('base64');
/** As somebody may have written it by hand. */
const WIDE = formatConfiguration({
  entries: [
    { resources: ['events'], providers: [IDENTITY] },
    {
      resources: ['*.*'],
      providers: [{ provider: 'secretbox', name: 'key-1', secret: SECRET }, IDENTITY],
    },
  ],
});
const WIDGETS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.org' },
  spec: {
    group: 'example.org',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
};

describe.skipIf(missing !== undefined)('a configuration with wildcards', () => {
  const it = story();
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-wide-'));
  const config = join(folder, 'encryption.yaml');
  const flags = [`--encryption-provider-config=${config}`];
  let plane: ControlPlane;
  const reprieve = (...args: readonly string[]) =>
    runCli(folder, ['encryption', ...args], new Date(), {
      PATH: process.env['PATH'],
      HOME: folder,
    });
  const access = () => ['--kubeconfig', plane.kubeconfig, '--etcd', plane.etcd, '-o', 'json'];
  const rotate = async (...more: readonly string[]) => {
    const key = ['--provider', 'secretbox', '--key', 'key-2', '--config', config];
    const done = await reprieve('rotate', ...key, ...access(), ...more);
    const found: { next?: string; stale?: readonly { resource: string }[] } = JSON.parse(
      done.stdout || '{}',
    );
    return { ...done, ...found };
  };
  /** By kind, the keys that its objects carry; of all that etcd has. */
  const stored = async () => {
    const { objects } = await storedObjects(new Etcd({ endpoint: plane.etcd }), 'all', {});
    const kinds = new Map<string, Set<string>>();
    for (const each of objects) {
      const key = keyOf(each);
      const keys = kinds.get(each.resource) ?? new Set();
      kinds.set(each.resource, keys.add(key === undefined ? 'not known' : keyText(key)));
    }
    return kinds;
  };

  /** Does what is next, and says what that was. */
  const oneStep = async () => {
    const { next = '', stale } = await rotate();
    if (next === 'done') return next;
    if (next === 'rewrite') {
      const kinds = [...new Set(stale?.map(({ resource }) => resource))];
      const some = ['namespaces', 'widgets.example.org', 'roles.rbac.authorization.k8s.io'];
      expect(kinds).toEqual(expect.arrayContaining(some));
      expect((await rotate('--apply', '--step', 'drop')).code).toBe(1);
    }
    if (next === 'reload') await plane.restartServer({ flags, abruptly: true });
    else {
      const { code, stderr } = await rotate('--apply', '--step', next);
      expect(code, stderr).toBe(0);
    }
    return next;
  };

  beforeAll(async () => {
    writeFileSync(config, WIDE, { mode: 0o600 });
    // Half of it is written before, in plain text.
    plane = await ControlPlane.start();
    plane.apply([WIDGETS]);
    const widget = { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'plain' } };
    const path = '/apis/example.org/v1/namespaces/default/widgets';
    await eventually(
      async () => (await plane.ask(path, { method: 'POST', body: widget })).status === 201,
    );
    await plane.restartServer({ flags, abruptly: true });
    const body = { ...widget, metadata: { name: 'encrypted' } };
    await eventually(async () => (await plane.ask(path, { method: 'POST', body })).status === 201);
  }, 120_000);
  afterAll(() => {
    plane?.stop();
    rmSync(folder, { recursive: true });
  });

  it('has every kind known by its place in etcd', async () => {
    const kinds = await stored();
    expect([...kinds.keys()].filter((kind) => kind.endsWith('.?'))).toEqual([]);
    expect(kinds.get('widgets.example.org')).toEqual(new Set(['identity', 'secretbox key-1']));
    expect(kinds.get('namespaces')).toContain('identity');
  });

  it('shows beforehand that a narrower one would lock readers out', async () => {
    const next = join(folder, 'next.yaml');
    const key = { provider: 'secretbox', name: 'key-1', secret: SECRET } as const;
    const entries = [{ resources: ['secrets', 'configmaps'], providers: [key, IDENTITY] }];
    writeFileSync(next, formatConfiguration({ entries }), { mode: 0o600 });
    const { code, stdout } = await reprieve('verify', ...access(), '--config', next);
    expect(code).toBe(1);
    const { verdict, objects } = JSON.parse(stdout);
    expect(verdict).toBe('unreadable');
    expect(objects).toContainEqual(
      expect.objectContaining({
        resource: 'widgets.example.org',
        name: 'encrypted',
        verdict: 'unreadable',
      }),
    );
  });

  it('keeps every reader in, all the way to another key', async () => {
    const steps: string[] = [];
    for (let turn = 0; turn < 12 && steps.at(-1) !== 'done'; turn += 1) {
      steps.push(await oneStep());
      const { stdout } = await reprieve('verify', ...access(), '--config', config);
      expect(JSON.parse(stdout).verdict, steps.join()).not.toBe('unreadable');
    }
    expect(steps).toEqual([
      ...['add', 'reload', 'promote', 'reload', 'rewrite', 'drop', 'reload', 'done'],
    ]);
    const kinds = await stored();
    kinds.delete('events');
    expect(new Set([...kinds.values()].flatMap((keys) => [...keys]))).toEqual(
      new Set(['secretbox key-2']),
    );
    expect(readFileSync(config, 'utf8')).not.toContain('key-1');
    // Lists of custom kinds come a moment after the start.
    for (const path of ['api/v1/namespaces', 'apis/example.org/v1/widgets', 'api/v1/events'])
      await eventually(async () => (await plane.status(`/${path}`)) === 200);
  });
});

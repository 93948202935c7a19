import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import { admissionPolicies } from '../../lib/cluster/admission-policies.js';
import { anchorManifests, probePath } from '../../lib/cluster/anchor.js';
import { lagOf } from '../../lib/cluster/audit/clock.js';
import { tickManifests, tickPath } from '../../lib/cluster/clock.js';
import { policyTimeIn } from '../../lib/cluster/policy-time.js';
import type { ClusterRules } from '../../lib/cluster/rules.js';
import { type Asking, ControlPlane } from '../support/control-plane.js';
import { enforce, eventually } from '../support/enforced.js';
import { controlPlaneMissing } from '../support/engines.js';
import { PROJECT, pathOf, protectedObjects } from '../support/protected.js';
import { seconds } from '../support/scratch.js';
import { inPipe, REPRIEVE } from '../support/terminal.js';

const missing = controlPlaneMissing();
const PERIOD = 20;
const RULES: ClusterRules = {
  clock: 'tick',
  floor: durationOf(10),
  slack: durationOf(8),
  pipelines: ['deploy'],
  approvers: ['bob'],
};
const SETTINGS = 'version: 1\ncluster: { clock: tick, pipelines: [deploy] }\n';
const SECRET = `/api/v1/namespaces/${PROJECT}/secrets/dockerhub`;
const TICKS = '/api/v1/namespaces/kube-system/configmaps';
const [ONE, OTHER] = tickManifests().map(({ metadata }) => tickPath(metadata.name));
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';

describe.skipIf(missing !== undefined)('a tick as the clock', { timeout: 300_000 }, () => {
  let plane: ControlPlane;
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-tick-'));
  const remove = () => plane.ask(SECRET, { method: 'DELETE', as: 'ann' });
  const pass = async (path: string, method: 'POST' | 'PATCH' | 'DELETE', body?: unknown) => {
    const { message } = await plane.ask(path, { method, body, as: 'deploy' });
    expect(message).toBe('');
  };
  const creation = (body: unknown) => ({ method: 'POST', body, as: 'deploy' }) as const;
  /** What a deletion by a pipeline is denied with, or nothing. */
  const denied = async (path = '') =>
    (await plane.ask(`${path}?dryRun=All`, { method: 'DELETE', as: 'deploy' })).message;
  const tick = async () => {
    for (const each of tickManifests()) {
      await pass(tickPath(each.metadata.name), 'DELETE');
      // Until the API server's own list of ticks has what was made.
      await eventually(async () => (await plane.ask(TICKS, creation(each))).status === 201);
      await eventually(async () => (await denied(ONE)) === '' && (await denied(OTHER)) === '');
    }
  };

  beforeAll(async () => {
    plane = await ControlPlane.start();
    writeFileSync(join(folder, 'reprieve.yaml'), SETTINGS);
    await enforce(plane, RULES);
    for (const [path, body] of protectedObjects(`${PERIOD}s`)) await pass(path, 'POST', body);
  });
  afterAll(() => {
    plane?.stop();
    rmSync(folder, { recursive: true });
  });

  it('lets nothing end by a forged lease, and everything by a fresh tick', async () => {
    const deadline = Date.now() + PERIOD * 1000;
    for (const each of protectedObjects('')) {
      await pass(pathOf(each), 'PATCH', {
        metadata: {
          labels: { 'reprieve.dev/state': 'soft-deleted' },
          annotations: {
            'reprieve.dev/reclaim-after': new Date(deadline)
              .toISOString()
              .replace(/\.\d{3}Z$/, 'Z'),
          },
        },
      });
    }
    const lease = plane
      .kubectl(
        '-n',
        'kube-system',
        'get',
        'leases',
        '-l',
        'apiserver.kubernetes.io/identity',
        '-o',
        'name',
      )
      .trim();
    const forged = '{"spec":{"renewTime":"2099-01-01T00:00:00.000000Z"}}';
    const asServer = ['--as=system:apiserver', '--as-group=system:masters'];
    plane.kubectl(...asServer, '-n', 'kube-system', 'patch', lease, '--type=merge', '-p', forged);
    expect(JSON.stringify(await plane.get(LEASES))).toContain('2099');
    expect((await remove()).message).toContain('recoverable until');
    await seconds(Math.max(0, deadline - Date.now()) / 1000 + 1);
    // The deadline has come, and the tick is still the old one.
    expect((await remove()).message).toContain('recoverable until');
    await tick();
    await eventually(async () => (await remove()).status === 200);
  });

  it('lets only those who are named make a tick anew, one at a time', async () => {
    const why = /the tick is the clock of every reclamation/;
    const asAnn = async (path: string, asking: Asking) =>
      (await plane.ask(`${path}?dryRun=All`, { ...asking, as: 'ann' })).message;
    expect(await asAnn(ONE ?? '', { method: 'DELETE' })).toMatch(why);
    const [tick] = tickManifests();
    const third = { ...tick, metadata: { ...tick?.metadata, name: 'third' } };
    expect(await asAnn(TICKS, { method: 'POST', body: third })).toMatch(why);
    const bare = { metadata: { labels: { 'reprieve.dev/clock': null } } };
    expect(await asAnn(ONE ?? '', { method: 'PATCH', body: bare })).toMatch(why);
    const all = `${TICKS}?labelSelector=reprieve.dev%2Fclock&dryRun=All`;
    const { message } = await plane.ask(all, { method: 'DELETE', as: 'deploy' });
    expect(message).toMatch(why);
    expect(await denied(ONE)).toBe('');
    expect(await asAnn(ONE ?? '', { method: 'PATCH', body: { data: { a: 'b' } } })).toBe('');
  });

  it('never lets the last tick go', async () => {
    await pass(ONE ?? '', 'DELETE');
    await eventually(async () => (await denied(OTHER)).includes('no params found'));
    const body = { metadata: { annotations: { 'example.org/a': 'b' } } };
    const namespace = `/api/v1/namespaces/${PROJECT}?dryRun=All`;
    const asking = { method: 'PATCH', body, as: 'deploy' } as const;
    // It is soft-deleted, so that only the table stands against it, and not the clock.
    expect((await plane.ask(namespace, asking)).message).not.toContain('no params found');
    const restored = {
      metadata: {
        labels: { 'reprieve.dev/state': 'active' },
        annotations: { 'reprieve.dev/reclaim-after': null },
      },
    };
    expect((await plane.ask(namespace, { ...asking, body: restored })).message).toBe('');
  });

  it('is asked by deletions only: without any, all but those go on', async () => {
    const guards = ['tick', 'tick-1', 'tick-2'].map((name) => `${name}.reprieve.dev`);
    plane.kubectl('delete', 'validatingadmissionpolicybindings', ...guards);
    await eventually(async () => (await denied(OTHER)) === '');
    plane.kubectl('-n', 'kube-system', 'delete', 'configmaps', '-l', 'reprieve.dev/clock=tick');
    const settings = `/api/v1/namespaces/${PROJECT}/configmaps/settings`;
    const asking = async (as: 'deploy' | 'bob', body: unknown) =>
      (await plane.ask(settings, { method: 'PATCH', as, body })).message;
    const deadline = (ahead: number) =>
      new Date(Date.now() + ahead * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
    const begin = (ahead: number) => ({
      metadata: {
        labels: { 'reprieve.dev/state': 'soft-deleted' },
        annotations: { 'reprieve.dev/reclaim-after': deadline(ahead) },
      },
    });
    const restore = {
      metadata: {
        labels: { 'reprieve.dev/state': 'active' },
        annotations: { 'reprieve.dev/reclaim-after': null },
      },
    };
    await eventually(async () =>
      (await plane.ask(settings, { method: 'DELETE', as: 'ann' })).message.includes(
        'no params found',
      ),
    );
    expect(await asking('deploy', restore)).toBe('');
    expect(await asking('deploy', { data: { MODE: 'half' } })).toBe('');
    const { uid } = (await plane.get<{ metadata: { uid: string } }>(settings)).metadata;
    const approval = (ahead: number) => ({
      metadata: {
        annotations: { 'reprieve.dev/hard-delete-approved': `bob ${uid} ${deadline(ahead)} live` },
      },
    });
    expect(await asking('bob', approval(30 * 24 * 3600))).toContain('within 7 days');
    expect(await asking('bob', approval(3600))).toBe('');
    expect(await asking('deploy', begin(1))).toContain('has to be');
    expect(await asking('deploy', begin(3600))).toBe('');
    const nearer = { metadata: { annotations: { 'reprieve.dev/reclaim-after': deadline(1800) } } };
    expect(await asking('deploy', nearer)).toContain('never comes nearer');
    const gone = await plane.ask(settings, { method: 'DELETE', as: 'ann' });
    expect(gone.message).toContain('no params found');
    for (const each of tickManifests()) await pass(TICKS, 'POST', each);
    plane.apply(admissionPolicies(RULES).filter(({ kind }) => kind !== 'ConfigMap'));
    await eventually(async () => (await denied(OTHER)) === '');
  });

  it('is told by an anchor, goes on with it, and stands still without', async () => {
    const told = async () => {
      const asking = { method: 'DELETE', as: 'deploy' } as const;
      const { message: said } = await plane.ask(`${probePath('tick')}?dryRun=All`, asking);
      return policyTimeIn('tick', { failure: 'forbidden', said });
    };
    const lag = async () => {
      const sources = await Promise.all([ONE, OTHER].map((path) => plane.get(path ?? '')));
      return lagOf({ clock: 'tick', sources }, await told())?.code;
    };
    const withoutBindings = async (kept: RegExp) => {
      const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';
      const { items } = await plane.get<{ items: { metadata: { name: string } }[] }>(path);
      const names = items.map(({ metadata }) => metadata.name).filter((name) => !kept.test(name));
      plane.kubectl('delete', 'validatingadmissionpolicybindings', ...names);
      await seconds(5);
      const policies = admissionPolicies(RULES).filter(({ kind }) => kind !== 'ConfigMap');
      plane.apply([...anchorManifests(RULES), ...policies]);
      await eventually(async () => (await told()).answer === 'told');
    };
    await withoutBindings(/^anchor-/);
    const before = await told();
    const words = ['cluster', 'tick', '--kubeconfig', plane.kubeconfigOf('deploy')];
    const renewed = inPipe([...REPRIEVE, ...words], { cwd: folder });
    expect(renewed.code, renewed.stderr).toBe(0);
    expect(await told()).not.toEqual(before);
    expect(await lag()).toBeUndefined();
    await withoutBindings(/^$/);
    await tick();
    await seconds(5);
    expect(await lag()).toBe('clock/frozen');
  });
});

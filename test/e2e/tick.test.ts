import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import { tickManifest } from '../../lib/cluster/clock.js';
import { ControlPlane } from '../support/control-plane.js';
import { enforce, eventually } from '../support/enforced.js';
import { controlPlaneMissing } from '../support/engines.js';
import { PROJECT, pathOf, protectedObjects } from '../support/protected.js';
import { seconds } from '../support/scratch.js';

const missing = controlPlaneMissing();
const PERIOD = 20;
const SECRET = `/api/v1/namespaces/${PROJECT}/secrets/dockerhub`;
const TICKS = '/api/v1/namespaces/kube-system/configmaps';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';

describe.skipIf(missing !== undefined)('a tick as the clock', () => {
  let plane: ControlPlane;
  const remove = () => plane.ask(SECRET, { method: 'DELETE', as: 'ann' });
  const pass = async (path: string, method: 'POST' | 'PATCH' | 'DELETE', body?: unknown) => {
    const { message } = await plane.ask(path, { method, body, as: 'deploy' });
    expect(message).toBe('');
  };
  const tick = async () => {
    await pass(`${TICKS}/reprieve-tick`, 'DELETE');
    await pass(TICKS, 'POST', tickManifest());
  };

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await enforce(plane, {
      clock: 'tick',
      floor: durationOf(10),
      slack: durationOf(8),
      pipelines: ['deploy'],
      approvers: [],
    });
    for (const [path, body] of protectedObjects(`${PERIOD}s`)) await pass(path, 'POST', body);
  });
  afterAll(() => plane?.stop());

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

  it('denies while there is none', async () => {
    await pass(`${TICKS}/reprieve-tick`, 'DELETE');
    await eventually(async () => {
      const path = `/apis/batch/v1/namespaces/${PROJECT}/cronjobs/nightly?dryRun=All`;
      const { status, message } = await plane.ask(path, { method: 'DELETE', as: 'ann' });
      return status >= 400 && message.includes('no params found');
    });
  });
});

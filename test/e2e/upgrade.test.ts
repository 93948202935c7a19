import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import { admissionPolicies } from '../../lib/cluster/admission-policies.js';
import type { ClusterRules } from '../../lib/cluster/rules.js';
import { type Asking, ControlPlane } from '../support/control-plane.js';
import { eventually, grantRights } from '../support/enforced.js';
import { controlPlaneMissing } from '../support/engines.js';
import { PROJECT, pathOf, protectedObjects } from '../support/protected.js';
import { ROOT, seconds } from '../support/scratch.js';

/** As the rules were when the policies in the fixture were printed. */
const RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(10),
  slack: durationOf(1200),
  pipelines: ['deploy'],
  approvers: ['bob'],
};
const FIXTURE = join(ROOT, 'test/fixtures/policies/before-transitions.json');
const NAMESPACE = `/api/v1/namespaces/${PROJECT}`;
const SECRET = `${NAMESPACE}/secrets/dockerhub`;
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const note = (key: string, value: string) => ({ metadata: { annotations: { [key]: value } } });
const soon = () => new Date(Date.now() + 5000).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** What no version lets pass. */
const ATTEMPTS: readonly [path: string, asking: () => Asking][] = [
  [SECRET, () => ({ method: 'DELETE' })],
  [NAMESPACE, () => ({ method: 'DELETE' })],
  [
    SECRET,
    () => ({ method: 'PATCH', body: { metadata: { labels: { 'reprieve.dev/protected': null } } } }),
  ],
  [SECRET, () => ({ method: 'PATCH', body: { data: { password: 'eA==' } } })],
  [SECRET, () => ({ method: 'PATCH', body: note('reprieve.dev/period', '1h') })],
  [
    SECRET,
    () => ({
      method: 'PATCH',
      body: {
        metadata: {
          labels: { 'reprieve.dev/state': 'soft-deleted' },
          annotations: { 'reprieve.dev/reclaim-after': soon() },
        },
      },
    }),
  ],
  [
    SECRET,
    () => ({
      method: 'PATCH',
      body: note('reprieve.dev/hard-delete-approved', 'bob x 2099-01-01T00:00:00Z'),
    }),
  ],
  [`${NAMESPACE}/configmaps/bystander`, () => ({ method: 'DELETE' })],
];

describe.skipIf(controlPlaneMissing() !== undefined)('an upgrade of the policies', () => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    grantRights(plane);
    plane.apply(JSON.parse(readFileSync(FIXTURE, 'utf8')));
    const probe = { metadata: { name: 'p', labels: { 'reprieve.dev/protected': 'true' } } };
    await eventually(async () => {
      const asking = { method: 'POST', body: probe, as: 'ann' } as const;
      return (await plane.ask('/api/v1/namespaces?dryRun=All', asking)).status === 403;
    });
    for (const [path, body] of protectedObjects('2h')) {
      const { message } = await plane.ask(path, { method: 'POST', body, as: 'deploy' });
      expect(message).toBe('');
    }
    const body = { metadata: { name: 'bystander' }, data: { a: 'b' } };
    await plane.ask(`${NAMESPACE}/configmaps`, { method: 'POST', body, as: 'ann' });
    // Of what is in force, the last is the one about undeclared objects.
    await eventually(async () => (await attempts()).every(({ status }) => status === 403));
  });
  afterAll(() => plane?.stop());

  const attempts = () =>
    Promise.all(
      ATTEMPTS.map(async ([path, asking]) => {
        const asked = { ...asking(), as: 'ann' } as const;
        const { status } = await plane.ask(`${path}?dryRun=All`, asked);
        return { path, method: asked.method, status };
      }),
    );

  it('lets nothing pass meanwhile, and the clock goes on', { timeout: 120_000 }, async () => {
    let isOver = false;
    const tried: { status: number }[] = [];
    const attack = async () => {
      while (!isOver) tried.push(...(await attempts()));
    };
    const attacking = attack();
    // One after the other, as kubectl does it and as Terraform does, more or less.
    for (const manifest of admissionPolicies(RULES)) {
      plane.apply([manifest]);
      await seconds(0.1);
    }
    await seconds(5);
    isOver = true;
    await attacking;
    expect(tried.length).toBeGreaterThan(ATTEMPTS.length * 5);
    expect(tried.filter(({ status }) => status !== 403)).toEqual([]);
    await passes(pathOf(['/api/v1/namespaces', { metadata: { name: PROJECT } }]));
  });

  /** The new policies are in force, and their time is that of the lease. */
  async function passes(path: string) {
    const refused = await plane.ask(`${NAMESPACE}/serviceaccounts/default?dryRun=All`, {
      method: 'DELETE',
      as: 'ann',
    });
    expect(refused.message).toContain('it goes with the project');
    const begin = (ahead: number) => ({
      metadata: {
        labels: { 'reprieve.dev/state': 'soft-deleted' },
        annotations: {
          'reprieve.dev/reclaim-after': new Date(Date.now() + ahead * 1000)
            .toISOString()
            .replace(/\.\d{3}Z$/, 'Z'),
        },
      },
    });
    const asking = { method: 'PATCH', body: begin(60), as: 'deploy' } as const;
    const { message } = await plane.ask(`${path}?dryRun=All`, asking);
    const time = /API server's time, (\S+?),/.exec(message)?.[1] ?? '';
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(20_000);
    expect(JSON.stringify(await plane.get(LEASES))).toContain('renewTime');
    const later = { method: 'PATCH', body: begin(7300), as: 'deploy' } as const;
    expect((await plane.ask(`${path}?dryRun=All`, later)).message).toBe('');
  }
});

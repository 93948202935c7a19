import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import type { ClusterRules } from '../../lib/cluster/rules.js';
import { ControlPlane, type User } from '../support/control-plane.js';
import { enforce, eventually } from '../support/enforced.js';
import { controlPlaneMissing } from '../support/engines.js';
import { marks, PROJECT } from '../support/protected.js';

const RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(20),
  slack: durationOf(8),
  pipelines: ['deploy'],
  approvers: ['bob'],
};
const inside = (api: string) => `/apis/${api}/namespaces/${PROJECT}`;
const SCALERS = `${inside('autoscaling/v2')}/horizontalpodautoscalers`;
const OLD_SCALERS = `${inside('autoscaling/v1')}/horizontalpodautoscalers`;
const DEPLOYMENTS = `${inside('apps/v1')}/deployments`;
const GADGETS = `${inside('example.org/v1')}/gadgets`;
const WIDGETS = `${inside('example.org/v1')}/widgets`;

const ALPHA = 'autoscaling.alpha.kubernetes.io';
const metric = (name: string, averageValue: string) => ({
  type: 'Pods',
  pods: { metric: { name }, target: { type: 'AverageValue', averageValue } },
});
const SCALER = {
  minReplicas: 2,
  maxReplicas: 5,
  scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
  metrics: [metric('queue', '5')],
  behavior: { scaleDown: { stabilizationWindowSeconds: 77 } },
};
const WORKLOAD = {
  replicas: 0,
  selector: { matchLabels: { app: 'a' } },
  template: {
    metadata: { labels: { app: 'a' } },
    spec: { containers: [{ name: 'main', image: 'example.org/main:1' }] },
  },
};

/** A custom kind that keeps everything, with a subresource for its status or without. */
function definition(kind: string, subresources: object) {
  const plural = `${kind.toLowerCase()}s`;
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.example.org` },
    spec: {
      group: 'example.org',
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [
        { name: 'v1', served: true, storage: true, subresources, schema: { openAPIV3Schema } },
      ],
    },
  };
}

const custom = (kind: string) => ({
  apiVersion: 'example.org/v1',
  kind,
  spec: { size: 1 },
  status: { kept: 'yes' },
});
const OBJECTS: readonly [string, object][] = [
  [SCALERS, { spec: SCALER }],
  [DEPLOYMENTS, { spec: WORKLOAD }],
  [GADGETS, custom('Gadget')],
  [WIDGETS, custom('Widget')],
];

/** Content that is not where content is: in annotations, and in a field that is called status. */
describe.each(['1.30.14', '1.34.4', '1.37.2'])('content elsewhere, on Kubernetes %s', (version) => {
  describe.skipIf(controlPlaneMissing(version) !== undefined)('', { timeout: 300_000 }, () => {
    let plane: ControlPlane;
    const patch = async (as: User, path: string, body: object) =>
      (await plane.ask(path, { method: 'PATCH', body, as })).message;
    const notes = (annotations: object) => ({ metadata: { annotations } });
    const found = (path: string) =>
      plane.get<{ spec: typeof SCALER; status?: object }>(`${path}/one`);

    beforeAll(async () => {
      plane = await ControlPlane.start({ kubernetes: version });
      plane.apply([definition('Gadget', {}), definition('Widget', { status: {} })]);
      await enforce(plane, RULES);
      const own = marks('1h');
      const namespace = { metadata: { name: PROJECT, ...own } };
      await plane.ask('/api/v1/namespaces', { method: 'POST', body: namespace, as: 'deploy' });
      for (const [collection, content] of OBJECTS) {
        const body = { ...content, metadata: { name: 'one', ...own } };
        // A custom kind takes a moment to be served.
        await eventually(async () => {
          await plane.ask(collection, { method: 'POST', body, as: 'deploy' });
          return (await plane.status(`${collection}/one`)) === 200;
        });
      }
    });
    afterAll(() => plane?.stop());

    it.each([
      [`${ALPHA}/metrics`, '[{"type":"Pods","pods":{"metricName":"x","targetAverageValue":"9"}}]'],
      [`${ALPHA}/behavior`, null],
    ])('is what an older version of a kind carries in the annotation %s', async (key, value) => {
      const path = `${OLD_SCALERS}/one`;
      expect(await patch('ann', path, notes({ [key]: value }))).toMatch(/can't change the content/);
      expect((await found(SCALERS)).spec).toMatchObject(SCALER);
      expect(await patch('deploy', `${path}?dryRun=All`, notes({ [key]: value }))).toBe('');
    });

    it('is not in what else others annotate by that version', async () => {
      expect(await patch('ann', `${OLD_SCALERS}/one`, notes({ team: 'one' }))).toBe('');
      expect((await found(SCALERS)).spec).toMatchObject(SCALER);
    });

    it('is the revision to which a deployment is to go back', async () => {
      const back = notes({ 'deprecated.deployment.rollback.to': '1' });
      expect(await patch('ann', `${DEPLOYMENTS}/one`, back)).toMatch(/can't change the content/);
    });

    it('is the status of a kind that has no subresource for it', async () => {
      for (const status of [null, { kept: 'no' }]) {
        const refused = await patch('ann', `${GADGETS}/one`, { status });
        expect(refused).toMatch(/can't change the content/);
      }
      expect((await found(GADGETS)).status).toEqual({ kept: 'yes' });
      const changed = { status: { kept: 'other' } };
      expect(await patch('deploy', `${GADGETS}/one?dryRun=All`, changed)).toBe('');
    });

    it('is not the status of a kind that has one', async () => {
      const status = { status: { ready: true } };
      expect(await patch('ann', `${WIDGETS}/one/status`, status)).toBe('');
      expect((await found(WIDGETS)).status).toEqual(status.status);
      // By the object itself, the API server leaves it as it is.
      expect(await patch('ann', `${WIDGETS}/one`, { status: null })).toBe('');
      expect((await found(WIDGETS)).status).toEqual(status.status);
    });
  });
});

import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ROOT } from '../support/built.js';
import { ControlPlane, type User } from '../support/control-plane.js';
import { eventually, grantRights, inForce } from '../support/enforced.js';
import { EnforcedStack } from '../support/enforced-stack.js';
import { controlPlaneMissing, providerMissing } from '../support/engines.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();

/** As in enforced.test.ts: longer than a machine under load lets a plan wait. */
const PLAN_MAX_AGE = 40;
const PERIOD = 2 * PLAN_MAX_AGE + 12;

const SHOP = '/api/v1/namespaces/shop';
const SETTINGS = `${SHOP}/configmaps/settings`;
const PLAIN = '/api/v1/namespaces/default/configmaps/plain';

/** A config map in a namespace of its own with the marks, and one in `default` without; no project. */
const SHOP_BODY = `
const marks = {
  labels: {
    'reprieve.dev/protected': 'true',
    'reprieve.dev/project': 'shop',
    'reprieve.dev/state': 'active',
  },
  annotations: { 'reprieve.dev/period': '${PERIOD}s' },
};
const shop = new NamespaceV1(stack, 'shop', { metadata: { name: 'shop', ...marks } });
Reclamation.protect(shop, { name: 'shop', whileSoftDeleted: SoftDeleted.marked });
const settings = new ConfigMapV1(stack, 'settings', {
  metadata: { name: 'settings', namespace: shop.metadata.name, ...marks },
  data: { MODE: 'full' },
});
Reclamation.protect(settings, { name: 'settings', whileSoftDeleted: SoftDeleted.marked });
const plain = new ConfigMapV1(stack, 'plain', {
  metadata: { name: 'plain', namespace: 'default' }, data: { MODE: 'full' },
});
Reclamation.protect(plain, { name: 'plain' });
`;

interface Live {
  readonly metadata: {
    readonly uid: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly data: unknown;
}

describe.skipIf(missing !== undefined)(
  'a resource without a project under admission policies',
  { timeout: 600_000 },
  () => {
    const it = story();
    let plane: ControlPlane;
    let stack: EnforcedStack;
    let uid: string;
    const read = () => plane.get<Live>(SETTINGS);
    const remove = (path: string, as: User) => plane.ask(path, { method: 'DELETE', as });

    beforeAll(async () => {
      plane = await ControlPlane.start();
      grantRights(plane);
      stack = new EnforcedStack(plane);
      stack.settings(`${PERIOD}s`, `${PLAN_MAX_AGE}s`);
      stack.declareAll(SHOP_BODY);
      const main = stack.read(stack.main);
      const kinds = [
        "import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';",
        "import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1/index.js';",
        `import { Reclamation, SoftDeleted } from '${ROOT}/dist/index.js';`,
      ];
      stack.write(stack.main, [...kinds, main].join('\n'));
      stack.prepare('platform');
      stack.prepare('production');
      stack.must(stack.apply('platform'));
      await inForce(plane);
    });
    afterAll(async () => {
      stack?.remove();
      await plane?.stop();
    });

    it('is created by a pipeline, with its marks', async () => {
      stack.must(stack.settle());
      ({ uid } = (await read()).metadata);
      expect(stack.plan('production', '-detailed-exitcode').code).toBe(0);
    });

    it('can be deleted by nobody past Terraform, admins included', async () => {
      for (const as of ['ann', 'deploy', 'root', 'admin'] as const) {
        const { status, message } = await remove(SETTINGS, as);
        expect({ as, status }).toEqual({ as, status: 403 });
        expect(message).toContain('is not soft-deleted');
      }
      const strip = { metadata: { labels: { 'reprieve.dev/protected': null } } };
      const stripped = await plane.ask(SETTINGS, { method: 'PATCH', body: strip, as: 'root' });
      expect(stripped.status).toBe(403);
    });

    it('without marks it can be: only Terraform keeps it', async () => {
      const { status } = await plane.ask(`${PLAIN}?dryRun=All`, { method: 'DELETE', as: 'ann' });
      expect(status).toBe(200);
    });

    it('can’t be marked outside of a namespace that is marked as well', async () => {
      const { labels, annotations } = (await read()).metadata;
      const body = { metadata: { name: 'marked', labels, annotations }, data: { a: 'b' } };
      const path = '/api/v1/namespaces/default/configmaps';
      const { status, message } = await plane.ask(path, { method: 'POST', body, as: 'deploy' });
      expect(status).toBe(403);
      expect(message).toContain('its namespace is not that of the same project');
    });

    it('is soft-deleted, and still kept until its deadline', async () => {
      stack.requestDeletions({ target: 'settings' });
      stack.must(stack.settle());
      const { metadata } = await read();
      expect(metadata.uid).toBe(uid);
      expect(metadata.labels['reprieve.dev/state']).toBe('soft-deleted');
      for (const as of ['ann', 'root', 'admin'] as const) {
        const { status, message } = await remove(SETTINGS, as);
        expect({ as, status }).toEqual({ as, status: 403 });
        expect(message).toContain(metadata.annotations['reprieve.dev/reclaim-after']);
      }
    });

    it('is restored, the same object', async () => {
      stack.restoreAll();
      stack.must(stack.settle());
      const { metadata, data } = await read();
      expect(metadata.uid).toBe(uid);
      expect(metadata.labels['reprieve.dev/state']).toBe('active');
      expect(metadata.annotations).not.toHaveProperty(['reprieve.dev/reclaim-after']);
      expect(data).toEqual({ MODE: 'full' });
    });

    it('is reclaimed by the pipeline once its period is over', async () => {
      stack.requestDeletions({ target: 'settings' });
      stack.must(stack.settle());
      // By the API server's clock, which stands still for some seconds at a time.
      await eventually(async () => {
        const path = `${SETTINGS}?dryRun=All`;
        return (await plane.ask(path, { method: 'DELETE', as: 'deploy' })).status === 200;
      }, PERIOD + 60);
      stack.must(stack.apply());
      expect(await plane.status(SETTINGS)).toBe(404);
      expect(await plane.status(PLAIN)).toBe(200);
    });
  },
);

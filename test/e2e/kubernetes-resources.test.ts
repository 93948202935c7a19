import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ROOT } from '../support/built.js';
import { ControlPlane } from '../support/control-plane.js';
import { controlPlaneMissing, providerEnvironment, providerMissing } from '../support/engines.js';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();

interface Live {
  readonly metadata: {
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly replicas?: number };
  readonly data?: unknown;
}

const PATHS = {
  settings: '/api/v1/namespaces/default/configmaps/shop-settings',
  disk: '/api/v1/namespaces/default/persistentvolumeclaims/shop-disk',
  web: '/apis/apps/v1/namespaces/default/deployments/shop-web',
} as const;

/** Objects of a cluster that belong to no project. */
const SHOP = `
  const shop = new Reclaimable(stack, 'shop', {
    whileSoftDeleted: SoftDeleted.all(SoftDeleted.stopped, SoftDeleted.marked),
  });
  const settings = new ConfigMapV1(shop, 'settings', {
    metadata: { name: 'shop-settings' }, data: { MODE: 'full' },
  });
  const disk = new PersistentVolumeClaimV1(shop, 'disk', {
    metadata: { name: 'shop-disk' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    waitUntilBound: false,
  });
  new DeploymentV1(shop, 'web', {
    metadata: { name: 'shop-web', annotations: { of: settings.metadata.name } },
    spec: {
      replicas: '2',
      selector: { matchLabels: { app: 'shop' } },
      template: {
        metadata: { labels: { app: 'shop' } },
        spec: {
          container: [{ name: 'web', image: 'example/web:1' }],
          volume: [{ name: 'disk', persistentVolumeClaim: { claimName: disk.metadata.name } }],
        },
      },
    },
    waitForRollout: false,
  });
  Reclamation.protect(settings, { name: 'settings' });
`;

describe.skipIf(missing !== undefined)('objects of a cluster that belong to no project', () => {
  const it = story();
  let plane: ControlPlane;
  let scratch: Scratch;

  const declare = (body: string) => {
    const kinds = ['ConfigMapV1', 'DeploymentV1', 'PersistentVolumeClaimV1'];
    const folders = ['config-map-v1', 'deployment-v1', 'persistent-volume-claim-v1'];
    scratch.write(
      scratch.main,
      [
        ...kinds.map(
          (kind, at) =>
            `import { ${kind} } from '@cdktf/provider-kubernetes/lib/${folders[at]}/index.js';`,
        ),
        `import { Reclaimable, Reclamation, ReprieveStack, SoftDeleted, synthesize, Target } from '${ROOT}/dist/index.js';`,
        'await synthesize((app) => {',
        "  const stack = new ReprieveStack(app, 'production', {",
        `    target: Target.kubernetes({ configPath: '${plane.kubeconfig}' }) });`,
        body,
        '});',
      ].join('\n'),
    );
  };
  const settle = () => scratch.settle('production');
  const live = async () => {
    const entries = Object.entries(PATHS).map(
      async ([name, path]) => [name, await plane.get<Live>(path)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  };
  /** The verdict on a plan of what is synthesized. */
  const reviewed = () => {
    expect(scratch.reprieve('plan', 'production').code).toBe(0);
    const { stdout } = scratch.reprieve(
      ...['review', 'cdktf.out/plans/production.json', '--format', 'json'],
    );
    const { verdict, why } = JSON.parse(stdout);
    return verdict === 'pass' ? verdict : why;
  };
  const uidsOf = (objects: Readonly<Record<string, Live>>) =>
    Object.fromEntries(Object.entries(objects).map(([name, it]) => [name, it.metadata.uid]));
  let first: Readonly<Record<string, Live>>;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    scratch = new Scratch(providerEnvironment());
    scratch.write('reprieve.yaml', LONG_PERIOD);
  });
  afterAll(() => {
    scratch?.remove();
    plane?.stop();
  });

  it('are created', async () => {
    declare(SHOP);
    const { code, output } = settle();
    expect(code, output.slice(-2000)).toBe(0);
    first = await live();
    expect(first['web']?.spec?.replicas).toBe(2);
    expect(first['settings']?.metadata.labels).toBeUndefined();
  });

  it('are scaled to zero and marked while they are soft-deleted, and passed by the review', async () => {
    scratch.requestDeletions({ target: 'shop' });
    expect(scratch.synth().code).toBe(0);
    expect(reviewed()).toBe('pass');
    const { code, destroyed, output } = settle();
    expect({ code, destroyed }, output.slice(-2000)).toEqual({ code: 0, destroyed: 0 });
    const now = await live();
    expect(uidsOf(now)).toEqual(uidsOf(first));
    expect(now['web']?.spec?.replicas).toBe(0);
    for (const each of Object.values(now)) {
      expect(each.metadata.labels).toMatchObject({ 'reprieve.dev/state': 'soft-deleted' });
      expect(each.metadata.annotations?.['reprieve.dev/reclaim-after']).toMatch(/^20.*Z$/);
    }
    expect(scratch.plan('production', '-detailed-exitcode').code).toBe(0);
  });

  it('are restored as they were, the same objects', async () => {
    scratch.requestDeletions();
    expect(scratch.synth().code).toBe(0);
    expect(reviewed()).toBe('pass');
    expect(settle()).toMatchObject({ code: 0 });
    const now = await live();
    expect(uidsOf(now)).toEqual(uidsOf(first));
    expect(now['web']?.spec?.replicas).toBe(2);
    expect(now['settings']?.data).toEqual({ MODE: 'full' });
    for (const each of Object.values(now)) expect(each.metadata.labels).toBeUndefined();
  });

  it('go one by one, at the end of its own period', async () => {
    scratch.requestDeletions({ target: 'shop/resources/settings' });
    const refused = settle();
    expect(refused.output).toContain('stays, and refers to `kubernetes_config_map_v1');
    declare(SHOP.replace('annotations: { of: settings.metadata.name }', ''));
    scratch.requestDeletions();
    expect(settle()).toMatchObject({ code: 0 });
    scratch.requestDeletions({ target: 'shop/resources/settings' });
    expect(settle()).toMatchObject({ code: 0, destroyed: 0 });
    scratch.turnBackClocks(2, 'production');
    expect(await plane.status(PATHS.settings)).toBe(200);
    expect(settle()).toMatchObject({ code: 0, destroyed: 1 });
    expect(await plane.status(PATHS.settings)).toBe(404);
    expect(await plane.status(PATHS.disk)).toBe(200);
  });
});

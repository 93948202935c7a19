import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import type { ClusterRules } from '../../lib/cluster/rules.js';
import { ControlPlane, type User } from '../support/control-plane.js';
import { enforce, eventually } from '../support/enforced.js';
import { controlPlaneMissing } from '../support/engines.js';
import { marks, PROJECT } from '../support/protected.js';

const PERIOD = 3600;
const RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(20),
  slack: durationOf(8),
  pipelines: ['deploy'],
  approvers: ['bob'],
};
const MAPS = `/api/v1/namespaces/${PROJECT}/configmaps`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${PROJECT}/deployments`;
const WIDGETS = `/apis/example.org/v1/namespaces/${PROJECT}/widgets`;
const LONG_AGO = '2001-01-01T00:00:00Z';
const OURS = ['reprieve.dev/reclaim-after', 'reprieve.dev/hard-delete-approved'] as const;

const inSeconds = (count: number) =>
  new Date(Date.now() + count * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
const begun = (ahead: number) => ({
  labels: { 'reprieve.dev/state': 'soft-deleted' },
  annotations: { 'reprieve.dev/reclaim-after': inSeconds(ahead) },
});

interface Found {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly uid: string;
    readonly labels: object;
    readonly annotations: object;
    readonly managedFields?: readonly { readonly manager: string }[];
  };
}

/** Entries that nobody can have written yet, as many as the API server keeps. */
function planted(count: number, operation = 'Update') {
  const fieldsV1 = { 'f:data': { 'f:a': {} } };
  return Array.from({ length: count }, (_, index) => ({
    ...{ manager: `m${index}`, operation, apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 },
    time: '2099-01-01T00:00:00Z',
  }));
}

/** What somebody claims who says that our annotations were written long ago. */
function claimed(manager: string, apiVersion: string, operation = 'Update') {
  const annotations = Object.fromEntries(OURS.map((key) => [`f:${key}`, {}]));
  const fieldsV1 = { 'f:metadata': { 'f:annotations': annotations } };
  return { manager, operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1, time: LONG_AGO };
}

const CLAIMS = ['kubectl', 'other', 'ancient-changes', 'node'].flatMap((manager) => [
  [manager, 'Update'] as const,
  [manager, 'Apply'] as const,
]);

const POD = { containers: [{ name: 'main', image: 'example.org/main:1' }] };
const WORKLOAD = {
  replicas: 0,
  selector: { matchLabels: { app: 'a' } },
  template: { metadata: { labels: { app: 'a' } }, spec: POD },
};
const KINDS: readonly [string, object][] = [
  [MAPS, { data: { MODE: 'full' } }],
  [DEPLOYMENTS, { spec: WORKLOAD }],
  [WIDGETS, { apiVersion: 'example.org/v1', kind: 'Widget', spec: { size: 1 } }],
];
const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.org' },
  spec: {
    group: 'example.org',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
};

describe.each(['1.30.14', '1.34.4', '1.37.2'])(
  'the time of a request, on Kubernetes %s',
  (version) => {
    describe.skipIf(controlPlaneMissing(version) !== undefined)('', { timeout: 300_000 }, () => {
      let plane: ControlPlane;
      const ask = async (as: User, method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown) =>
        (await plane.ask(path, { method, body, as })).message;
      const patch = (as: User, path: string, metadata: object) =>
        ask(as, 'PATCH', path, { metadata });

      beforeAll(async () => {
        plane = await ControlPlane.start({ kubernetes: version });
        plane.apply([DEFINITION]);
        await enforce(plane, RULES);
        // What the lease says is left out: only the request's own time is in question.
        plane.kubectl('delete', 'validatingadmissionpolicybinding', 'deadline.reprieve.dev');
        const own = marks('1h');
        await ask('deploy', 'POST', '/api/v1/namespaces', { metadata: { name: PROJECT, ...own } });
        for (const [collection, content] of KINDS) {
          const body = { ...content, metadata: { name: 'settings', ...own } };
          // A custom kind takes a moment to be served.
          await eventually(async () => {
            await ask('deploy', 'POST', collection, body);
            return (await plane.status(`${collection}/settings`)) === 200;
          });
        }
        const soon = { method: 'PATCH', body: { metadata: begun(10) }, as: 'deploy' } as const;
        await eventually(async () =>
          (await plane.ask(`${MAPS}/settings?dryRun=All`, soon)).message.includes('tampering'),
        );
      });
      afterAll(() => plane?.stop());

      it.each(KINDS)('is what a new deadline is a period ahead of: %s', async (collection) => {
        const path = `${collection}/settings`;
        const dry = `${path}?dryRun=All`;
        const tooNear = /tampering.*begin: the deadline has to be/;
        expect(await patch('deploy', dry, begun(PERIOD - 60))).toMatch(tooNear);
        expect(await patch('deploy', dry, begun(PERIOD + 5))).toBe('');
      });

      it('counts by a subresource that shows the marks, too', async () => {
        const status = `/api/v1/namespaces/${PROJECT}/status?dryRun=All`;
        expect(await patch('deploy', status, begun(PERIOD - 60))).toMatch(/tampering.*has to be/);
        expect(await patch('deploy', status, begun(PERIOD + 5))).toBe('');
      });

      it.each(KINDS)('can’t be claimed by whoever writes %s', async (collection) => {
        const path = `${collection}/settings`;
        const found = await plane.get<Found>(path);
        for (const [manager, operation] of CLAIMS) {
          const claim = claimed(manager, found.apiVersion, operation);
          for (const managedFields of [[claim], [...(found.metadata.managedFields ?? []), claim]]) {
            const { labels, annotations } = begun(10);
            const metadata = {
              ...found.metadata,
              managedFields,
              labels: { ...found.metadata.labels, ...labels },
              annotations: { ...found.metadata.annotations, ...annotations },
            };
            const dry = `${path}?dryRun=All&fieldManager=${manager}`;
            const put = await ask('deploy', 'PUT', dry, { ...found, metadata });
            expect(put, `PUT ${manager}`).toMatch(/tampering/);
            const patched = await patch('deploy', dry, { managedFields, labels, annotations });
            expect(patched, `PATCH ${manager}`).toMatch(/tampering/);
          }
        }
        const { apiVersion, kind } = found;
        const applied = { apiVersion, kind, metadata: { name: 'settings', ...begun(10) } };
        const { message } = await plane.ask(`${path}?dryRun=All&fieldManager=a&force=true`, {
          method: 'PATCH',
          type: 'application/apply-patch+yaml',
          body: applied,
          as: 'deploy',
        });
        expect(message).toMatch(/tampering.*has to be/);
      });

      it.each(['ann', 'deploy', 'bob'] as const)('can’t be hidden by %s', async (as) => {
        for (const managedFields of [[{}], []]) {
          for (const [collection] of KINDS) {
            const path = `${collection}/settings`;
            const message = await patch(as, path, { managedFields });
            // A merge patch with an empty list may leave the entries as they are.
            if (managedFields.length > 0 || message !== '')
              expect(message).toContain("can't be emptied");
            const { metadata } = await plane.get<Found>(path);
            expect(metadata.managedFields?.length).toBeGreaterThan(0);
          }
        }
      });

      it.each(['ann', 'bob'] as const)(
        'can’t be hidden behind entries of a time to come by %s',
        async (as) => {
          const path = `${MAPS}/settings`;
          const record = async () => (await plane.get<Found>(path)).metadata.managedFields ?? [];
          const label = (value: string | null) => ({ labels: { team: value } });
          expect(await patch(as, path, label('one'))).toBe('');
          // A claim of an apply is never merged, and doesn't vouch for one of an update.
          const applied = [...(await record()), ...planted(1, 'Apply')];
          expect(await patch(as, path, { managedFields: applied })).toBe('');
          for (const more of [{}, label(null), label('two')]) {
            for (const managedFields of [planted(10), [...(await record()), ...planted(1)]]) {
              const refused = await patch(as, path, { managedFields, ...more });
              expect(refused).toMatch(/is left to the API server/);
            }
          }
          expect(await patch(as, path, label(null))).toBe('');
          const { uid } = (await plane.get<Found>(path)).metadata;
          const given = { [OURS[1]]: `bob ${uid} ${inSeconds(600)} live` };
          expect(await patch('bob', `${path}?dryRun=All`, { annotations: given })).toBe('');
          expect(await patch('deploy', `${path}?dryRun=All`, begun(PERIOD + 5))).toBe('');
        },
      );

      it('can be mended where it was hidden before an object was protected', async () => {
        await ask('ann', 'POST', MAPS, { metadata: { name: 'hidden' }, data: { a: 'b' } });
        const path = `${MAPS}/hidden`;
        expect(await patch('ann', path, { managedFields: planted(10) })).toBe('');
        const { message: adopted } = await plane.ask(`${path}?fieldManager=deploy`, {
          method: 'PATCH',
          type: 'application/apply-patch+yaml',
          body: {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'hidden', ...marks('1h') },
          },
          as: 'deploy',
        });
        expect(adopted).toBe('');
        const dry = `${path}?dryRun=All`;
        expect(await patch('deploy', dry, begun(PERIOD + 5))).toMatch(/2099.*managedFields/);
        const { metadata, ...rest } = await plane.get<Found>(path);
        const managedFields = metadata.managedFields?.filter(({ manager }) => manager === 'deploy');
        const mended = { ...rest, metadata: { ...metadata, managedFields } };
        expect(await ask('ann', 'PUT', path, mended)).toBe('');
        expect(await patch('deploy', dry, begun(PERIOD - 60))).toMatch(/has to be/);
        expect(await patch('deploy', dry, begun(PERIOD + 5))).toBe('');
      });

      it('is missing where an object was never kept track of: the lease judges, and nobody approves', async () => {
        await ask('ann', 'POST', MAPS, { metadata: { name: 'old' }, data: { a: 'b' } });
        expect(await patch('ann', `${MAPS}/old`, { managedFields: [{}] })).toBe('');
        expect(await patch('deploy', `${MAPS}/old`, marks('1h'))).toBe('');
        const { uid, managedFields } = (await plane.get<Found>(`${MAPS}/old`)).metadata;
        expect(managedFields).toBeUndefined();
        const approval = (ahead: number) => ({
          annotations: {
            'reprieve.dev/hard-delete-approved': `bob ${uid} ${inSeconds(ahead)} live`,
          },
        });
        expect(await patch('bob', `${MAPS}/old`, approval(600))).toContain('server-side');
        // The lease's policy is away here: with it, this is refused.
        await eventually(
          async () => (await patch('deploy', `${MAPS}/old?dryRun=All`, begun(10))) === '',
        );
        const written = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'old', labels: { team: 'one' } },
        };
        const { message } = await plane.ask(`${MAPS}/old?fieldManager=ann`, {
          method: 'PATCH',
          type: 'application/apply-patch+yaml',
          body: written,
          as: 'ann',
        });
        expect(message).toBe('');
        expect(await patch('bob', `${MAPS}/old`, approval(8 * 24 * 3600))).toContain(
          'within 7 days',
        );
        expect(await patch('bob', `${MAPS}/old`, approval(600))).toBe('');
        expect(await patch('deploy', `${MAPS}/old?dryRun=All`, begun(10))).toMatch(/has to be/);
      });
    });
  },
);

import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import { admissionPolicies } from '../../lib/cluster/admission-policies.js';
import type { ClusterRules } from '../../lib/cluster/rules.js';
import { ControlPlane, type User } from '../support/control-plane.js';
import { enforce, eventually } from '../support/enforced.js';
import { controlPlaneMissing } from '../support/engines.js';
import { Scratch } from '../support/scratch.js';

const VERSION = '1.37.2';
const REFUSED = 'the policies that protect what is soft-deleted';
const API = '/apis/admissionregistration.k8s.io/v1';
const DELETION = 'validatingadmissionpolicies/deletion.reprieve.dev';
const BINDING = 'validatingadmissionpolicybindings/deletion.reprieve.dev';
const RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(10),
  slack: durationOf(4),
  pipelines: ['deploy'],
  approvers: ['bob'],
};
const LEASES = { apiGroups: ['coordination.k8s.io'], apiVersions: ['*'], resources: ['leases'] };
const PODS = { apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };

/** Files for an API server: the folder that it reads policies from, and what names that folder. */
class StaticFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'reprieve-static-'));
  readonly manifests = join(this.folder, 'policies');
  readonly file = join(this.manifests, 'reprieve.yaml');

  constructor() {
    mkdirSync(this.manifests);
    const plugin = {
      name: 'ValidatingAdmissionPolicy',
      configuration: {
        apiVersion: 'apiserver.config.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyConfiguration',
        staticManifestsDir: this.manifests,
      },
    };
    writeFileSync(
      join(this.folder, 'admission.json'),
      JSON.stringify({
        apiVersion: 'apiserver.config.k8s.io/v1',
        kind: 'AdmissionConfiguration',
        plugins: [plugin],
      }),
    );
  }

  /** An API server that reads them. */
  start(): Promise<ControlPlane> {
    const flags = [`--admission-control-config-file=${join(this.folder, 'admission.json')}`];
    return ControlPlane.start({ kubernetes: VERSION, flags });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What the command prints. */
function printed(...args: readonly string[]): string {
  const scratch = new Scratch();
  scratch.write(
    'reprieve.yaml',
    [
      'version: 1',
      'reclamation: { period: 1m, floor: 10s, planMaxAge: 2s }',
      'approvers: [{ id: bob@example.org, kubernetesUser: bob }]',
      'cluster: { pipelines: [deploy] }',
    ].join('\n'),
  );
  const { code, stdout, output } = scratch.reprieve('cluster', 'policies', '--static', ...args);
  scratch.remove();
  if (code !== 0) throw new Error(output);
  return stdout;
}

describe.skipIf(controlPlaneMissing(VERSION) !== undefined)(
  'policies in files of the API server',
  { timeout: 300_000 },
  () => {
    const files = new StaticFiles();
    let plane: ControlPlane;
    beforeAll(async () => {
      plane = await files.start();
      await enforce(plane, RULES);
      // The API server watches the folder.
      writeFileSync(files.file, printed('--kubernetes', `v${VERSION}`));
      await eventually(async () => (await remove(`${BINDING}?dryRun=All`)).status === 403, 180);
    }, 300_000);
    afterAll(() => {
      plane?.stop();
      files.remove();
    });

    const patch = (path: string, body: unknown, as: User = 'root') =>
      plane.ask(`${API}/${path}`, { as, method: 'PATCH', body });
    const remove = (path: string, as: User = 'root') =>
      plane.ask(`${API}/${path}`, { as, method: 'DELETE' });
    const log = () => plane.logs()['kube-apiserver.log'] ?? '';

    it.each(['root', 'admin'] as const)('are beyond %s, and keep what is installed', async (as) => {
      const before = await plane.get(`${API}/validatingadmissionpolicies`);
      for (const path of [DELETION, BINDING]) {
        const owners = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'x' }];
        const answers = [
          await remove(path, as),
          await remove(path.split('/')[0] ?? '', as),
          await patch(path, { metadata: { labels: null } }, as),
          await patch(path, { metadata: { ownerReferences: owners } }, as),
        ];
        for (const answer of answers) expect(answer.message).toContain(REFUSED);
      }
      const edits = [
        await patch(DELETION, { spec: { failurePolicy: 'Ignore' } }, as),
        await patch(DELETION, { spec: { validations: [{ expression: 'true' }] } }, as),
        await patch(
          DELETION,
          { spec: { matchConditions: [{ name: 'a', expression: 'false' }] } },
          as,
        ),
        await patch(BINDING, { spec: { validationActions: ['Audit'] } }, as),
        await patch(
          BINDING,
          { spec: { matchResources: { namespaceSelector: { matchLabels: { a: 'b' } } } } },
          as,
        ),
      ];
      for (const answer of edits) expect(answer.message).toContain(REFUSED);
      await patch(`${DELETION}/status`, { metadata: { labels: null } }, as);
      expect(specs(await plane.get(`${API}/validatingadmissionpolicies`))).toEqual(specs(before));
      // What is there may be applied once more, as every deploy does.
      expect(() => plane.apply(admissionPolicies(RULES))).not.toThrow();
    });

    it('keep their names to themselves', async () => {
      const name = 'installed.reprieve.static.k8s.io';
      const spec = {
        validations: [{ expression: 'true' }],
        matchConstraints: { resourceRules: [{ ...PODS, operations: ['CREATE'] }] },
      };
      const kind = 'ValidatingAdmissionPolicy';
      const body = {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind,
        metadata: { name },
        spec,
      };
      const made = await plane.ask(`${API}/validatingadmissionpolicies`, { method: 'POST', body });
      expect(made.status).toBe(422);
      expect(made.message).toContain('reserved for static manifest-based configurations');
      expect(await plane.status(`${API}/validatingadmissionpolicies/${name}`)).toBe(404);
    });

    it('keep others from changing the leases that are the clock', async () => {
      const create = (kind: string, plural: string, more: object) =>
        plane.ask(`${API}/${plural}?dryRun=All`, {
          ...{ as: 'root', method: 'POST' },
          body: {
            apiVersion: 'admissionregistration.k8s.io/v1',
            kind,
            metadata: { name: 'x' },
            ...more,
          },
        });
      const rule = (what: object) => ({ ...what, operations: ['UPDATE'] });
      const policy = (what: object, more: object = {}) =>
        create('MutatingAdmissionPolicy', 'mutatingadmissionpolicies', {
          spec: {
            reinvocationPolicy: 'Never',
            matchConstraints: { resourceRules: [rule(what)], ...more },
            mutations: [
              {
                patchType: 'JSONPatch',
                jsonPatch: {
                  expression: '[JSONPatch{op: "add", path: "/metadata/labels/a", value: "b"}]',
                },
              },
            ],
          },
        });
      const webhook = (what: object) =>
        create('MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', {
          webhooks: [
            {
              ...{ name: 'a.example.org', sideEffects: 'None', admissionReviewVersions: ['v1'] },
              clientConfig: { url: 'https://127.0.0.1:1/' },
              rules: [rule(what)],
            },
          ],
        });
      const all = { ...LEASES, apiGroups: ['*'], resources: ['*'] };
      const elsewhere = {
        namespaceSelector: {
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
            { key: 'reprieve.dev/protected', operator: 'NotIn', values: ['true'] },
          ],
        },
      };
      for (const answer of [await policy(LEASES), await policy(all), await webhook(LEASES)]) {
        expect(answer.message).toContain("could change the API servers' leases");
      }
      for (const answer of [
        await policy(PODS),
        await policy(all, elsewhere),
        await webhook(PODS),
      ]) {
        expect(answer).toMatchObject({ status: 201 });
      }
    });

    it('stay as they were while a file is broken, and go when it goes', async () => {
      const good = readFileSync(files.file, 'utf8');
      appendFileSync(files.file, '\n---\nkind: {\n');
      await eventually(async () => log().includes('reloading manifest config'), 180);
      expect((await remove(DELETION)).message).toContain(REFUSED);

      rmSync(files.file);
      await eventually(async () => (await remove(`${BINDING}?dryRun=All`)).status === 200, 180);
      writeFileSync(files.file, good);
      await eventually(async () => (await remove(`${BINDING}?dryRun=All`)).status === 403, 180);
    });

    it('stay in force when their folder is moved away, and hold by themselves', async () => {
      const reloads = count(log(), 'reloading manifest config');
      renameSync(files.manifests, `${files.manifests}-away`);
      await eventually(async () => count(log(), 'reloading manifest config') > reloads, 180);
      const lease = (await leases())[0];
      const path = `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/${lease}`;
      const forged = await plane.ask(path, {
        ...{ as: 'root', method: 'PATCH' },
        body: { spec: { renewTime: '2099-01-01T00:00:00.000000Z' } },
      });
      expect(forged.message).toContain('only the API server may write its identity lease');
      const namespace = '/api/v1/namespaces/reprieve-probe';
      const bare = { metadata: { labels: { 'reprieve.dev/protected': null } } };
      const stripped = await plane.ask(namespace, { as: 'root', method: 'PATCH', body: bare });
      expect(stripped.message).toContain("can't be changed");
      expect((await remove(DELETION)).message).toContain(REFUSED);
    });

    async function leases(): Promise<readonly string[]> {
      const { items } = await plane.get<{ items: { metadata: { name: string } }[] }>(
        '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases',
      );
      return items.map(({ metadata }) => metadata.name).filter((name) => /^apiserver-/.test(name));
    }
  },
);

describe.skipIf(controlPlaneMissing(VERSION) !== undefined)(
  'an API server with files that it can not use',
  { timeout: 300_000 },
  () => {
    it.each([
      ['a policy with a parameter', JSON.stringify(parameterised()), 'paramKind is not supported'],
      ['a file that is cut off', '{ "kind": "Val', 'error loading'],
    ])('does not start with %s', async (_what, text, message) => {
      const files = new StaticFiles();
      writeFileSync(join(files.manifests, 'a.json'), text);
      const started = files.start().then((plane) => plane.stop());
      await expect(started).rejects.toThrow(message);
      files.remove();
    });

    it('does not start without the folder', async () => {
      const files = new StaticFiles();
      rmSync(files.manifests, { recursive: true });
      await expect(files.start().then((plane) => plane.stop())).rejects.toThrow('unable to read');
      files.remove();
    });
  },
);

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

function parameterised(): unknown {
  const policy = admissionPolicies(RULES).find(({ spec }) => Object(spec).paramKind !== undefined);
  return { ...policy, metadata: { name: 'deletion.reprieve.static.k8s.io' } };
}

function specs(list: unknown): readonly unknown[] {
  return Object(list).items.map(
    (item: { metadata: { name: string; labels: unknown }; spec: unknown }) => [
      item.metadata.name,
      item.metadata.labels,
      item.spec,
    ],
  );
}

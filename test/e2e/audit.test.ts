import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ControlPlane, type User } from '../support/control-plane.js';
import { grantRights } from '../support/enforced.js';
import { EnforcedStack } from '../support/enforced-stack.js';
import { controlPlaneMissing, providerMissing } from '../support/engines.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();
const SETTINGS = [
  'version: 1',
  'reclamation: { period: 1h, floor: 30m, planMaxAge: 10m }',
  'approvers: [{ id: bob@example.org, kubernetesUser: bob }]',
  'cluster: { pipelines: [deploy], admins: [root] }',
  '',
].join('\n');
const RBAC = 'rbac.authorization.k8s.io/v1';
/** Of what the tests themselves bind. */
const OWN = /^(User\/(deploy|ann|bob|root)|Group\/)/;

interface Found {
  readonly level: 'finding' | 'note';
  readonly code: string;
  readonly object: string;
  readonly message: string;
  readonly remedy: string;
}

/** What was done while there were no policies; each act, what the audit says, and who mends it. */
describe.skipIf(missing !== undefined)(
  'an audit of what was done to a cluster',
  { timeout: 600_000 },
  () => {
    const it = story();
    let plane: ControlPlane;
    let stack: EnforcedStack;
    let found: readonly Found[];

    const audit = (): readonly Found[] => {
      const kubeconfig = ['--kubeconfig', plane.kubeconfig];
      const { stdout, output } = stack.reprieve('cluster', 'audit', '-o', 'json', ...kubeconfig);
      if (!stdout.startsWith('{')) throw new Error(output);
      const { clusters } = JSON.parse(stdout) as { clusters: { findings: Found[] }[] };
      return clusters
        .flatMap(({ findings }) => findings)
        .filter(({ code, object }) => !code.startsWith('rbac/') || !OWN.test(object))
        .filter(({ level, code }) => level === 'finding' || code.startsWith('approval/'));
    };
    const told = () => found.map(({ code, object }) => `${code} ${object}`);
    /** Does what a remedy says, word for word, as somebody. */
    const follow = (code: string, as: User, on = '', change = (words: string) => words) => {
      const fits = (each: Found) => each.code === code && each.object.startsWith(on);
      const { remedy } = found.find(fits) ?? { remedy: '' };
      const [command] =
        /kubectl (?:annotate|delete|patch) (?:"[^"]*"|'[^']*'|[^\s.,"']+(?:\.[^\s.,"']+)*| )+/.exec(
          change(remedy),
        ) ?? [];
      if (command === undefined) throw new Error(`No command in: ${remedy}`);
      const words = `${command} --kubeconfig ${plane.kubeconfigOf(as)}`;
      const done = spawnSync('sh', ['-c', words], { encoding: 'utf8' });
      expect(done.status, `${command}\n${done.stdout}${done.stderr}`).toBe(0);
    };
    const patch = (path: string, body: object, as: User = 'admin') =>
      plane.ask(path, { method: 'PATCH', body, as });

    beforeAll(async () => {
      plane = await ControlPlane.start();
      grantRights(plane);
      stack = new EnforcedStack(plane);
      stack.write('reprieve.yaml', SETTINGS);
      stack.declare(
        `const stack = new ReprieveStack(app, 'production', { target: Target.kubernetes({ configPath: '${plane.kubeconfigOf('deploy')}' }) });
        ${EnforcedStack.PROJECT}`,
      );
      stack.prepare('production');
      stack.must(stack.apply());
    });
    afterAll(() => {
      stack?.remove();
      plane?.stop();
    });

    it('finds nothing but that the policies are missing, at first', () => {
      found = audit().filter(({ code }) => !code.startsWith('policy/'));
      expect(told()).toEqual(['clock/no-anchor Clock lease']);
    });

    it('sees each act', async () => {
      const inside = '/api/v1/namespaces/billing';
      const networks = '/apis/networking.k8s.io/v1/namespaces/billing/networkpolicies';
      const bindings = `/apis/${RBAC}/namespaces/billing/rolebindings`;
      const note = (key: string, value: string) => ({
        metadata: { annotations: { [key]: value } },
      });
      await patch(`${inside}/secrets/db`, { metadata: { finalizers: ['example.org/hold'] } });
      await patch(`${inside}/secrets/dockerhub`, note('reprieve.dev/period', '999999h'));
      await patch(`${inside}/configmaps/settings`, note('reprieve.dev/project-name', 'other'));
      const { items } = await plane.get<{ items: { metadata: { name: string } }[] }>(networks);
      const network = items[0]?.metadata.name ?? '';
      await patch(`${networks}/${network}`, { spec: { ingress: [{}] } });
      const bound = await plane.get<{ items: { metadata: { name: string } }[] }>(bindings);
      const eve = { kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' };
      const binding = bound.items[0]?.metadata.name ?? '';
      await patch(`${bindings}/${binding}`, { subjects: [eve] });
      plane.apply([
        {
          ...{
            apiVersion: 'admissionregistration.k8s.io/v1',
            kind: 'MutatingWebhookConfiguration',
          },
          metadata: { name: 'rewrites' },
          webhooks: [
            {
              ...{ name: 'a.example.org', sideEffects: 'None', admissionReviewVersions: ['v1'] },
              ...{ failurePolicy: 'Ignore', timeoutSeconds: 1 },
              clientConfig: { url: 'https://127.0.0.1:1/' },
              rules: [
                {
                  ...{ apiGroups: [''], apiVersions: ['*'], operations: ['UPDATE'] },
                  resources: ['secrets'],
                },
              ],
            },
          ],
        },
        {
          ...{ apiVersion: 'admissionregistration.k8s.io/v1' },
          kind: 'ValidatingAdmissionPolicyBinding',
          metadata: { name: 'again' },
          spec: { policyName: 'clock.reprieve.dev', validationActions: ['Deny'] },
        },
        {
          ...{ apiVersion: RBAC, kind: 'ClusterRole', metadata: { name: 'mighty' } },
          rules: [
            {
              apiGroups: ['admissionregistration.k8s.io'],
              resources: ['mutatingwebhookconfigurations'],
              verbs: ['create'],
            },
            { apiGroups: [''], resources: ['namespaces/finalize'], verbs: ['update'] },
          ],
        },
        {
          ...{ apiVersion: RBAC, kind: 'ClusterRoleBinding', metadata: { name: 'mighty' } },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'mighty' },
          subjects: [eve],
        },
      ]);
      found = audit().filter(({ code }) => !/^(policy\/(missing|unbound)|clock\/)/.test(code));
      expect(told()).toEqual([
        'admission/mutating-webhook MutatingWebhookConfiguration rewrites',
        `object/access NetworkPolicy billing/${network}`,
        `object/access RoleBinding billing/${binding}`,
        'object/finalizer Secret billing/db',
        'object/marks ConfigMap billing/settings',
        'object/period Secret billing/dockerhub',
        'policy/second-binding ValidatingAdmissionPolicyBinding again',
        'rbac/finalize User/eve',
        'rbac/mutators User/eve',
      ]);
      const text = stack.reprieve('cluster', 'audit', '--kubeconfig', plane.kubeconfig).stdout;
      // One block for each subject, and what to do about it once.
      expect(text.match(/^User\/eve$/gm)).toHaveLength(1);
      expect(text.match(/say --trusted User\/eve/g)).toHaveLength(1);
    });

    it('says what to do so that it helps, with the policies in force', async () => {
      follow('policy/second-binding', 'admin');
      const remedy = found.find((each) => each.code === 'object/finalizer')?.remedy ?? '';
      const applied = ['cluster', 'policies', '--apply', '--kubeconfig', plane.kubeconfig];
      stack.must(stack.reprieve(...applied));
      follow('admission/mutating-webhook', 'root');
      // A finalizer can't be taken away before its time, and the audit doesn't advise it.
      expect(remedy).toContain('let nobody take a finalizer away before');
      const free = { metadata: { finalizers: null } };
      const secret = '/api/v1/namespaces/billing/secrets/db';
      expect((await patch(secret, free, 'root')).message).toContain('a finalizer could hold up');
      // The period takes an approver; everything else a deployment.
      const before = stack.apply();
      expect(before.flat).toContain('never gets shorter');
      follow('object/period', 'bob', '', (words) => words.replace('USER', 'bob'));
      follow('object/access', 'deploy', 'RoleBinding');
      stack.must(stack.apply());
      found = audit();
      expect(told()).toEqual([
        'object/finalizer Secret billing/db',
        'rbac/finalize User/eve',
        'rbac/mutators User/eve',
        'approval/shorter-period Secret billing/dockerhub',
      ]);
      follow('approval/shorter-period', 'ann');
    });

    it('tells open approvals, and how they are withdrawn', async () => {
      const path = '/api/v1/namespaces/billing';
      const { metadata } = await plane.get<{ metadata: { uid: string } }>(path);
      const expires = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
      const value = `bob ${metadata.uid} ${expires} live`;
      const consent = { metadata: { annotations: { 'reprieve.dev/hard-delete-approved': value } } };
      expect((await patch(path, consent, 'bob')).message).toBe('');
      found = audit();
      expect(told()).toContain('approval/open Namespace billing');
      follow('approval/open', 'ann');
      found = audit();
      expect(told()).not.toContain('approval/open Namespace billing');
    });
  },
);

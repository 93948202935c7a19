import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ControlPlane } from '../support/control-plane.js';
import { controlPlaneMissing, providerEnvironment, providerMissing } from '../support/engines.js';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();
const PASSWORD = 'canary-Zk3vQ9';
const ROTATED = 'canary-Tn6wE4';
const KEY = 'canary-private-Jx81Lw';

interface KubernetesObject {
  readonly metadata: {
    readonly uid: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
}

interface KubernetesSecret extends KubernetesObject {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

describe.skipIf(missing !== undefined)('a project on a real control plane', () => {
  const it = story();
  let plane: ControlPlane;
  let scratch: Scratch;
  let uid: string;

  const declare = (revision = 1, variable = 'token') =>
    scratch.declare(`
      const stack = new ReprieveStack(app, 'production', {
        target: Target.kubernetes({ configPath: '${plane.kubeconfig}' }) });
      const billing = new Project(stack, 'billing');
      const hub = RegistrySecret.dockerHub(billing, 'dockerhub', {
        username: 'example', email: 'a@example.org',
        password: Credential.fromVariable('token', { revision: ${revision} }) });
      const db = billing.addSecret('db', { format: 'basic_auth', username: 'app',
        password: Credential.fromVariable('${variable}', { revision: ${revision} }) });
      billing.addSecret('deploy-key', { format: 'ssh_auth', knownHosts: 'example.org ssh-ed25519 AAAA',
        sshKey: Credential.fromVariable('key', { revision: 1 }) });
      billing.addSecret('signing', { format: 'hmac_auth',
        accessKeyId: Credential.fromVariable('key', { revision: 1 }),
        secretAccessKey: Credential.fromVariable('token', { revision: 1 }) });
      billing.addSecret('misc', { format: 'generic',
        data: { 'api.key': Credential.fromVariable('key', { revision: 1 }) } });
      const settings = billing.addConfigMap('settings', { data: { TEMPLATE: 'a \${b} %{c}' } });
      new JobTemplate(billing, 'nightly', {
        image: 'example/invoices:1.4.2', imageSecret: hub, cpu: 0.125, memory: '250M',
        ephemeralStorage: '250M', arraySize: 3, retryLimit: 2, maxExecutionTime: 60, runAsUser: 1000,
        command: ['/bin/sh', '-c'], arguments: ['echo \${HOME} %{x}'], serviceAccount: 'reader',
        environment: { MODE: 'full', PASSWORD: { secret: db, key: 'password' },
          CURRENCY: { configMap: settings, key: 'TEMPLATE' } },
        environmentFrom: [{ secret: db, prefix: 'DB_' }, { configMap: settings }],
        mounts: [{ path: '/etc/db', secret: db }, { path: '/etc/app', configMap: settings }] });
      new Project(stack, 'Legacy: 1', { namespace: 'legacy', adoptNamespace: true });
      new JobTemplate(billing, 'listener', { image: 'example/listener:2', mode: 'daemon' });
    `);
  const deploy = () => scratch.deploy('production', '--skip-provider-lock');
  const object = <T extends KubernetesObject>(path: string) => plane.get<T>(path);

  beforeAll(async () => {
    plane = await ControlPlane.start();
    scratch = new Scratch({
      ...providerEnvironment(),
      TF_VAR_token: PASSWORD,
      TF_VAR_key: KEY,
    });
    scratch.write('reprieve.yaml', LONG_PERIOD);
    declare();
  });
  afterAll(() => {
    scratch?.remove();
    plane?.stop();
  });

  it('is deployed with every object as declared', async () => {
    plane.kubectl('create', 'namespace', 'legacy');
    const legacy = (await object('/api/v1/namespaces/legacy')).metadata.uid;
    expect(deploy()).toMatchObject({ code: 0, destroyed: 0 });
    const adopted = await object('/api/v1/namespaces/legacy');
    expect(adopted.metadata.uid).toBe(legacy);
    expect(adopted.metadata.annotations['reprieve.dev/project-name']).toBe('Legacy: 1');
    const namespace = await object('/api/v1/namespaces/billing');
    uid = namespace.metadata.uid;
    expect(namespace.metadata.labels).toMatchObject({
      'reprieve.dev/protected': 'true',
      'reprieve.dev/state': 'active',
    });
    const secret = await object<KubernetesSecret>('/api/v1/namespaces/billing/secrets/dockerhub');
    expect(secret.type).toBe('kubernetes.io/dockerconfigjson');
    const config = JSON.parse(decode(secret.data['.dockerconfigjson']));
    expect(config.auths['https://index.docker.io/v1/']).toEqual({
      username: 'example',
      password: PASSWORD,
      email: 'a@example.org',
      auth: Buffer.from(`example:${PASSWORD}`).toString('base64'),
    });
    const key = await object<KubernetesSecret>('/api/v1/namespaces/billing/secrets/deploy-key');
    expect(decode(key.data['ssh-privatekey'])).toBe(KEY);
    const settings = await plane.get<{ data: Record<string, string> }>(
      '/api/v1/namespaces/billing/configmaps/settings',
    );
    expect(settings.data).toEqual({ TEMPLATE: 'a ${b} %{c}' });
  });

  it('bounds the project, and gives its jobs the rights that their accounts name', async () => {
    const inside = async (path: string) =>
      plane.get<{ spec: unknown; roleRef: unknown; subjects: unknown }>(
        path.replace('NAMESPACE', 'namespaces/billing'),
      );
    const quota = await inside('/api/v1/NAMESPACE/resourcequotas/project');
    expect(quota.spec).toMatchObject({ hard: { 'count/cronjobs.batch': '100', pods: '250' } });
    const limits = await inside('/api/v1/NAMESPACE/limitranges/project');
    const size = { cpu: '1', memory: '4G', 'ephemeral-storage': '400M' };
    expect(limits.spec).toEqual({
      limits: [{ type: 'Container', default: size, defaultRequest: size }],
    });
    const network = await inside('/apis/networking.k8s.io/v1/NAMESPACE/networkpolicies/project');
    expect(network.spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: {} }] }],
    });
    const rbac = '/apis/rbac.authorization.k8s.io/v1/NAMESPACE/rolebindings';
    for (const [account, role] of Object.entries({
      manager: 'admin',
      writer: 'edit',
      reader: 'view',
    })) {
      const { roleRef, subjects } = await inside(`${rbac}/reprieve-${account}`);
      expect(roleRef).toMatchObject({ kind: 'ClusterRole', name: role });
      expect(subjects).toEqual([
        { kind: 'ServiceAccount', name: `reprieve-${account}`, namespace: 'billing' },
      ]);
    }
    const none = await plane.get('/api/v1/namespaces/billing/serviceaccounts/reprieve-none');
    expect(none).toMatchObject({ automountServiceAccountToken: false });
    expect(
      await plane.status(`${rbac.replace('NAMESPACE', 'namespaces/billing')}/reprieve-none`),
    ).toBe(404);
  });

  it('keeps a template from running by itself', async () => {
    const path = '/apis/batch/v1/namespaces/billing/cronjobs';
    const { items } = await plane.get<{ items: { spec: object }[] }>(path);
    expect(items).toHaveLength(2);
    for (const { spec } of items) {
      expect(spec).toMatchObject({
        suspend: true,
        schedule: '59 23 31 2 *',
        successfulJobsHistoryLimit: 100,
        failedJobsHistoryLimit: 100,
      });
    }
    const daemon = await plane.get<{ spec: unknown }>(`${path}/listener`);
    expect(daemon.spec).toMatchObject({
      jobTemplate: {
        spec: { backoffLimit: 2_147_483_647, template: { spec: { restartPolicy: 'OnFailure' } } },
      },
    });
  });

  it('makes a job template that runs as a job with the same specification', async () => {
    plane.kubectl('-n', 'billing', 'create', 'job', 'run-1', '--from=cronjob/nightly');
    const job = await plane.get<{ spec: Record<string, unknown> }>(
      '/apis/batch/v1/namespaces/billing/jobs/run-1',
    );
    expect(job.spec).toMatchObject({
      completions: 3,
      parallelism: 3,
      completionMode: 'Indexed',
      backoffLimitPerIndex: 2,
      activeDeadlineSeconds: 60,
      template: {
        spec: {
          restartPolicy: 'Never',
          serviceAccountName: 'reprieve-reader',
          automountServiceAccountToken: true,
          securityContext: {
            runAsUser: 1000,
            runAsNonRoot: true,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          imagePullSecrets: [{ name: 'dockerhub' }],
          containers: [
            expect.objectContaining({
              image: 'docker.io/example/invoices:1.4.2',
              securityContext: expect.objectContaining({
                allowPrivilegeEscalation: false,
                capabilities: { drop: ['ALL'] },
              }),
              command: ['/bin/sh', '-c'],
              args: ['echo ${HOME} %{x}'],
              resources: expect.objectContaining({
                limits: { cpu: '125m', memory: '250M', 'ephemeral-storage': '250M' },
                requests: { cpu: '125m', memory: '250M', 'ephemeral-storage': '250M' },
              }),
            }),
          ],
        },
      },
    });
    const { containers, volumes } = Object(job.spec['template']).spec;
    expect(containers[0]).toMatchObject({
      env: ENVIRONMENT,
      envFrom: [
        { prefix: 'DB_', secretRef: { name: 'db' } },
        { configMapRef: { name: 'settings' } },
      ],
      volumeMounts: [
        { name: 'mount-0', mountPath: '/etc/db', readOnly: true },
        { name: 'mount-1', mountPath: '/etc/app', readOnly: true },
      ],
    });
    expect(volumes).toMatchObject([
      { secret: { secretName: 'db' } },
      { configMap: { name: 'settings' } },
    ]);
    plane.kubectl('-n', 'billing', 'delete', 'job', 'run-1');
  });

  it('has no difference when deployed again', () => {
    expect(scratch.terraform('production', 'plan', '-detailed-exitcode').code).toBe(0);
    expect(scratch.settle('production')).toMatchObject({ code: 0, added: 0, destroyed: 0 });
  });

  it('explains a changed variable whose revision did not rise', () => {
    declare(1, 'key');
    const told = scratch.synth();
    expect(told.code).toBe(1);
    expect(told.flat).toContain('Raise `password.revision` from 1 to 2');
  });

  it('writes a new credential in place when its revision rises', async () => {
    const db = '/api/v1/namespaces/billing/secrets/db';
    const before = await object<KubernetesSecret>(db);
    declare(2);
    expect(scratch.synth({ TF_VAR_token: '' }).code).toBe(0);
    const plan = scratch.terraform('production', 'plan').output;
    expect(plan).toContain('Plan: 0 to add, 2 to change, 0 to destroy');
    const rotated = scratch.with({ TF_VAR_token: ROTATED });
    const deployed = rotated.deploy('production', '--skip-provider-lock');
    expect(deployed).toMatchObject({ code: 0, added: 0, destroyed: 0 });
    expect(deployed.output).not.toContain(ROTATED);
    const secret = await object<KubernetesSecret>(db);
    expect(decode(secret.data['password'])).toBe(ROTATED);
    expect(secret.metadata.uid).toBe(before.metadata.uid);
  });

  it('keeps the credentials out of every file and of all output', () => {
    for (const canary of [
      PASSWORD,
      ROTATED,
      KEY,
      Buffer.from(`example:${PASSWORD}`).toString('base64'),
    ]) {
      expect(scratch.filesHolding(canary)).toEqual([]);
    }
    const deployed = deploy();
    expect(deployed.output).not.toContain(PASSWORD);
    expect(deployed.output).not.toContain(KEY);
  });

  it('fails in the plan, without asking, when a credential is not set', () => {
    const poor = scratch.with({ TF_VAR_token: '' });
    const deployed = poor.deploy('production', '--skip-provider-lock');
    expect(deployed.code).not.toBe(0);
    expect(poor.terraform('production', 'plan').flat).toContain(
      'set the environment variable TF_VAR_token',
    );
  });

  it('is soft-deleted: marked, stopped, and all there', async () => {
    scratch.requestDeletions({ target: 'billing' });
    const deleted = scratch.with({ TF_VAR_token: '', TF_VAR_key: '' });
    const effect = deleted.deploy('production', '--skip-provider-lock');
    expect(effect).toMatchObject({ code: 0, added: 1, destroyed: 0 });
    const namespace = await object('/api/v1/namespaces/billing');
    expect(namespace.metadata.uid).toBe(uid);
    expect(namespace.metadata.labels['reprieve.dev/state']).toBe('soft-deleted');
    expect(namespace.metadata.annotations['reprieve.dev/reclaim-after']).toMatch(/^\d{4}-.*Z$/);
    const quota = await plane.get<{ spec: { hard: Record<string, string> } }>(
      '/api/v1/namespaces/billing/resourcequotas/project',
    );
    expect(new Set(Object.values(quota.spec.hard))).toEqual(new Set(['0']));
    const secret = await object<KubernetesSecret>('/api/v1/namespaces/billing/secrets/dockerhub');
    expect(decode(secret.data['.dockerconfigjson'])).toContain(ROTATED);
  });

  it('is restored with the same namespace', async () => {
    expect(scratch.reprieve('reclamation', 'restore', 'billing').code).toBe(0);
    const restored = deploy();
    expect(restored.code, restored.output).toBe(0);
    expect(restored).toMatchObject({ added: 0, destroyed: 1 });
    const namespace = await object('/api/v1/namespaces/billing');
    expect(namespace.metadata.uid).toBe(uid);
    expect(namespace.metadata.annotations).not.toHaveProperty('reprieve.dev/reclaim-after');
  });

  it('is gone once the period is over', async () => {
    scratch.requestDeletions({ target: 'billing' });
    expect(scratch.settle('production')).toMatchObject({ code: 0, added: 1, destroyed: 0 });
    const members = scratch.reclamations('production')[0]?.members.length;
    scratch.turnBackClocks(1, 'production');
    expect(deploy()).toMatchObject({ code: 0, added: 0, destroyed: members });
    expect(await plane.status('/api/v1/namespaces/billing')).toBe(404);
    expect(scratch.reprieve('reclamation', 'restore', 'billing').code).toBe(1);
  });
});

/** What Code Engine puts into every run, beside what the template says. */
const ENVIRONMENT = [
  { name: 'MODE', value: 'full' },
  { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
  { name: 'CURRENCY', valueFrom: { configMapKeyRef: { name: 'settings', key: 'TEMPLATE' } } },
  {
    name: 'JOB_INDEX',
    valueFrom: {
      fieldRef: {
        apiVersion: 'v1',
        fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']",
      },
    },
  },
  { name: 'JOB_ARRAY_SIZE', value: '3' },
  { name: 'JOB_MODE', value: 'task' },
  { name: 'JOB_RETRY_LIMIT', value: '2' },
  { name: 'CE_JOB', value: 'nightly' },
  {
    name: 'CE_JOBRUN',
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: "metadata.labels['job-name']" } },
  },
  { name: 'CE_SUBDOMAIN', value: 'billing' },
];

function decode(text: string | undefined): string {
  return Buffer.from(text ?? '', 'base64').toString('utf8');
}

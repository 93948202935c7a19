import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ControlPlane } from '../support/control-plane.js';
import { controlPlaneMissing, providerEnvironment, providerMissing } from '../support/engines.js';
import { publishedValidator } from '../support/schemas.js';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();
const PASSWORD = 'canary-Vb7nR2';
/** Objects are changed by hand before there are policies, which would stop that. */
const POLICIES = /^(policy|cluster|clock)\//;
const isAudit = publishedValidator('audit');

interface Metadata {
  readonly uid: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

describe.skipIf(missing !== undefined)('what happens to a cluster outside of Terraform', () => {
  const it = story();
  let plane: ControlPlane;
  let scratch: Scratch;
  let others: Scratch;

  /** A stack with the project billing, and what else a test adds. */
  const declare = (more = '', kubeconfig = plane.kubeconfig) =>
    scratch.declare(`
      const stack = new ReprieveStack(app, 'production', {
        target: Target.kubernetes({ configPath: '${kubeconfig}' }) });
      const billing = new Project(stack, 'billing');
      billing.addSecret('db', { format: 'basic_auth', username: 'app',
        password: Credential.fromVariable('token', { revision: 1 }) });
      billing.addConfigMap('settings', { data: { MODE: 'full' } });
      new JobTemplate(billing, 'nightly', { image: 'example/invoices:1.4.2' });
      ${more}
    `);
  const deploy = () => scratch.settle('production');
  /** Gives `2 added, 0 changed, 0 destroyed`. */
  const soundDeploy = () => {
    const deployed = deploy();
    expect(deployed.code, deployed.output.slice(-2000)).toBe(0);
    return /Resources: (.*?)\./.exec(deployed.flat)?.[1];
  };
  const run = (...args: readonly string[]) => plane.kubectl(...args);
  const metadata = async (path: string) => (await plane.get<{ metadata: Metadata }>(path)).metadata;

  /** What the audit finds, as `code object`; without notes, and without policies unless asked. */
  const audit = (from = scratch, withPolicies = false, ...args: readonly string[]) => {
    const { code, stdout, output } = from.reprieve('cluster', 'audit', '-o', 'json', ...args);
    if (code > 1) throw new Error(output);
    const json = JSON.parse(stdout);
    expect(isAudit(json), JSON.stringify(isAudit.errors)).toBe(true);
    const { clusters } = json as {
      clusters: { findings: { level: string; code: string; object: string }[] }[];
    };
    const found = clusters
      .flatMap(({ findings }) => findings)
      .filter(({ level }) => level === 'finding')
      .map((it) => `${it.code} ${it.object}`);
    expect(code).toBe(found.length === 0 ? 0 : 1);
    return withPolicies ? found : found.filter((it) => !POLICIES.test(it));
  };

  beforeAll(async () => {
    plane = await ControlPlane.start();
    const env = {
      ...providerEnvironment(),
      TF_VAR_token: PASSWORD,
    };
    scratch = new Scratch(env);
    others = new Scratch(env);
    scratch.write('reprieve.yaml', LONG_PERIOD);
    declare();
    soundDeploy();
  });
  afterAll(() => {
    scratch?.remove();
    others?.remove();
    plane?.stop();
  });

  it('finds nothing in a cluster that is as it was deployed', () => {
    expect(audit()).toEqual([]);
    const text = scratch.reprieve('cluster', 'audit');
    expect(text.code).toBe(1);
    expect(text.output).toContain('cluster/no-pipeline');
    expect(text.output).toContain('production: 1 finding,');
  });

  it('makes anew what was deleted by hand, and takes back what was edited', async () => {
    run('-n', 'billing', 'delete', 'secret', 'db');
    run('-n', 'billing', 'label', 'configmap', 'settings', 'reprieve.dev/protected-');
    run('-n', 'billing', 'patch', 'cronjob', 'nightly', '-p', '{"spec":{"suspend":false}}');
    expect(audit()).toEqual([
      'object/missing secret billing/db',
      'object/unlabelled ConfigMap billing/settings',
    ]);
    soundDeploy();
    expect(audit()).toEqual([]);
    const secret = await plane.get<{ data: Record<string, string> }>(
      '/api/v1/namespaces/billing/secrets/db',
    );
    expect(Buffer.from(secret.data['password'] ?? '', 'base64').toString()).toBe(PASSWORD);
    const template = await plane.get<{ spec: { suspend: boolean } }>(
      '/apis/batch/v1/namespaces/billing/cronjobs/nightly',
    );
    expect(template.spec.suspend).toBe(true);
  });

  it('says which jobs go on in a project that is soft-deleted', () => {
    run('-n', 'billing', 'create', 'job', 'run-1', '--from=cronjob/nightly');
    expect(audit()).toEqual([]);
    scratch.requestDeletions({ target: 'billing' });
    expect(soundDeploy()).toMatch(/ 0 destroyed$/);
    expect(audit()).toEqual(['job/running Job billing/run-1']);
    run('-n', 'billing', 'delete', 'job', 'run-1');
    expect(audit()).toEqual([]);
  });

  it('keeps deadlines and credentials when a lost state is recovered', async () => {
    const paths = ['', '/secrets/db', '/configmaps/settings'].map(
      (path) => `/api/v1/namespaces/billing${path}`,
    );
    const before = await Promise.all(paths.map(metadata));
    const [known] = scratch.reclamations('production');
    expect(scratch.reprieve('recover', 'production').output).toContain('knows every object');
    for (const name of ['terraform.production.tfstate', 'terraform.production.tfstate.backup']) {
      rmSync(join(scratch.folder, name), { force: true });
    }
    expect(audit()).toEqual(['namespace/state-lost Namespace billing']);
    expect(deploy().code).not.toBe(0);
    const recovered = scratch.reprieve('recover', 'production', '--force');
    expect(recovered.code, recovered.output).toBe(0);
    expect(recovered.output).not.toContain(PASSWORD);
    expect(recovered.output).toContain(`recoverable until ${known?.reclaimAfter}`);
    expect(soundDeploy()).toMatch(/ 0 destroyed$/);
    expect(audit()).toEqual([]);
    expect(scratch.reclamations('production')[0]).toEqual(known);
    const after = await Promise.all(paths.map(metadata));
    expect(after.map(({ uid, annotations }) => ({ uid, annotations }))).toEqual(
      before.map(({ uid, annotations }) => ({ uid, annotations })),
    );
    expect(scratch.filesHolding(PASSWORD)).toEqual([]);
    expect(scratch.terraform('production', 'plan', '-detailed-exitcode').code).toBe(0);
  });

  it('refuses to make something soft-deleted anew, until it is restored', () => {
    run('-n', 'billing', 'delete', 'configmap', 'settings');
    expect(audit()).toEqual(['object/missing configmap billing/settings']);
    const refused = deploy();
    expect(refused.code).not.toBe(0);
    expect(refused.flat).toContain('kept-while-soft-deleted');
    expect(scratch.reprieve('reclamation', 'restore', 'billing').code).toBe(0);
    soundDeploy();
    expect(audit()).toEqual([]);
  });

  it('says what to do when the API server is down or denies, and changes nothing', () => {
    const dead = join(scratch.folder, 'dead.kubeconfig');
    writeFileSync(
      dead,
      readFileSync(plane.kubeconfig, 'utf8').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1'),
    );
    const down = scratch.reprieve('cluster', 'audit', '--kubeconfig', dead);
    expect(down.code).toBe(3);
    expect(down.output).toContain('Check that the API server runs');
    const state = scratch.read('terraform.production.tfstate');
    declare('', dead);
    expect(deploy().code).not.toBe(0);
    expect(scratch.read('terraform.production.tfstate')).toBe(state);

    const poor = join(scratch.folder, 'poor.kubeconfig');
    const token = run('-n', 'billing', 'create', 'token', 'reprieve-none').trim();
    writeFileSync(
      poor,
      readFileSync(plane.kubeconfig, 'utf8').replace(/"token":"[^"]*"/, `"token":"${token}"`),
    );
    const denied = scratch.reprieve('cluster', 'audit', '--kubeconfig', poor);
    expect(denied.code).toBe(3);
    expect(denied.output).toContain('docs/cluster.md');
    expect(denied.output).not.toContain(token);
    declare('', poor);
    expect(deploy().code).not.toBe(0);
    declare();
    expect(soundDeploy()).toMatch(/^0 added, .* 0 destroyed$/);
  });

  it('writes over no namespace that is somebody’s, and adopts one only when told', async () => {
    run('create', 'namespace', 'legacy');
    run('label', 'namespace', 'legacy', 'team=old');
    const { uid } = await metadata('/api/v1/namespaces/legacy');
    declare(`new Project(stack, 'legacy');`);
    expect(audit()).toEqual(['namespace/exists Namespace legacy']);
    expect(deploy().code).not.toBe(0);
    const untouched = await metadata('/api/v1/namespaces/legacy');
    expect(untouched.labels).not.toHaveProperty('reprieve.dev/protected');
    declare(`new Project(stack, 'legacy', { adoptNamespace: true })
      .namespace.addOverride('timeouts', { delete: '10s' });`);
    expect(soundDeploy()).toMatch(/ 0 destroyed$/);
    expect(audit()).toEqual([]);
    expect(await metadata('/api/v1/namespaces/legacy')).toMatchObject({ uid });
  });

  it('soft-deletes what was adopted', () => {
    run('-n', 'legacy', 'create', 'configmap', 'stuck');
    const finalizer = '{"metadata":{"finalizers":["example.org/never"]}}';
    run('-n', 'legacy', 'patch', 'configmap', 'stuck', '-p', finalizer);
    scratch.requestDeletions({ target: 'legacy' });
    expect(soundDeploy()).toMatch(/ 0 destroyed$/);
  });

  it('lets no second stack take a namespace over', async () => {
    const before = await metadata('/api/v1/namespaces/billing');
    others.declare(`
      const stack = new ReprieveStack(app, 'staging', {
        target: Target.kubernetes({ configPath: '${plane.kubeconfig}' }) });
      new Project(stack, 'billing', { adoptNamespace: true });
    `);
    expect(others.synth().code).toBe(0);
    expect(others.terraform('staging', 'init').code).toBe(0);
    expect(others.terraform('staging', 'apply', '-auto-approve').flat).toContain(
      'belongs to the stack production, so staging does not take it over',
    );
    expect(audit(others)).toContain('namespace/claimed Namespace billing');
    const refused = others.reprieve('recover', 'staging', '--force');
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('it is left alone');
    expect(await metadata('/api/v1/namespaces/billing')).toEqual(before);
  });

  it('goes on when a namespace is stuck in Terminating', async () => {
    scratch.turnBackClocks(1, 'production');
    expect(deploy().code).not.toBe(0);
    expect(audit()).toContain('namespace/terminating Namespace legacy');
    const told = scratch.reprieve('cluster', 'audit').flat;
    expect(told).toContain('example.org/never');
    expect(told).toContain('finalizers of what is left');
    run('-n', 'legacy', 'patch', 'configmap', 'stuck', '-p', '{"metadata":{"finalizers":null}}');
    soundDeploy();
    expect(await plane.status('/api/v1/namespaces/legacy')).toBe(404);
    expect(audit()).toEqual([]);
  });

  it('finds policies that are missing, edited or unbound, and who could do that', () => {
    const pipelines = 'cluster: { pipelines: [admin] }\n';
    scratch.write('reprieve.yaml', `${LONG_PERIOD}${pipelines}`);
    const all = audit(scratch, true);
    expect(all.length).toBeGreaterThan(10);
    expect(all.every((it) => /^(policy\/(missing|unbound)|clock\/no-anchor) /.test(it))).toBe(true);
    const apply = () => {
      const kubeconfig = ['--kubeconfig', plane.kubeconfig];
      const applied = scratch.reprieve('cluster', 'policies', '--apply', ...kubeconfig);
      expect(applied.code, applied.output).toBe(0);
    };
    apply();
    expect(audit(scratch, true)).toEqual([]);

    const [policy, binding] = ['validatingadmissionpolicy', 'validatingadmissionpolicybinding'];
    run('patch', policy, 'deletion.reprieve.dev', '-p', '{"spec":{"failurePolicy":"Ignore"}}');
    run('delete', policy, 'tampering.reprieve.dev');
    const warn = '{"spec":{"validationActions":["Warn"]}}';
    run('patch', binding, 'creation.reprieve.dev', '--type=merge', '-p', warn);
    run('create', 'clusterrole', 'actor', '--verb=impersonate', '--resource=users');
    run('create', 'clusterrolebinding', 'actor', '--clusterrole=actor', '--user=jane');
    expect(audit(scratch, true)).toEqual([
      'policy/edited ValidatingAdmissionPolicy deletion.reprieve.dev',
      'policy/missing ValidatingAdmissionPolicy tampering.reprieve.dev',
      'policy/unbound ValidatingAdmissionPolicyBinding creation.reprieve.dev',
      'rbac/impersonate User/jane',
    ]);
    apply();
    expect(audit(scratch, true, '--trusted', 'User/jane')).toEqual([]);
  });
});

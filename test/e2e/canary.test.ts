import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import { kubernetesBackend } from '../support/backends.js';
import { formsOf, holds, unpacked } from '../support/canary.js';
import { ControlPlane } from '../support/control-plane.js';
import { enforce } from '../support/enforced.js';
import { controlPlaneMissing, providerEnvironment, providerMissing } from '../support/engines.js';
import { type Outcome, ROOT, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();
const PASSWORD = 'canary-Zk3vQ9-password';
const KEY = 'canary-first-line-Jx81Lw\ncanary-second-line-Qm22Rt';
const CANARIES = [PASSWORD, ...KEY.split('\n')];
const DEBUG = { TF_LOG: 'TRACE', TF_LOG_PROVIDER: 'TRACE', TF_LOG_CORE: 'TRACE' };

describe('looking for a canary', () => {
  it('finds it wherever it stands', () => {
    for (const around of ['', 'a', 'ab', 'abc', 'user:']) {
      for (const text of [`${around}${PASSWORD}`, `${around}${PASSWORD}${around}`]) {
        expect(holds(text, CANARIES)).toBe(true);
        expect(holds(Buffer.from(text).toString('base64'), CANARIES)).toBe(true);
      }
    }
    expect(holds('canary', CANARIES)).toBe(false);
  });
});

describe.skipIf(missing !== undefined)('a credential in a cluster that is audited', () => {
  const it = story();
  let plane: ControlPlane;
  let scratch: Scratch;
  let logged: Scratch;
  const said: string[] = [];

  const heard = (outcome: Outcome) => {
    said.push(outcome.output);
    return outcome;
  };
  const deploy = () => {
    const args = ['deploy', 'production', '--auto-approve', '--skip-provider-lock'];
    const { code, output } = heard(scratch.cdktf(...args));
    // Not by its last words, which cdktf can lose under load.
    expect(code, output).toBe(0);
  };

  beforeAll(async () => {
    plane = await ControlPlane.start({ auditPolicy: join(ROOT, 'docs/audit-policy.yaml') });
    await enforce(plane, {
      clock: 'lease',
      floor: durationOf(10),
      slack: durationOf(1200),
      pipelines: ['deploy'],
      approvers: [],
    });
    scratch = new Scratch({
      ...providerEnvironment(),
      KUBECONFIG: plane.kubeconfigOf('deploy'),
      TF_VAR_token: PASSWORD,
      TF_VAR_key: KEY,
    });
    mkdirSync(join(scratch.folder, 'logs'));
    logged = scratch.with({ ...DEBUG, TF_LOG_PATH: join(scratch.folder, 'logs/terraform.log') });
    scratch.write(
      'reprieve.yaml',
      'version: 1\nreclamation: { period: 1h, floor: 1s, planMaxAge: 10m }\ncluster: { pipelines: [deploy] }\n',
    );
    scratch.declare(`
      const stack = new ReprieveStack(app, 'production', {
        target: Target.kubernetes({ configPath: '${plane.kubeconfigOf('deploy')}' }) });
      ${kubernetesBackend(plane.kubeconfigOf('deploy'), "'canary'")}
      const billing = new Project(stack, 'billing');
      RegistrySecret.dockerHub(billing, 'hub', { username: 'example',
        email: 'a@example.org', password: Credential.fromVariable('token', { revision: 1 }) });
      billing.addSecret('key', { format: 'ssh_auth',
        sshKey: Credential.fromVariable('key', { revision: 1 }) });
    `);
  });
  afterAll(() => {
    scratch?.remove();
    plane?.stop();
  });

  it('is deployed, and rejected where a log would show it', () => {
    const refused = heard(
      scratch.with(DEBUG).cdktf('deploy', 'production', '--auto-approve', '--skip-provider-lock'),
    );
    expect(refused.code).not.toBe(0);
    expect(refused.flat).toContain('TF_LOG_PROVIDER is "TRACE"');
    deploy();
  });

  it('goes through every command of ours under every log', () => {
    const plan = heard(logged.reprieve('plan'));
    expect(plan.code).toBe(0);
    expect(plan.output).toContain(
      'TF_LOG, TF_LOG_CORE, TF_LOG_PATH, TF_LOG_PROVIDER not passed on',
    );
    const formats = [
      'text',
      'json=logs/review.json',
      'html=logs/review.html',
      'sarif=logs/r.sarif',
    ];
    const review = [
      'cdktf.out/plans/production.json',
      ...formats.flatMap((it) => ['--format', it]),
    ];
    expect(heard(logged.reprieve('review', ...review)).code).toBe(0);
    expect(heard(logged.reprieve('reclamation', 'list')).code).toBe(0);
    expect(heard(logged.reprieve('recover', 'production', '--force')).code).toBe(0);
    heard(logged.reprieve('cluster', 'audit', '-o', 'json'));
    expect(scratch.exists('logs/terraform.log')).toBe(false);
  });

  it('goes through a soft delete, a refusal, and a restore', () => {
    scratch.requestDeletions({ target: 'billing' });
    deploy();
    for (const args of [
      ['-n', 'billing', 'delete', 'secret', 'hub'],
      ['-n', 'billing', 'patch', 'secret', 'key', '-p', '{"data":{"ssh-privatekey":"eA=="}}'],
      ['delete', 'namespace', 'billing'],
    ]) {
      const { code, output } = plane.kubectlAs('ann', ...args);
      expect(code).not.toBe(0);
      expect(output).toContain('reprieve.dev');
      said.push(output);
    }
    scratch.requestDeletions();
    expect(heard(scratch.settle('production')).output).toContain('Apply complete!');
  });

  it('is found nowhere but in the cluster’s own secrets', () => {
    expect(said.filter((text) => holds(text, CANARIES))).toEqual([]);
    for (const form of CANARIES.flatMap(formsOf)) expect(scratch.filesHolding(form)).toEqual([]);
    const logs = plane.logs();
    // The log is on, and knows of the secrets and of the policies' refusals.
    expect(logs['audit.log']).toMatch(/"resource":"secrets","namespace":"billing","name":"hub"/);
    expect(logs['audit.log']).toContain('ValidatingAdmissionPolicy');
    const holding = Object.keys(logs).filter((name) => holds(logs[name] ?? '', CANARIES));
    expect(holding).toEqual([]);
    const listed = JSON.parse(plane.kubectl('get', 'secrets', '-A', '-o', 'json'));
    const secrets: { metadata: { name: string }; data?: Record<string, string> }[] = listed.items;
    expect(secrets.map(({ metadata }) => metadata.name)).toContain('tfstate-default-canary');
    const holders = secrets.filter(({ data }) =>
      Object.values(data ?? {}).some((value) => holds(unpacked(value), CANARIES)),
    );
    expect(holders.map(({ metadata }) => metadata.name).sort()).toEqual(['hub', 'key']);
    const others = plane.kubectl(
      'get',
      'configmaps,cronjobs,events,namespaces,leases,jobs,pods',
      '-A',
      '-o',
      'json',
    );
    expect(holds(others, CANARIES)).toBe(false);
  });
});

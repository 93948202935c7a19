import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane } from '../support/control-plane.js';
import { controlPlaneMissing } from '../support/engines.js';
import { outputFaults } from '../support/schemas.js';
import { inPipe, REPRIEVE } from '../support/terminal.js';

const MISSING = controlPlaneMissing();
if (MISSING !== undefined) console.warn(`skipped: ${MISSING}`);

const SECRET = 'billing/registry-secrets/hub';
const JOB = 'billing/job-templates/nightly';
const VALUE = 'hunter2-the-value';
const DEADLINE = '2026-01-01T01:00:00Z';

describe.skipIf(MISSING !== undefined)('with --cluster', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-standing-')));
  const stack = join(folder, 'cdktf.out/stacks/demo');
  let plane: ControlPlane;
  const write = (name: string, content: object) =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  const run = (words: string) => {
    const cluster = ['--cluster', '--kubeconfig', plane.kubeconfig];
    const ran = inPipe([...REPRIEVE, ...words.split(' '), ...cluster], { cwd: folder });
    if (ran.code !== 0) throw new Error(ran.stderr);
    return ran;
  };
  const json = (definition: string, words: string) => {
    const data = JSON.parse(run(`${words} -o json`).stdout);
    expect(outputFaults(definition, data)).toEqual([]);
    return data;
  };
  const differences = (): readonly string[] => json('project-list', 'project list')[0].differences;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    plane.kubectl('create', 'namespace', 'billing');
    plane.kubectl(
      ...['create', 'secret', 'generic', 'hub', '--namespace', 'billing'],
      `--from-literal=password=${VALUE}`,
    );
    plane.kubectl(
      ...['create', 'cronjob', 'nightly', '--namespace', 'billing'],
      ...['--image', 'busybox', '--schedule', '0 0 31 2 *'],
    );
    const uid = plane.kubectl('get', 'namespace', 'billing', '-o', 'jsonpath={.metadata.uid}');
    mkdirSync(stack, { recursive: true });
    const record = (kind: string, more: object) => ({
      input: { api_version: 'reprieve/v1', kind, target: 'billing', ...more },
    });
    const members = [
      { address: 'terraform_data.ns', target: 'billing' },
      { address: 'terraform_data.hub', target: SECRET },
      { address: 'terraform_data.nightly', target: JOB },
    ];
    const quota = {
      ...{ jobs: 1, jobRuns: 1, secrets: 1, configMaps: 1, apps: 1, functions: 1 },
      ...{ instances: 1, cpu: 1, memory: '1G', ephemeralStorage: '1G' },
    };
    const password = { variable: 'hub_token', revision: 1 };
    const hub = { server: 'de.icr.io', username: 'iamapikey', password };
    const job = {
      ...{ image: 'busybox', command: [], arguments: [], environment: [], mounts: [] },
      ...{ mode: 'task', serviceAccount: 'default', runAsUser: 0, arrayIndices: '0', cpu: '1' },
      ...{ memory: '4G', ephemeralStorage: '400M', maxExecutionTime: 7200, retryLimit: 3 },
    };
    const spec = { quota, 'registry-secrets': { hub }, 'job-templates': { nightly: job } };
    const project = { path: 'demo/billing', namespace: 'billing', spec, resources: [] };
    write('projects.lock.yaml', {
      version: 1,
      stacks: { demo: { target: 'kubernetes', projects: { billing: project } } },
    });
    write('cdktf.json', { app: 'node -e 0' });
    write('cdktf.out/manifest.json', { stacks: { demo: {} } });
    const targets = { version: 1, target: 'kubernetes', declared: ['billing'], rehydrated: [] };
    write('cdktf.out/stacks/demo/targets.json', targets);
    write('cdktf.out/stacks/demo/cdk.tf.json', {
      resource: {
        terraform_data: {
          guard: record('Guard', { period: '1h', members }),
          identity: record('Identity', { objects: { billing: uid } }),
          tombstone: record('Tombstone', {
            ...{ target: JOB, deleted_at: '2026-01-01T00:00:00Z', period: '1h' },
          }),
          ...{ ns: { input: {} }, hub: { input: {} }, nightly: { input: {} } },
        },
      },
    });
    const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
    for (const args of [['init'], ['apply', '-auto-approve']]) {
      execFileSync('terraform', [...args, '-input=false'], { cwd: stack, env, stdio: 'ignore' });
    }
  });
  afterAll(() => {
    plane?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says when a secret was made, and nothing of its value', () => {
    const [hub] = json('secret-list', 'secret list --sort-by age');
    expect(hub).toMatchObject({
      target: SECRET,
      differences: [],
      cluster: { status: 'active', reclaimAfter: null },
    });
    const created = ['get', 'secret', 'hub', '--namespace', 'billing'];
    const path = ['-o', 'jsonpath={.metadata.creationTimestamp}'];
    expect(hub.cluster.created).toBe(plane.kubectl(...created, ...path));
    const shown = run('secret get hub');
    expect(shown.stdout).toMatch(/^In Cluster: +active\nCreated: +2/m);
    for (const value of [VALUE, Buffer.from(VALUE).toString('base64')]) {
      expect(`${shown.stdout}${shown.stderr}`).not.toContain(value);
    }
    expect(run('secret list --sort-by age').stderr).not.toContain('isn’t known');
  });

  it('says what of a deletion is still running', () => {
    const { cluster } = json('reclamation-list', 'reclamation list')[0];
    expect(cluster.uses).toEqual([]);
    const path = ['-o', 'jsonpath={.metadata.uid}', '--namespace', 'billing'];
    const uid = plane.kubectl('get', 'cronjob', 'nightly', ...path);
    const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly', uid };
    const container = { name: 'nightly', image: 'busybox' };
    plane.apply([
      {
        ...{ apiVersion: 'batch/v1', kind: 'Job' },
        metadata: { name: 'nightly-1', namespace: 'billing', ownerReferences: [owner] },
        spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } },
      },
    ]);
    const active = ['--for=jsonpath={.status.active}=1', '--timeout=30s'];
    plane.kubectl('wait', 'job', 'nightly-1', '--namespace', 'billing', ...active);
    const listed = run('reclamation list');
    expect(listed.stderr).toContain('Job nightly-1 is running.');
    expect(json('reclamation-get', `reclamation get ${JOB}`).cluster.uses).toEqual([
      'Job nightly-1 is running.',
    ]);
  });

  it('holds the deadline of a deletion against the cluster’s', () => {
    const told = (): readonly string[] =>
      json('reclamation-list', 'reclamation list')[0].differences.slice(1);
    expect(told()).toEqual(['By the state it is soft deleted; in the cluster it is active.']);
    const mark = (deadline: string) =>
      plane.apply([
        {
          ...{ apiVersion: 'batch/v1', kind: 'CronJob' },
          metadata: {
            ...{ name: 'nightly', namespace: 'billing' },
            labels: { 'reprieve.dev/state': 'soft-deleted' },
            annotations: { 'reprieve.dev/reclaim-after': deadline },
          },
        },
      ]);
    mark('2026-01-01T00:59:00Z');
    expect(told()).toEqual(["The cluster's deadline is 2026-01-01T00:59:00Z."]);
    mark(DEADLINE);
    expect(told()).toEqual([]);
    expect(json('reclamation-get', `reclamation get ${JOB}`).cluster).toMatchObject({
      ...{ status: 'soft deleted', reclaimAfter: DEADLINE },
    });
    expect(json('job-get', 'job get nightly').cluster.reclaimAfter).toBe(DEADLINE);
    plane.kubectl('delete', 'cronjob', 'nightly', '--namespace', 'billing');
    expect(told()).toEqual(['By the state it is soft deleted; the cluster has no such cron job.']);
    expect(run('job list').stdout).toMatch(/^nightly .* soft deleted +demo +missing +- +next/m);
  });

  it('says where the cluster disagrees with the state', () => {
    expect(differences()).toEqual([]);
    plane.kubectl('label', 'namespace', 'billing', 'reprieve.dev/state=soft-deleted');
    expect(differences()).toEqual([expect.stringContaining('in the cluster it is soft deleted')]);
    plane.kubectl('delete', 'namespace', 'billing');
    expect(differences()).toEqual([expect.stringContaining('no such namespace')]);
  });
});

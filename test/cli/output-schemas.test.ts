import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_QUOTA } from '../../lib/model/limits.js';
import { runCli } from '../support/cli.js';
import { outputFaults } from '../support/schemas.js';
import { inPipe, REPRIEVE } from '../support/terminal.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-outputs-')));
const stack = join(folder, 'cdktf.out/stacks/demo');
const SECRET = 'billing/registry-secrets/hub';
const JOB = 'billing/job-templates/nightly';
const credential = { variable: 'hub_token', revision: 2 };
const job = {
  ...{ image: 'docker.io/library/busybox:latest', command: [], arguments: [], environment: [] },
  ...{ mounts: [], mode: 'task', serviceAccount: 'default', runAsUser: 0, arrayIndices: '0' },
  ...{ cpu: '1', memory: '4G', ephemeralStorage: '400M', maxExecutionTime: 7200, retryLimit: 3 },
};
const spec = {
  quota: DEFAULT_QUOTA,
  'registry-secrets': { hub: { server: 'de.icr.io', username: 'iamapikey', password: credential } },
  secrets: { keys: { format: 'hmac_auth', accessKeyId: credential, secretAccessKey: credential } },
  'config-maps': { settings: { data: { CURRENCY: 'EUR' } } },
  'job-templates': { nightly: job },
};

function write(name: string, content: object): void {
  writeFileSync(join(folder, name), JSON.stringify(content));
}

const record = (kind: string, more: object) => ({
  input: { api_version: 'reprieve/v1', kind, target: 'billing', ...more },
});

/** A project with a job template that is being deleted; Terraform and the state are real. */
beforeAll(() => {
  mkdirSync(stack, { recursive: true });
  const project = { path: 'demo/billing', namespace: 'billing', spec, resources: [] };
  write('projects.lock.yaml', {
    version: 1,
    stacks: { demo: { target: 'sandbox', projects: { billing: project } } },
  });
  write('cdktf.json', { app: 'node -e 0' });
  write('cdktf.out/manifest.json', { stacks: { demo: {} } });
  const targets = { version: 1, target: 'sandbox', declared: ['billing'], rehydrated: [] };
  write('cdktf.out/stacks/demo/targets.json', targets);
  const members = [
    { address: 'terraform_data.ns', target: 'billing' },
    { address: 'terraform_data.hub', target: SECRET },
    { address: 'terraform_data.nightly', target: JOB },
  ];
  const deleted = { target: JOB, deleted_at: '2026-01-01T00:00:00Z', period: '1h' };
  write('cdktf.out/stacks/demo/cdk.tf.json', {
    resource: {
      terraform_data: {
        guard: record('Guard', { period: '1h', members }),
        identity: record('Identity', { objects: { billing: 'uid-of-billing' } }),
        tombstone: record('Tombstone', deleted),
        ...{ ns: { input: {} }, hub: { input: {} }, nightly: { input: {} } },
      },
    },
  });
  const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
  for (const args of [['init'], ['apply', '-auto-approve']]) {
    execFileSync('terraform', [...args, '-input=false'], { cwd: stack, env, stdio: 'ignore' });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['target-list', 'list --sort-by status'],
  ['project-list', 'project list'],
  ['project-get', 'project get --id uid-of-billing'],
  ['secret-list', 'secret list --sort-by status'],
  ['secret-get', 'secret get hub --project billing'],
  ['secret-get', 'secret get keys'],
  ['job-list', 'job list'],
  ['job-get', 'job get billing/nightly'],
  ['reclamation-list', 'reclamation list --sort-by age'],
  ['reclamation-get', `reclamation get ${JOB}`],
  ['declaration', 'project create --name invoices --copy-of billing'],
  ['declaration', 'secret create --name other --copy-of hub'],
  ['declaration', 'job create --name weekly --image busybox --env A=b'],
  ['declaration', 'configmap create --name more --from-literal A=1'],
  ['secret-list', 'registry list'],
  ['secret-get', 'registry get hub'],
  ['configmap-list', 'configmap list'],
  ['configmap-get', 'configmap get settings'],
  ['modification', 'job update nightly --env A=b'],
  ['modification', 'secret update hub --email a@example.org'],
  ['reclamation-list', 'resource reclamations'],
])('prints %s by its published schema: %s', async (definition, words) => {
  const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
  const run = (format: string) =>
    runCli(folder, [...words.split(' '), '--output', format, '--quiet'], new Date(), env);
  const json = await run('json');
  expect(json).toMatchObject({ code: 0, stderr: '' });
  expect(outputFaults(definition, JSON.parse(json.stdout))).toEqual([]);
  expect(outputFaults(definition, { ...JSON.parse(json.stdout), odd: 1 })).not.toEqual([]);
  expect(parse((await run('yaml')).stdout)).toEqual(JSON.parse(json.stdout));
});

it('says that no cluster was asked where there is none', () => {
  const list = ['project', 'list', '--cluster', '--output', 'json', '--quiet'];
  const { code, stdout, stderr } = inPipe([...REPRIEVE, ...list], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'billing', cluster: null }]);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^note: No cl/),
  });
});

it('repeats no value of a secret that was typed', () => {
  for (const flag of ['--password=hunter2', '--from-literal=hunter2', '--key-path=hunter2']) {
    const typed = inPipe([...REPRIEVE, 'secret', 'create', '--name', 'x', flag], { cwd: folder });
    expect(typed).toMatchObject({ code: 2, stdout: '' });
    expect(typed.stderr).not.toContain('hunter2');
  }
});

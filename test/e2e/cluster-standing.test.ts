import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, controlPlaneMissing } from '../support/control-plane.js';
import { inPipe, REPRIEVE } from '../support/terminal.js';

const MISSING = controlPlaneMissing();
if (MISSING !== undefined) console.warn(`skipped: ${MISSING}`);

describe.skipIf(MISSING !== undefined)('project list --cluster', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-standing-')));
  const stack = join(folder, 'cdktf.out/stacks/demo');
  let plane: ControlPlane;
  const write = (name: string, content: object) =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  const differences = (): readonly string[] => {
    const { stdout, stderr, code } = inPipe(
      [...REPRIEVE, 'project', 'list', '--cluster', '--kubeconfig', plane.kubeconfig, '-o', 'json'],
      { cwd: folder },
    );
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout)[0].differences;
  };

  beforeAll(async () => {
    plane = await ControlPlane.start();
    plane.kubectl('create', 'namespace', 'billing');
    const uid = plane.kubectl('get', 'namespace', 'billing', '-o', 'jsonpath={.metadata.uid}');
    mkdirSync(stack, { recursive: true });
    const record = (kind: string, more: object) => ({
      input: { api_version: 'reprieve/v1', kind, target: 'billing', ...more },
    });
    const members = [{ address: 'terraform_data.ns', target: 'billing' }];
    const quota = {
      ...{ jobs: 1, jobRuns: 1, secrets: 1, configMaps: 1, apps: 1, functions: 1 },
      ...{ instances: 1, cpu: 1, memory: '1G', ephemeralStorage: '1G' },
    };
    const project = { path: 'demo/billing', namespace: 'billing', spec: { quota }, resources: [] };
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
          ns: { input: {} },
        },
      },
    });
    const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
    for (const args of [['init'], ['apply', '-auto-approve']]) {
      execFileSync('terraform', [...args, '-input=false'], { cwd: stack, env, stdio: 'ignore' });
    }
  }, 180_000);
  afterAll(() => {
    plane?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says where the cluster disagrees with the state', { timeout: 180_000 }, () => {
    expect(differences()).toEqual([]);
    plane.kubectl('label', 'namespace', 'billing', 'reprieve.dev/state=soft-deleted');
    expect(differences()).toEqual([expect.stringContaining('in the cluster it is soft deleted')]);
    plane.kubectl('delete', 'namespace', 'billing');
    expect(differences()).toEqual([expect.stringContaining('no such namespace')]);
  });
});

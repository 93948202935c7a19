import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../support/scratch.js';

const JOB = 'kubernetes_cron_job_v1';
const PLAN = 'cdktf.out/plans/production.json';
const STACK = 'cdktf.out/stacks/production/cdk.tf.json';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-validate-'));
  cpSync(join(ROOT, 'policies/supply-chain'), join(folder, 'policies'), { recursive: true });
  for (const each of ['plans', 'stacks/production'])
    mkdirSync(join(folder, 'cdktf.out', each), { recursive: true });
  const levels = '{ image-by-digest: soft-mandatory }';
  writeFileSync(
    join(folder, 'reprieve.yaml'),
    `version: 1\npolicies: { paths: [policies], levels: ${levels} }\n`,
  );
  writeFileSync(join(folder, 'main.ts'), 'first\nnew JobTemplate();\nlast\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function reprieve(...args: readonly string[]) {
  const bin = join(ROOT, 'bin/reprieve.js');
  const done = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}

/** A stack with one job, as cdktf writes it: single blocks stand bare. */
function synthesized(image: string): void {
  const container = [{ name: 'job', image }];
  const pod = { template: { spec: { container } } };
  const spec = { schedule: '0 0 31 2 *', job_template: { spec: pod } };
  const body = { metadata: { name: 'nightly' }, spec };
  writeFileSync(join(folder, STACK), JSON.stringify({ resource: { [JOB]: { nightly: body } } }));
  const source = { path: 'production/billing/nightly', file: 'main.ts', line: 2 };
  const sources = { [`${JOB}.nightly`]: source };
  writeFileSync(join(folder, 'cdktf.out/stacks/production/reprieve.json'), JSON.stringify(sources));
}

describe('reprieve validate', () => {
  it('shows the line of code that a finding is about, and stops for what must be mended', () => {
    synthesized('docker.io/example/invoices:1.4.2');
    const { code, stdout } = reprieve('validate', STACK);
    expect(code).toBe(1);
    expect(stdout).toContain('soft-mandatory, open  image-by-digest');
    expect(stdout).toContain('at main.ts:2 (production/billing/nightly)');
    expect(stdout).toContain('> 2 | new JobTemplate();');
  });

  it('doesn’t know what an expression stands for', () => {
    synthesized('${var.image}');
    const { code, stdout } = reprieve('validate', STACK);
    expect(code).toBe(0);
    expect(stdout).toContain('soft-mandatory, undecided  image-by-digest');
  });

  it('tells where plan and code disagree', () => {
    copyFileSync(join(ROOT, 'test/fixtures/plans/live-no-change.json'), join(folder, PLAN));
    const plain = reprieve('validate', PLAN, '--format', 'json');
    const address = JSON.parse(plain.stdout).findings[0].address;
    expect(plain.stdout).not.toContain('policy-disagreement');
    const [type, name] = address.split('.');
    const image = `docker.io/example/invoices@sha256:${'0'.repeat(64)}`;
    const container = [{ image }];
    const pod = { template: { spec: { container } } };
    const input = { resource: JOB, spec: { job_template: { spec: pod } } };
    writeFileSync(
      join(folder, STACK),
      JSON.stringify({ resource: { [type]: { [name]: { input } } } }),
    );
    const { stdout } = reprieve('validate', PLAN, '--format', 'json');
    expect(JSON.parse(stdout).notices).toContainEqual(
      expect.objectContaining({ code: 'policy-disagreement', address }),
    );
  });

  it('refuses what it can’t read, and a project without policies', () => {
    writeFileSync(join(folder, STACK), '{');
    expect(reprieve('validate', STACK)).toMatchObject({ code: 2, stdout: '' });
    expect(reprieve('validate', 'nowhere.json').code).toBe(2);
    writeFileSync(join(folder, 'reprieve.yaml'), 'version: 1\n');
    expect(reprieve('validate', STACK).stderr).toContain('names no policies');
  });
});

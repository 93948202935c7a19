import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findProject, sourcesOf } from '../../../lib/cli/review/context.js';
import { runCli } from '../../support/cli.js';
import { ROOT } from '../../support/scratch.js';

const JOB = 'kubernetes_cron_job_v1';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-output-'));
  cpSync(join(ROOT, 'policies/supply-chain'), join(folder, 'policies'), { recursive: true });
  write('reprieve.yaml', 'version: 1\npolicies: { paths: [policies] }\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** What a synthesis leaves in a stack's folder. */
function synthesized(output: string, stack: string): void {
  const container = [{ name: 'job', image: 'docker.io/example/invoices:1.4.2' }];
  const spec = {
    schedule: '0 0 31 2 *',
    job_template: { spec: { template: { spec: { container } } } },
  };
  const nightly = { metadata: { name: 'nightly' }, spec };
  const source = { path: `${stack}/billing/nightly`, file: 'main.ts', line: 2 };
  write(
    `${output}/stacks/${stack}/cdk.tf.json`,
    JSON.stringify({ resource: { [JOB]: { nightly } } }),
  );
  write(`${output}/stacks/${stack}/reprieve.json`, JSON.stringify({ [`${JOB}.nightly`]: source }));
}

it.each([
  ['build/out', 'production'],
  ['cdktf.out', 'größe'],
])('finds stacks and lines of code in %s for %s', async (output, stack) => {
  write('cdktf.json', JSON.stringify({ app: 'node main.js', output }));
  synthesized(output, stack);
  const { code, stdout, stderr } = await runCli(folder, ['validate']);
  expect(stderr).toContain(`${output}/stacks/${stack}/cdk.tf.json`);
  expect(stdout).toContain(`main.ts:2 (${stack}/billing/nightly)`);
  expect(code).not.toBe(2);
});

it('says where it looked when nothing was synthesized', async () => {
  write('cdktf.json', JSON.stringify({ app: 'node main.js', output: 'build/out' }));
  const { code, stderr } = await runCli(folder, ['validate']);
  expect(code).toBe(2);
  expect(stderr).toContain('build/out has no stack');
});

it.each(['..', '.', 'a/../../x', 'a\\b', ''])('takes %j for no stack', (stack) => {
  synthesized('cdktf.out', 'x');
  write('reprieve.json', JSON.stringify({ [`${JOB}.nightly`]: { path: 'elsewhere' } }));
  const io = {
    ...{ cwd: folder, env: {}, stdout: process.stdout, stderr: process.stderr },
    ...{ stdin: process.stdin, now: () => new Date(0) },
  };
  expect(sourcesOf(findProject(io), stack)).toBeUndefined();
});

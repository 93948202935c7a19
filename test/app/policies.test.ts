import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT, Scratch } from '../support/scratch.js';

const SETTINGS = 'version: 1\nreclamation: { period: 60s, floor: 10s, planMaxAge: 20s }\n';

const APP = `const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
const billing = new Project(stack, 'billing');
billing.addJobTemplate('nightly', { image: 'example/invoices:latest', runAsUser: 1000 });
billing.addJobTemplate('weekly', { image: 'example/report', runAsUser: 1000, mode: 'daemon' });`;

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
  scratch.declare(APP);
  for (const pack of ['supply-chain', 'code-engine']) {
    cpSync(join(ROOT, 'policies', pack), join(scratch.folder, 'policies', pack), {
      recursive: true,
    });
  }
});
afterEach(() => scratch.remove());

/** Settings that hold the policies against the app, with levels and waivers. */
function policies(levels: string, more = ''): void {
  const section = `policies: { paths: [policies], levels: { ${levels} } }\n`;
  scratch.write('reprieve.yaml', `${SETTINGS}${section}${more}`);
}

const isDeployable = () => scratch.exists('cdktf.out/stacks/sandbox/cdk.tf.json');

describe('policies at synthesis', () => {
  it('stop it with everything that was found, the line of the app, and nothing to deploy', () => {
    policies('');
    expect(scratch.synth()).toMatchObject({ code: 0, output: '' });
    expect(isDeployable()).toBe(true);
    policies('image-has-version: hard-mandatory, template-is-a-task: soft-mandatory');
    const { code, output } = scratch.synth();
    expect(code).toBe(1);
    expect(output).toContain('hard-mandatory policy `image-has-version`');
    expect(output).toContain('soft-mandatory policy `template-is-a-task`');
    expect(output).toContain('advisory policy `image-by-digest`');
    expect(output).toMatch(/sandbox\/billing\/weekly[^\n]*main\.js:6/);
    expect(isDeployable()).toBe(false);
    expect(scratch.exists('cdktf.out/manifest.json')).toBe(false);
  });

  it('do not stop it where nothing is hard-mandatory', () => {
    policies('image-has-version: soft-mandatory');
    expect(scratch.synth().code).toBe(0);
    expect(isDeployable()).toBe(true);
  });

  it('can’t be waived where they are hard-mandatory', () => {
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    const waiver = `{ policy: image-has-version, path: sandbox, owner: a@example.org, expires: ${soon}`;
    policies(
      'image-has-version: hard-mandatory',
      `waivers: [${waiver}, reason: Until we move }]\n`,
    );
    expect(scratch.synth().code).toBe(1);
  });

  it('stop it where one can’t be used, since nobody knows what it would have found', () => {
    policies('');
    scratch.write('policies/broken.yaml', 'id: broken\n');
    const { code, output } = scratch.synth();
    expect(code).toBe(2);
    expect(output).toContain('policies/broken.yaml:1');
    expect(isDeployable()).toBe(false);
  });

  it('say the same of the written stack', () => {
    policies('template-is-a-task: soft-mandatory');
    scratch.synth();
    const done = scratch.reprieve(
      'validate',
      'cdktf.out/stacks/sandbox/cdk.tf.json',
      '--format',
      'json',
    );
    const { findings } = JSON.parse(done.stdout);
    expect(findings).toContainEqual(
      expect.objectContaining({
        policy: 'template-is-a-task',
        address: 'billing/job-templates/weekly',
        path: 'sandbox/billing/weekly',
        line: 6,
      }),
    );
  });
});

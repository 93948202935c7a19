import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../support/cli.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-synthesized-')));
  write('app/cdktf.json', '{ "app": "echo must-not-run > ran" }');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const stack = (resources: object, more: object = {}) =>
  JSON.stringify({ resource: { terraform_data: resources }, ...more });

async function plan(...args: readonly string[]) {
  const { TF_CLI_CONFIG_FILE: _, ...env } = process.env;
  const words = ['plan', '--synthesized', '../change', ...args];
  return runCli(join(folder, 'app'), words, new Date(), { ...env, CHECKPOINT_DISABLE: '1' });
}

const planned = (name: string) =>
  JSON.parse(readFileSync(join(folder, `app/cdktf.out/plans/${name}.json`), 'utf8'));
const addresses = (name: string) =>
  planned(name).resource_changes.map(({ address }: { address: string }) => address);

describe('plan --synthesized', () => {
  it('plans what another job synthesized, and runs no app', async () => {
    write('change/demo/cdk.tf.json', stack({ a: { input: 1 } }));
    write('change/demo/reprieve.json', '{"terraform_data.a":{"path":"demo/a"}}');
    const done = await plan();
    expect(done.code, done.stderr).toBe(0);
    expect(done.stdout).toBe('cdktf.out/plans/demo.json\n');
    expect(addresses('demo')).toEqual(['terraform_data.a']);
    expect(existsSync(join(folder, 'app/cdktf.out/plans/demo.tfplan'))).toBe(true);
    expect(existsSync(join(folder, 'app/cdktf.out/stacks/demo/reprieve.json'))).toBe(true);
    expect(existsSync(join(folder, 'app/ran'))).toBe(false);
  });

  it('plans what it checked: a block that is there twice is there once', async () => {
    const first = '"resource":{"null_resource":{"x":{}}}';
    write('change/demo/cdk.tf.json', `{${first},"resource":{"terraform_data":{"a":{"input":1}}}}`);
    expect((await plan()).code).toBe(0);
    expect(addresses('demo')).toEqual(['terraform_data.a']);
    // Terraform by itself would have gone by both.
    const { stdout, stderr } = spawnSync('terraform', ['init', '-input=false', '-no-color'], {
      cwd: join(folder, 'change/demo'),
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toContain('hashicorp/null');
  });

  it('plans without the value of an ephemeral variable', async () => {
    const variable = { token: { type: 'string', ephemeral: true } };
    write('change/demo/cdk.tf.json', stack({ a: { input: 1 } }, { variable }));
    expect((await plan()).code).toBe(0);
  });

  it('leaves nothing of an earlier run in a stack’s folder', async () => {
    write('app/cdktf.out/stacks/demo/evil.tf', 'resource "terraform_data" "evil" {}');
    write('change/demo/cdk.tf.json', stack({ a: { input: 1 } }));
    expect((await plan()).code).toBe(0);
    expect(addresses('demo')).toEqual(['terraform_data.a']);
  });

  it.each<readonly [string, () => void, string]>([
    ['a link', () => symlinkSync('/etc/passwd', at('demo/cdk.tf.json')), 'no synthesis writes'],
    ['a link to a folder', () => symlinkSync('/etc', at('other')), 'no folder of a stack'],
    ['another file', () => write('change/demo/x.tf', ''), 'no synthesis writes'],
    ['variables', () => write('change/demo/x.auto.tfvars.json', '{}'), 'no synthesis writes'],
    ['a folder below', () => write('change/demo/.terraform/x', ''), 'no synthesis writes'],
    ['a file beside the stacks', () => write('change/.terraformrc', ''), 'no folder of a stack'],
    ['a hidden stack', () => write('change/..x\n/cdk.tf.json', '{}'), 'no folder of a stack'],
    ['no JSON', () => write('change/demo/cdk.tf.json', '{"a":'), 'it ends in the middle'],
    ['a list', () => write('change/demo/cdk.tf.json', '[]'), 'not a JSON object'],
    ['depth', () => write('change/demo/cdk.tf.json', '['.repeat(9999)), 'nested more than'],
    ['size', () => grow('demo/cdk.tf.json'), 'too large'],
    ['a pipe', () => pipe('demo/cdk.tf.json'), 'no synthesis writes'],
    ['nothing', () => rmSync(at('demo'), { recursive: true }), 'it has no stack'],
  ])('refuses %s, before anything is planned', async (_, prepare, why) => {
    write('change/demo/reprieve.json', '{}');
    prepare();
    const done = await plan();
    expect(done.code).toBe(2);
    expect(done.stderr).toContain(why);
    expect(existsSync(join(folder, 'app/cdktf.out'))).toBe(false);
  });

  it('reports a folder that is not there once', async () => {
    rmSync(join(folder, 'change'), { recursive: true, force: true });
    const done = await plan();
    expect(done.code).toBe(2);
    expect(done.stderr.match(/^error: /gm)).toHaveLength(1);
    expect(done.stderr).toContain('it is not there');
  });

  it('names the stacks that there are, by no option that it lacks', async () => {
    write('change/demo/cdk.tf.json', stack({}));
    const done = await runCli(join(folder, 'app'), ['plan', 'nope', '--synthesized', '../change']);
    expect(done.code).toBe(2);
    expect(done.stderr).toContain('Name one of: demo.');
    expect(done.stderr).not.toContain('--stack');
  });

  it('holds every stack against the base', async () => {
    const backend = (path: string) => ({ terraform: { backend: { local: { path } } } });
    write('base/one/cdk.tf.json', stack({}, backend('../one.tfstate')));
    write('base/two/cdk.tf.json', stack({}));
    write('change/one/cdk.tf.json', stack({}, backend('../elsewhere.tfstate')));
    const done = await plan('--against', '../base');
    expect(done.code).toBe(2);
    expect(done.stderr).toContain('backend and settings of `terraform` differ from the base');
    expect(done.stderr).toContain("The base has a stack 'two', and the change doesn't");
  });

  it('leaves a new stack to the deployment, and says so', async () => {
    write('base/one/cdk.tf.json', stack({}));
    write('change/one/cdk.tf.json', stack({ a: { input: 1 } }));
    write('change/new/cdk.tf.json', stack({ b: { input: 1 } }));
    const done = await plan('--against', '../base');
    expect(done.code, done.stderr).toBe(0);
    expect(done.stdout).toBe('cdktf.out/plans/one.json\n');
    expect(done.stderr).toContain("note: the stack 'new' is new");
  });

  it('compares nothing without --synthesized', async () => {
    const done = await runCli(join(folder, 'app'), ['plan', '--against', '../base']);
    expect(done.code).toBe(2);
    expect(done.stderr).toContain('--against has nothing to compare with');
  });
});

const at = (name: string) => join(folder, 'change', name);

function grow(name: string): void {
  write(`change/${name}`, '');
  truncateSync(at(name), 64 * 2 ** 20 + 1);
}

function pipe(name: string): void {
  expect(spawnSync('mkfifo', [at(name)]).status).toBe(0);
}

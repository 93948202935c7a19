import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT, Scratch } from '../support/scratch.js';

const STACK = "const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });";

describe('an app that can not be synthesized', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = new Scratch();
    scratch.declare(`${STACK}\nnew Project(stack, 'billing');`);
  });
  const inTypeScript = () => {
    scratch.remove();
    scratch = Scratch.inTypeScript();
  };
  afterEach(() => {
    // Whatever was wrong: nothing is written, and nobody sees a stack trace.
    expect(scratch.exists('projects.lock.yaml')).toBe(false);
    expect(scratch.exists('cdktf.out/stacks/sandbox/cdk.tf.json')).toBe(false);
    scratch.remove();
  });

  const failure = (code: number, env: Readonly<Record<string, string>> = {}) => {
    const synthesized = scratch.synth(env);
    expect(synthesized.output).not.toMatch(/\n\s+at .*\.(ts|js):\d+:\d+\)?\n\s+at /);
    expect(synthesized.code).toBe(code);
    return synthesized.output;
  };

  it('tells what a construct got wrong, and the line of main.ts', () => {
    inTypeScript();
    scratch.declare(`${STACK}\nnew Project(stack, 'a', { namespace: 'A' });`);
    expect(failure(1)).toMatch(/`namespace` "A" is not a DNS label[\s\S]*main\.ts:4/);
  });

  it('tells an error that cdktf throws, and the line of main.ts', () => {
    inTypeScript();
    scratch.declare(`${STACK}\nnew Project(stack, 'a');\nnew Project(stack, 'a');`);
    expect(failure(1)).toMatch(/already a Construct with name 'a'[\s\S]*main\.ts:5/);
  });

  it('tells a syntax error, and its line', () => {
    inTypeScript();
    scratch.write('main.ts', 'const x = {\n');
    expect(failure(2)).toContain('main.ts:2:0');
  });

  it('tells a module that is missing', () => {
    scratch.write(scratch.main, "import './nowhere.js';\n");
    expect(failure(2)).toContain('nowhere.js');
  });

  it('tells what is wrong in each of the three files, with line and column', () => {
    scratch.write('deletions.yaml', 'version: 1\ndeletions:\n  - target: billing\n');
    expect(failure(2)).toContain('deletions.yaml:3:5');
    scratch.write('deletions.yaml', 'version: 1\ndeletions: []\n');
    scratch.write('reprieve.yaml', 'version: 1\nreclamation: { period: 1h, flor: 2h }\n');
    expect(failure(2)).toMatch(/flor[\s\S]*reprieve\.yaml:2:/);
    scratch.write('reprieve.yaml', 'version: 1\nreclamation: { period: 1h }\n');
    expect(failure(2)).toMatch(/floor[\s\S]*24h/);
  });

  it('tells a lock that was edited, and leaves it as it is', () => {
    const lock = 'version: 1\nstacks:\n  sandbox: { target: moon, projects: {} }\n';
    scratch.write('projects.lock.yaml', lock);
    expect(failure(2)).toContain('projects.lock.yaml:3:');
    expect(scratch.read('projects.lock.yaml')).toBe(lock);
    scratch.removeFile('projects.lock.yaml');
  });

  it('refuses a log that would show the credentials, and only that', () => {
    scratch.declare(`
      const stack = new ReprieveStack(app, 'production', { target: Target.kubernetes({}) });
      new Project(stack, 'billing').addSecret('db', { format: 'basic_auth', username: 'app',
        password: Credential.fromVariable('token', { revision: 1 }) });`);
    scratch.synth({ TF_LOG: 'TRACE', TF_LOG_PROVIDER: 'WARN' });
    expect(scratch.exists('cdktf.out/stacks/production/cdk.tf.json')).toBe(true);
    scratch.removeFile('projects.lock.yaml');
    const output = failure(2, { TF_LOG: 'DEBUG' });
    expect(output).toMatch(/TF_LOG is "DEBUG"[\s\S]*TF_LOG_PROVIDER=WARN/);
  });

  it('says that Terraform is missing, and what to install', () => {
    const poor = scratch.with({ TERRAFORM_BINARY_NAME: 'nowhere' });
    const synthesized = poor.synth();
    expect(synthesized.output).toContain('Terraform or OpenTofu is needed');
    expect(synthesized.code).toBe(2);
  });

  it('says that the lock is stale under CI, and how to refresh it', () => {
    const synthesized = scratch.synth({ CI: 'true' });
    expect(synthesized.output).toMatch(/\+ sandbox[\s\S]*npx cdktf synth/);
    expect(synthesized.code).toBe(1);
  });
});

describe('a local state that is cut off', () => {
  const scratch = new Scratch();
  afterAll(() => scratch.remove());

  it('is noticed before a deploy takes it for an empty one', () => {
    scratch.declare(`${STACK}\nnew Project(stack, 'billing');`);
    expect(scratch.synth().code).toBe(0);
    for (const text of ['', '{', '{ "version": 4, "resources": [', '  ']) {
      scratch.write('terraform.sandbox.tfstate', text);
      const synthesized = scratch.synth();
      expect(synthesized.output).toContain('terraform.sandbox.tfstate` is cut off');
      expect(synthesized.output).toContain('remove terraform.sandbox.tfstate');
      expect(synthesized.code).toBe(2);
    }
    scratch.write('terraform.sandbox.tfstate.backup', '{}');
    expect(scratch.synth().output).toContain('cp terraform.sandbox.tfstate.backup');
    scratch.write('terraform.sandbox.tfstate', '{ "version": 4 }\n');
    expect(scratch.synth()).toMatchObject({ code: 0, output: '' });
  });
});

describe('the app of this repository', () => {
  it('is what its own lock says', () => {
    const scratch = Scratch.inTypeScript({ CI: 'true' }, ROOT);
    expect(scratch.synth()).toMatchObject({ code: 0, output: '' });
  });
});

import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { parse } from 'yaml';
import { expectGolden, words } from '../support/golden.js';
import { outputFaults } from '../support/schemas.js';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';
import { hasTerminal, inPipe, type Piped, REPRIEVE, Terminal } from '../support/terminal.js';

const BILLING = `
  const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
  const billing = new Project(stack, 'billing');
  const hub = RegistrySecret.dockerHub(billing, 'dockerhub', {
    username: 'example', password: Credential.fromVariable('hub_token', { revision: 3 }) });
  billing.addSecret('database', { format: 'basic_auth', username: 'invoices',
    password: Credential.fromVariable('database_password', { revision: 1 }) });
  billing.addJobTemplate('nightly', { image: 'example/invoices:1.4.2', imageSecret: hub });
`;
const REASON = ['--reason', 'Moved to the new system'];

describe('the command line of Code Engine, with real Terraform', () => {
  const it = story();
  const scratch = new Scratch();
  const run = (...args: readonly string[]): Piped =>
    inPipe([...REPRIEVE, ...args], { cwd: scratch.folder });
  const json = (definition: string, ...args: readonly string[]) => {
    const { stdout, stderr, code } = run(...args, '--output', 'json');
    if (stdout === '') throw new Error(`${args.join(' ')}: ${code} ${stderr}`);
    const data = JSON.parse(stdout);
    expect(outputFaults(definition, data)).toEqual([]);
    return data;
  };

  /** Runs a command as docs/command-line.md shows it, with both streams as a reader sees them. */
  const golden = (name: string, line: string) => {
    const both = ['sh', '-c', 'exec "$@" 2>&1', 'sh', ...REPRIEVE, ...words(line)];
    const { code, stdout } = inPipe(both, { cwd: scratch.folder });
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expectGolden('docs/command-line.md', name, `$ npx reprieve ${line}\n${stdout}`);
  };
  const on = (...args: readonly string[]) =>
    new Terminal([...REPRIEVE, ...args], { cwd: scratch.folder });
  const requests = (): readonly unknown[] => parse(scratch.read('deletions.yaml')).deletions;
  let uid = '';

  beforeAll(() => {
    scratch.write('reprieve.yaml', LONG_PERIOD);
    scratch.declare(BILLING);
    execFileSync('git', ['init', '--quiet'], { cwd: scratch.folder });
    execFileSync('git', ['config', 'user.email', 'ann@example.org'], { cwd: scratch.folder });
    execFileSync('git', ['config', 'user.name', 'Ann'], { cwd: scratch.folder });
  });
  afterAll(() => scratch.remove());

  it('deploys, but not without being told to', () => {
    expect(run('deploy')).toMatchObject({ code: 2, stdout: '' });
    expect(scratch.exists('terraform.sandbox.tfstate')).toBe(false);
    expect(run('deploy', 'sandbox', '--force')).toMatchObject({ code: 0, stdout: 'OK\n' });
  });

  it('shows what there is, and a secret as the variable that it comes from', () => {
    const [billing, ...more] = json('project-list', 'project', 'list');
    expect(more).toEqual([]);
    expect(billing).toMatchObject({ name: 'billing', status: 'active', differences: [] });
    uid = billing.id;
    golden('secret-get', 'secret get dockerhub --stack sandbox');
    golden('secret-create', 'secret create --name keys --format hmac --stack sandbox --quiet');
  });

  it.runIf(hasTerminal)(
    'asks for the reason and for a yes, and carries a deletion out',
    async () => {
      const terminal = on('project', 'delete', '--name', 'billing', '--deploy');
      await terminal.shows('Reason');
      terminal.type('Moved to the new system\n');
      await terminal.shows('Are you sure you want to delete project billing? [y/N]>');
      terminal.type('y\n');
      const { code, text } = await terminal.ended();
      expect(code).toBe(0);
      const shown = `$ npx reprieve project delete --name billing --deploy\n${text}`;
      expectGolden('docs/command-line.md', 'delete-deploy', shown);
      expect(requests()).toMatchObject([
        { target: 'billing', mode: 'soft', requestedBy: 'ann@example.org' },
      ]);
    },
  );

  it('counts down what can be taken back', () => {
    if (!hasTerminal) run('project', 'delete', 'billing', '--deploy', '--force', ...REASON);
    const [reclamation] = json('reclamation-list', 'reclamation', 'list');
    expect(reclamation).toMatchObject({ target: 'billing', id: uid, status: 'soft deleted' });
    golden('reclamation-list', 'reclamation list --stack sandbox');
    const { reclamationId, deletedAt, reclaimAfter } = reclamation.deletion;
    expect(Date.parse(reclaimAfter) - Date.parse(deletedAt)).toBe(3_600_000);
    expect(reclamationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(run('project', 'delete', 'billing', '--force', ...REASON)).toMatchObject({
      code: 1,
      stdout: '',
    });
  });

  it('restores, with the same objects', () => {
    golden('restore-deploy', 'project restore --name billing --deploy');
    expect(requests()).toEqual([]);
    expect(scratch.state().map((it) => it.values['id'])).toContain(uid);
  });

  it('takes a request back that the app can not be synthesized with', () => {
    const before = scratch.read('deletions.yaml');
    const refused = run('secret', 'delete', 'dockerhub', '--force', '--deploy', ...REASON);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('names the registry secret');
    expect(scratch.read('deletions.yaml')).toBe(before);
  });

  it('requests a deletion, and says what comes next', () => {
    const line = 'project delete --name billing --stack sandbox --force';
    golden('delete', `${line} --reason "Moved to the new system"`);
    expect(requests()).toMatchObject([{ target: 'billing', mode: 'soft' }]);
  });

  it.runIf(hasTerminal)('has the name typed before it deletes for good', async () => {
    const terminal = on('project', 'delete', '--name', 'billing', '--hard', ...REASON);
    await terminal.shows('type billing>');
    terminal.type('billing\n');
    const { code, text } = await terminal.ended();
    expect(code).toBe(0);
    expect(text).toContain("Hard deleting project 'billing'...");
    expect(text).toContain(`by: bob@example.org, at: …, expires: …, uid: ${uid}`);
    expect(requests()).toHaveLength(1);
  });

  it('deletes for good what a second person has approved', () => {
    if (!hasTerminal) run('project', 'delete', 'billing', '--hard', '--force', ...REASON);
    // It still can be told what there is, though nothing can be synthesized without the approval.
    expect(json('project-list', 'project', 'list')).toMatchObject([
      { status: 'active', request: { mode: 'hard' } },
    ]);
    const [at, expires] = [0, 3_600_000].map((later) => time(Date.now() + later));
    const approval = `{ by: bob@example.org, at: ${at}, expires: ${expires}, uid: ${uid} }`;
    scratch.write(
      'deletions.yaml',
      `${scratch.read('deletions.yaml')}    approvals: [${approval}]\n`,
    );
    const unproven = run('reclamation', 'delete', 'billing', '--force', '--deploy');
    expect(unproven.code).toBe(1);
    expect(unproven.stderr).toContain('proves nothing by itself: no forge can be asked here.');
    expect(run('plan', 'sandbox').code).toBe(1);
    expect(scratch.state().map((it) => it.values['id'])).toContain(uid);
    scratch.write('reprieve.yaml', `${LONG_PERIOD}gate: { approvals: file }\n`);
    const done = json('change', 'reclamation', 'delete', 'billing', '--force', '--deploy');
    expect(done).toMatchObject({ mode: 'hard', deployment: 'ended', status: 'hard deleted' });
    expect(run('project', 'restore', 'billing')).toMatchObject({ code: 1, stdout: '' });
  });
});

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

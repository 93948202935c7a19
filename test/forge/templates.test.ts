import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/scratch.js';
import {
  type Job,
  needsOf,
  readAction,
  readWorkflow,
  type Step,
} from '../support/workflow/workflow.js';

const TEMPLATES = join(ROOT, 'templates');
const workflows = readdirSync(join(TEMPLATES, 'github'));
const read = (name: string) => readFileSync(join(TEMPLATES, name), 'utf8');
const workflow = (name: string) => readWorkflow(join(TEMPLATES, 'github', name));
const jobsOf = (name: string) => Object.entries(workflow(name).jobs);
const steps = workflows.flatMap((file) =>
  jobsOf(file).flatMap(([name, job]) =>
    job.steps.map((step) => ({ at: `${file} ${name}`, file, name, job, step })),
  ),
);

/** Every call of ours in a text: the command and its options. */
function calls(text: string): readonly (readonly string[])[] {
  const call =
    /(?:--no-install reprieve|run: reprieve|bin\/reprieve\.js"?) ((?:[a-z]+ ?){1,2})([^\n]*)/g;
  return [...text.matchAll(call)].map(([, command = '', rest = '']) => [
    command.trim(),
    ...(rest.match(/--[a-z-]+/g) ?? []),
  ]);
}

function help(command: string): string {
  const words = command.split(' ').slice(0, command.startsWith('reclamation') ? 2 : 1);
  return execFileSync(process.execPath, [join(ROOT, 'bin/reprieve.js'), ...words, '--help'], {
    encoding: 'utf8',
  });
}

/** What runs code of the folder that it is called in: its app, or scripts of its packages. */
function runsApp({ run = '' }: Step): boolean {
  return /\bnpx\b|cdktf synth/.test(run) || (/\bnpm\b/.test(run) && !/--ignore-scripts/.test(run));
}

const isPowerful = ({ permissions = {}, environment }: Job) =>
  environment !== undefined ||
  Object.entries(permissions).some(([scope, level]) => scope !== 'contents' || level !== 'read');

describe('the workflows', () => {
  it('ask for no more than each job needs', () => {
    const asked = Object.fromEntries(
      workflows.map((file) => [
        file,
        Object.fromEntries(jobsOf(file).map(([name, { permissions }]) => [name, permissions])),
      ]),
    );
    const contents = 'read';
    expect(asked).toEqual({
      'synth.yml': { synth: { contents } },
      'review.yml': {
        pending: { statuses: 'write' },
        change: { contents, 'pull-requests': 'read' },
        base: { contents },
        plan: { contents, actions: 'read' },
        review: { contents, 'pull-requests': 'write' },
        verdict: { statuses: 'write' },
      },
      'deploy.yml': {
        synth: { contents },
        plan: { contents },
        review: { contents, 'pull-requests': 'read' },
        deploy: { contents, 'pull-requests': 'read' },
      },
      'notify.yml': { window: { actions: 'read' }, notify: { contents } },
      'remind.yml': { remind: { contents } },
    });
    for (const file of workflows) expect(workflow(file).permissions, file).toEqual({});
  });

  it('run the code of an app only where there is no credential', () => {
    const running = steps.filter(({ step }) => runsApp(step));
    const jobs = [...new Set(running.map(({ at }) => at))];
    // The reminder and the notices run the default branch's code, never a change's.
    expect(jobs).toEqual([
      'deploy.yml synth',
      'notify.yml notify',
      'remind.yml remind',
      'review.yml base',
      'synth.yml synth',
    ]);
    for (const { at, file, job } of running.filter(
      (each) => !/^(remind|notify)\.yml$/.test(each.file),
    )) {
      expect(isPowerful(job), at).toBe(false);
      expect(JSON.stringify(job), at).not.toMatch(/secrets\.|github\.token|"env":/);
      expect(workflow(file).env, file).toBeUndefined();
    }
  });

  it('run nothing of a change in the workflow that is trusted', () => {
    const { on, jobs } = workflow('review.yml');
    expect(on).toEqual({
      workflow_run: { workflows: [workflow('synth.yml').name], types: ['completed'] },
    });
    const checkouts = Object.entries(jobs).flatMap(([name, job]) =>
      job.steps
        .filter(({ uses }) => uses?.startsWith('actions/checkout@'))
        .map((step) => ({ name, ref: step.with?.['ref'], step })),
    );
    const others = checkouts.filter(({ ref }) => ref !== '${{ github.sha }}');
    expect(others.map(({ name, ref }) => [name, ref])).toEqual([
      ['review', '${{ needs.change.outputs.merged }}'],
    ]);
    expect(others[0]?.step.with).toMatchObject({
      path: 'head',
      'sparse-checkout': '/reprieve.yaml\n/deletions.yaml\n/projects.lock.yaml\n/policies/\n',
      'sparse-checkout-cone-mode': false,
    });
    for (const { run = '', 'working-directory': folder } of jobs['review']?.steps ?? []) {
      expect(folder === undefined || folder === 'base', run).toBe(true);
      expect(run).not.toMatch(/cd head|head\/node_modules|\bnpx\b/);
    }
    const gate = jobs['review']?.steps.find(({ uses }) => uses?.startsWith('./'));
    expect(gate?.uses).toBe('./base/node_modules/reprieve');
    expect(gate?.with).toMatchObject({ 'working-directory': 'head', rules: '../base' });
  });

  it('take nothing from the other workflow but one artifact, and into an empty folder', () => {
    const downloads = steps.filter(({ step }) =>
      step.uses?.startsWith('actions/download-artifact@'),
    );
    const foreign = downloads.filter(({ step }) => step.with?.['run-id'] !== undefined);
    expect(foreign.map(({ at, step }) => [at, step.with?.['name'], step.with?.['path']])).toEqual([
      ['review.yml plan', 'reprieve-change', '${{ runner.temp }}/change'],
    ]);
    for (const { at, step } of downloads) {
      expect(step.with?.['name'], at).toBeTypeOf('string');
      expect(step.with?.['path'], at).toMatch(
        /^(\$\{\{ runner\.temp \}\}\/\w+|(head\/)?cdktf\.out)$/,
      );
      expect(step.with?.['pattern'], at).toBeUndefined();
    }
  });

  it('give credentials only to environments, which a branch’s own workflow can’t name', () => {
    const named = workflows.flatMap((file) =>
      jobsOf(file).flatMap(([name, { environment }]) =>
        environment === undefined ? [] : [`${file} ${name}: ${environment}`],
      ),
    );
    expect(named).toEqual([
      'deploy.yml plan: reprieve-plan',
      'deploy.yml deploy: production',
      'notify.yml notify: reprieve-plan',
      'remind.yml remind: reprieve-plan',
      'review.yml plan: reprieve-plan',
    ]);
    expect(workflow('synth.yml').on).not.toHaveProperty('pull_request_target');
  });

  it('set a status that is green only where the review passed', () => {
    const { pending, verdict, review } = workflow('review.yml').jobs;
    expect(needsOf(verdict ?? { steps: [] })).toEqual(['pending', 'review']);
    expect(verdict?.if).toContain('!cancelled()');
    expect(needsOf(review ?? { steps: [] })).toEqual(['change', 'base', 'plan']);
    expect(review?.if).toBeUndefined();
    expect(pending?.if).toContain('"merge_group"');
    for (const job of [pending, verdict]) {
      expect(job?.steps[0]?.env?.['HEAD']).toBe('${{ github.event.workflow_run.head_sha }}');
      expect(job?.steps.every(({ uses }) => uses === undefined)).toBe(true);
    }
  });

  it('put no expression into a script', () => {
    const action = readAction(join(ROOT, 'action.yml')).runs.steps;
    const scripts = [...steps.map(({ step }) => step), ...action].map(({ run = '' }) => run);
    expect(scripts.filter((run) => run !== '').length).toBeGreaterThan(20);
    for (const run of scripts) expect(run).not.toContain('${{');
  });

  it('pin every action by commit, keep no token in a checkout, and share no cache', () => {
    for (const { at, step } of steps.filter((each) => each.step.uses !== undefined)) {
      const { uses = '', with: options = {} } = step;
      expect(uses, at).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$|^\.\/base\/node_modules\/reprieve$/);
      if (uses.startsWith('actions/checkout@'))
        expect(options['persist-credentials'], at).toBe(false);
      if (uses.startsWith('actions/setup-node@')) {
        expect(options['package-manager-cache'], at).toBe(false);
        expect(options['cache'], at).toBeUndefined();
      }
    }
    const pinned = new Map<string, Set<string>>();
    for (const { step } of steps) {
      const [action = '', commit = ''] = (step.uses ?? '').split('@');
      pinned.set(action, (pinned.get(action) ?? new Set()).add(commit));
    }
    for (const [action, commits] of pinned) expect(commits.size, action).toBe(1);
  });

  it('apply only after the review, what it has reviewed', () => {
    const { jobs } = workflow('deploy.yml');
    const order = Object.entries(jobs).map(([name, job]) => [name, ...needsOf(job)]);
    expect(order).toEqual([['synth'], ['plan', 'synth'], ['review', 'plan'], ['deploy', 'review']]);
    const script = jobs['deploy']?.steps.map(({ run = '' }) => run).join('\n') ?? '';
    const places = ['show -json', 'sha256sum --check --strict', 'reprieve.js github', ' apply '];
    const found = places.map((each) => script.indexOf(each));
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(found.every((at) => at >= 0)).toBe(true);
  });
});

interface GitlabJob {
  readonly script?: readonly string[];
  readonly extends?: string | readonly string[];
  readonly environment?: unknown;
  readonly variables?: Readonly<Record<string, string>>;
  readonly cache?: unknown;
}

describe('the pipeline of GitLab', () => {
  const pipeline: Readonly<Record<string, GitlabJob>> = parse(
    read('gitlab/reprieve.gitlab-ci.yml'),
  );
  const jobs = Object.entries(pipeline).filter(([, job]) => job.script !== undefined);

  it('runs the code of an app only where no variable has the job’s scope', () => {
    const running = jobs.filter(([, { script = [] }]) => script.some((run) => runsApp({ run })));
    expect(running.map(([name]) => name)).toEqual(['synth', 'base']);
    for (const [name, job] of running) expect(job.environment, name).toBeUndefined();
  });

  it('starts every other job from nothing, with the default branch in a folder of its own', () => {
    expect(pipeline['.trusted']?.variables).toEqual({ GIT_STRATEGY: 'empty' });
    const others = jobs.filter(([name]) => name !== 'synth' && name !== 'base');
    expect(others.map(([name]) => name)).toEqual([
      'plan',
      'review',
      'deploy-plan',
      'deploy-review',
      'deploy',
    ]);
    for (const [name, job] of others) {
      expect(job.extends, name).toContain('.trusted');
      expect(job.environment, name).toBeDefined();
    }
    for (const [name, job] of jobs) expect(job.cache, name).toBeUndefined();
    expect(pipeline['review']?.script?.join('\n')).toContain('-c core.symlinks=false');
  });
});

describe('the templates', () => {
  it.each([
    ...workflows.filter((name) => name !== 'synth.yml').map((name) => `github/${name}`),
    'gitlab/reprieve.gitlab-ci.yml',
    'atlantis/repos.yaml',
    'shell/review.sh',
    'shell/mail.sh',
  ])('%s calls commands and options that there are', (name) => {
    const found = calls(read(name));
    expect(found.length).toBeGreaterThan(0);
    for (const [command = '', ...options] of found) {
      const text = help(command);
      for (const option of options) expect(text, `${command} ${option}`).toContain(option);
    }
  });

  it.each([
    ...workflows.map((name) => `github/${name}`),
    'gitlab/reprieve.gitlab-ci.yml',
    'atlantis/repos.yaml',
    'shell/review.sh',
    'shell/mail.sh',
    'init/reprieve.yaml',
  ])('%s never has the word of a file suffice', (name) => {
    expect(read(name)).not.toMatch(/approvals:\s*file/);
  });

  it('ends an apply of Atlantis where a stack fails, and says so', () => {
    const steps = read('atlantis/repos.yaml').match(/- run: (.*apply.*)/)?.[1] ?? '';
    const script = `cd "$(mktemp -d)"; mkdir -p cdktf.out/plans; touch cdktf.out/plans/a.tfplan cdktf.out/plans/b.tfplan
      terraform() { echo "$1"; case $1 in *a) return 1;; esac; }
      ${steps}`;
    const { status, stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stdout).toBe('-chdir=cdktf.out/stacks/a\n');
  });

  it.each(['review.sh', 'mail.sh'])('%s is a script that a plain shell reads', (name) => {
    expect(execFileSync('sh', ['-n', join(TEMPLATES, 'shell', name)], { encoding: 'utf8' })).toBe(
      '',
    );
  });
});

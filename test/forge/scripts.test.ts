import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { built, ROOT } from '../support/built.js';
import { editedPlan } from '../support/plans.js';
import { ForgeServer } from './server.js';

const read = (name: string) => parse(readFileSync(join(ROOT, 'templates', name), 'utf8'));
const GITLAB = read('gitlab/reprieve.gitlab-ci.yml');
const ATLANTIS = read('atlantis/repos.yaml');

/** What the scripts call besides git, node and this package's own command. */
const STUBS = {
  npm: '[ "$1" = ci ]; mkdir -p node_modules; ln -sfn "$REPRIEVE" node_modules/reprieve',
  npx: '[ "$*" = "--no-install cdktf synth" ]; mkdir -p cdktf.out/stacks/sandbox; echo {} > cdktf.out/stacks/sandbox/cdk.tf.json',
  reprieve: 'exec node "$REPRIEVE/bin/reprieve.js" "$@"',
  terraform: `case "$2" in
    show) for file; do :; done; cat "$file" ;;
    *) echo "terraform $*" ;;
  esac`,
};

/** A plan as it was just made. */
const planned = (name: string) =>
  editedPlan(name, (plan) => {
    plan['timestamp'] = new Date().toISOString().replace(/\.\d+/, '');
  });

describe('the scripts for other forges, in a shell with real git and the real command', {
  timeout: 120_000,
}, () => {
  let folder: string;
  let project: string;
  let forge: ForgeServer;
  let env: Readonly<Record<string, string>>;

  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', join(folder, 'origin'), ...args], { encoding: 'utf8' }).trim();
  const commit = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, 'origin', name), text);
    }
    git('add', '-A');
    git('-c', 'user.name=a', '-c', 'user.email=a@x', 'commit', '-qm', 'a change');
    return git('rev-parse', 'HEAD');
  };

  beforeEach(async () => {
    built('dist');
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-scripts-')));
    project = join(folder, 'project');
    for (const each of ['bin', 'origin', 'project']) mkdirSync(join(folder, each));
    for (const [name, body] of Object.entries(STUBS)) {
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh\nset -e\n${body}\n`);
      chmodSync(join(folder, 'bin', name), 0o755);
    }
    git('init', '-q', '-b', 'main');
    const base = commit({ 'reprieve.yaml': 'version: 1\n', 'package.json': '{}\n' });
    git('checkout', '-q', '-b', 'change');
    const head = commit({ 'reprieve.yaml': 'version: 1\nreclamation: { planMaxAge: 9h }\n' });
    git('checkout', '-q', 'main');
    forge = new ForgeServer(({ path }) => {
      if (path === '/user') return { json: { id: 1 } };
      return path.startsWith('/projects/12/merge_requests/3/notes') ? { json: [] } : undefined;
    });
    env = {
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      HOME: folder,
      REPRIEVE: ROOT,
      REPRIEVE_STACKS: 'sandbox',
      REPRIEVE_GITLAB_TOKEN: 'the-token-of-the-forge',
      GITLAB_CI: 'true',
      CI: 'true',
      CI_API_V4_URL: await forge.start(),
      CI_PROJECT_ID: '12',
      CI_PROJECT_DIR: project,
      CI_DEFAULT_BRANCH: 'main',
      CI_REPOSITORY_URL: `file://${join(folder, 'origin')}`,
      CI_COMMIT_SHA: head,
      CI_MERGE_REQUEST_IID: '3',
      CI_MERGE_REQUEST_TARGET_BRANCH_SHA: base,
    };
  });
  afterEach(async () => {
    await forge.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a script as a runner does, with a folder of its own in place of the container's /tmp. */
  function shell(script: string, changes: Readonly<Record<string, string>> = {}, cwd = project) {
    const text = `set -eo pipefail\n${script.replaceAll('/tmp/', `${folder}/`)}`;
    const child = spawn('bash', ['-c', text], { cwd, env: { ...env, ...changes } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => {
        output += part.toString();
      });
    }
    return new Promise<{ code: number | null; output: string }>((done) => {
      child.on('close', (code) => done({ code, output }));
    });
  }

  /** A job of GitLab's, in a fresh container. */
  function job(name: string, changes: Readonly<Record<string, string>> = {}) {
    for (const each of ['base', 'head']) {
      rmSync(join(folder, each), { recursive: true, force: true });
    }
    const { extends: from = [], script } = GITLAB[name];
    const isTrusted = [from].flat().includes('.trusted');
    const before = isTrusted ? GITLAB['.trusted'].before_script : [];
    return shell([...before, ...script].join('\n'), changes);
  }

  const PUSH = { CI_MERGE_REQUEST_IID: '', CI_COMMIT_BRANCH: 'main' };

  it('GitLab: synth and base leave what the next jobs take', async () => {
    expect(await job('synth')).toMatchObject({ code: 0 });
    expect(existsSync(join(project, 'cdktf.out/stacks/sandbox/cdk.tf.json'))).toBe(true);
    expect(await job('base')).toMatchObject({ code: 0 });
    expect(existsSync(join(project, 'base/sandbox/cdk.tf.json'))).toBe(true);
  });

  it('GitLab: review goes by the default branch’s rules, and stops what is blocked', async () => {
    mkdirSync(join(project, 'plans'));
    writeFileSync(join(project, 'plans/sandbox.json'), planned('key-removed'));
    const told = await job('review');
    expect(told.output).toContain('planMaxAge');
    expect(told.output).toContain('rules-weakened');
    expect(told.code).toBe(1);
    for (const each of ['codequality.json', 'xml', 'html']) {
      expect(existsSync(join(project, `reprieve-review.${each}`))).toBe(true);
    }
    expect(forge.calls.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toContain(
      'POST /projects/12/merge_requests/3/notes',
    );
    const same = { CI_COMMIT_SHA: env['CI_MERGE_REQUEST_TARGET_BRANCH_SHA'] ?? '' };
    expect(await job('review', same)).toMatchObject({ code: 0 });
    writeFileSync(join(project, 'plans/sandbox.json'), planned('code-and-lock-removed'));
    expect((await job('review', same)).output).toContain('guard-removed');
  });

  it('GitLab: deploy applies the plan that was reviewed, and no other', async () => {
    const sha = { ...PUSH, CI_COMMIT_SHA: env['CI_MERGE_REQUEST_TARGET_BRANCH_SHA'] ?? '' };
    mkdirSync(join(project, 'deploy/plans'), { recursive: true });
    mkdirSync(join(project, 'deploy/stacks/sandbox'), { recursive: true });
    const [json, tfplan] = ['json', 'tfplan'].map((it) =>
      join(project, `deploy/plans/sandbox.${it}`),
    );
    writeFileSync(json ?? '', planned('key-removed'));
    cpSync(json ?? '', tfplan ?? '');
    const reviewed = await job('deploy-review', sha);
    expect(reviewed, reviewed.output).toMatchObject({ code: 0 });
    const deployed = await job('deploy', sha);
    expect(deployed, deployed.output).toMatchObject({ code: 0 });
    expect(deployed.output).toMatch(
      /sandbox\.json: OK[\s\S]*apply -input=false \/.*sandbox\.tfplan/,
    );
    writeFileSync(tfplan ?? '', planned('code-and-lock-removed'));
    const other = await job('deploy', sha);
    expect(other.code).not.toBe(0);
    expect(other.output).not.toContain('apply -input=false');
  });

  it('Atlantis: the review stops before the apply, which is of every plan', async () => {
    const { plan, apply } = ATLANTIS.workflows.reprieve;
    const server = { REPRIEVE_BASE: join(folder, 'origin'), GITLAB_CI: '', CI: '' };
    const steps = async (all: readonly { readonly run: string }[]) => {
      let output = '';
      for (const { run } of all) {
        const told = await shell(run, server);
        output += told.output;
        if (told.code !== 0) return { code: told.code, output };
      }
      return { code: 0, output };
    };
    writeFileSync(join(project, 'reprieve.yaml'), 'version: 1\n');
    mkdirSync(join(project, 'cdktf.out/plans'), { recursive: true });
    for (const stack of ['sandbox', 'other']) {
      writeFileSync(join(project, `cdktf.out/plans/${stack}.json`), planned('key-removed'));
      writeFileSync(join(project, `cdktf.out/plans/${stack}.tfplan`), '');
    }
    const [, review] = plan.steps;
    expect(await steps([review])).toMatchObject({ code: 0 });
    const done = await steps(apply.steps);
    expect(done, done.output).toMatchObject({ code: 0 });
    expect(done.output.match(/terraform -chdir=cdktf\.out\/stacks\/\w+ apply/g)).toHaveLength(2);
    writeFileSync(join(project, 'cdktf.out/plans/other.json'), planned('code-and-lock-removed'));
    const stopped = await steps(apply.steps);
    expect(stopped.code).toBe(1);
    expect(stopped.output).not.toContain('terraform -chdir');
  });
});

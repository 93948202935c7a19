import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatProblems } from '../../../lib/base/problem.js';
import { JobTemplate, Project, RegistrySecret, Secret } from '../../../lib/index.js';
import { synthesizeApp } from '../../support/app.js';
import { cluster, TOKEN } from '../../support/declaring.js';
import { FakeApp } from '../../support/fake-app.js';
import { expectGolden } from '../../support/golden.js';
import { REPRIEVE } from '../../support/terminal.js';

const FILE = 'test/fixtures/transcripts/manners.md';

let app: FakeApp;
beforeEach(() => {
  app = new FakeApp();
  app.synthesized({ declared: ['billing'] });
  app.locked();
});
afterEach(() => app.remove());

async function golden(name: string, code: number, line: string, options = {}): Promise<void> {
  const ran = await app.reprieve(line, options);
  expect(ran.code, ran.shown).toBe(code);
  const shown = ran.shown.replaceAll(app.folder, '/app');
  expectGolden(FILE, name, `$ npx reprieve ${line}\n${shown}`);
}

describe('a stack', () => {
  it('is named after the command or by --stack, alike', async () => {
    await golden('stack-typo', 2, 'plan dmo');
    for (const line of [
      'plan --stack dmo',
      'list dmo',
      'recover dmo',
      'project list --stack dmo',
    ]) {
      const { code, err } = await app.reprieve(line);
      expect({ line, code }).toEqual({ line, code: 2 });
      expect(err, line).toContain('Did you mean `demo`?');
    }
    await golden('two-stacks', 2, 'list demo --stack other');
    for (const line of [
      'list demo',
      'project list demo',
      'reclamation list demo',
      'plan demo --stack demo',
    ]) {
      expect(await app.reprieve(line), line).toMatchObject({ code: 0 });
    }
    expect((await app.reprieve('sandbox reset')).code).toBe(2);
    expect((await app.reprieve('sandbox reset --stack demo --force')).code).toBe(0);
  });
});

describe('what is answered', () => {
  it('says that nothing was changed', async () => {
    await golden('no', 1, 'project delete billing --reason unused-for-years', {
      answer: 'n\n',
      env: {
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'user.email',
        GIT_CONFIG_VALUE_0: 'a@example.org',
      },
    });
  });

  it('names what is missing of a format', async () => {
    await golden('format-file', 2, 'review --format html= plan.json');
  });

  it('says which stacks were planned when it is interrupted', async () => {
    app.write(
      'engine',
      `#!/bin/sh\n[ "$1" = version ] && echo '{"terraform_version":"1.11.4"}' && exit\nkill -TERM $PPID\nexec sleep 20\n`,
    );
    chmodSync(join(app.folder, 'engine'), 0o755);
    await golden('plan-interrupted', 130, 'plan', {
      env: { TERRAFORM_BINARY_NAME: join(app.folder, 'engine') },
    });
  });
});

describe('files', () => {
  it('are no folders', async () => {
    app.write('afile', 'x');
    await golden('init-file', 2, 'init afile/sub');
    expect((await app.reprieve('init afile')).code).toBe(2);
    app.write('cdktf.out/plans', 'x');
    await golden('unwritable', 2, 'plan');
  });

  it('that the app needs are named, without Node’s stack', async () => {
    app.write('cdktf.json', { app: 'node --import ./registr.mjs app.mjs' });
    await golden('app-import', 2, 'plan');
    app.write('cdktf.json', { app: `node -e "throw new Error('odd')"` });
    const { err } = await app.reprieve('plan');
    expect(err).toContain('Error: odd');
    expect(err).not.toMatch(/\n\s+at |Node\.js v/);
  });
});

describe('the output', () => {
  const [node, reprieve] = REPRIEVE;
  const piped = (script: string) =>
    spawnSync('bash', ['-c', script, node, reprieve], { cwd: app.folder, encoding: 'utf8' });

  it('that can’t be written is an error without a stack', () => {
    for (const words of ['--help', 'completion bash', 'project list']) {
      const { status, stderr } = piped(`"$0" "$1" ${words} > /dev/full`);
      expect(status, words).toBe(2);
      expect(stderr, words).toContain('ENOSPC');
      expect(stderr, words).not.toMatch(/\n\s+at /);
    }
  });

  it('that nobody reads takes nothing from the exit code', () => {
    const { stdout, stderr } = piped('{ "$0" "$1" nonsense 2>&1; echo "code $?" >&2; } | true');
    expect(stdout + stderr).toBe('code 2\n');
    const shown = piped('{ "$0" "$1" completion bash; echo "code $?" >&2; } | true');
    expect(shown.stderr).toBe('code 0\n');
  });
});

describe('doctor', () => {
  it('knows Yarn’s Plug’n’Play', async () => {
    app.write('.pnp.cjs', '');
    const { out } = await app.reprieve('doctor');
    expect(out).toContain('nodeLinker: node-modules');
  });
});

describe('problems', () => {
  it('with names are at their own line, with all others', () => {
    const { problems } = synthesizeApp((it) => {
      const billing = new Project(cluster(it), 'billing');
      RegistrySecret.dockerHub(billing, 'icr', { username: 'x', password: TOKEN });
      new JobTemplate(billing, 'nightly', { image: 'a/b:1', imageSecret: 'irc' });
      new JobTemplate(billing, 'weekly', { image: 'a/b:1', cpu: 3 });
      Secret.generic(billing, 'Bad Name', { data: { A: TOKEN } });
    });
    const found = problems.find(({ code }) => code === 'job-template/missing-reference');
    expect(found).toMatchObject({ path: 'prod/billing/nightly' });
    expect(found?.remedy).toContain('Did you mean `icr`?');
    expect(problems.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['job-template/missing-reference', 'item/name']),
    );
    const lines = problems.map(({ source }) => source?.line);
    expect(new Set(lines).size).toBe(problems.length);
  });

  it('with names are reported of what has other problems, and only where something is missing', () => {
    const { problems } = synthesizeApp((it) => {
      const billing = new Project(cluster(it), 'billing');
      RegistrySecret.dockerHub(billing, 'icr', { username: '', password: TOKEN });
      const environment = { A: { secret: 'tokns', key: 'A' } };
      new JobTemplate(billing, 'nightly', {
        image: 'a/b:1',
        imageSecret: 'irc',
        cpu: 3,
        environment,
      });
      new JobTemplate(billing, 'weekly', { image: 'a/b:1', imageSecret: 'icr' });
    });
    const missing = problems.filter(({ code }) => code === 'job-template/missing-reference');
    expect(
      missing.map(({ path, remedy }) => [path, remedy?.includes('Did you mean `icr`?')]),
    ).toEqual([
      ['prod/billing/nightly', true],
      ['prod/billing/nightly', false],
    ]);
    expect(problems.map(({ path }) => path)).toContain('prod/billing/icr');
    expect(problems.some(({ message }) => message.includes('`cpu` 3'))).toBe(true);
  });

  it('that are the same in two stacks are printed once, with both places', () => {
    const { problems } = synthesizeApp((it) => {
      for (const name of ['one', 'two']) {
        const billing = new Project(cluster(it, name), 'billing', { namespace: `b-${name}` });
        new JobTemplate(billing, 'nightly', { image: 'a/b:1', cpu: 3 });
      }
    });
    expect(problems.length).toBe(2);
    const [text, ...more] = formatProblems(problems);
    expect(more).toEqual([]);
    expect(text?.match(/^ {2}at (one|two)\/billing\/nightly · /gm)).toHaveLength(2);
  });
});

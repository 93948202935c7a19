import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Call, ForgeServer } from '../../forge/server.js';
import { editedPlan, planText } from '../../support/plans.js';
import { ROOT } from '../../support/scratch.js';

const outer = mkdtempSync(join(tmpdir(), 'reprieve-rules-'));
let folder = '';
let server: ForgeServer | undefined;

const BOB = '{ id: bob@example.org, github: bob }';
const MALLORY = '{ id: mallory@example.org, github: mallory }';
const settings = (...lines: readonly string[]) => ['version: 1', ...lines, ''].join('\n');
const SETTINGS = settings(
  'reclamation: { period: 1000h, floor: 1s, planMaxAge: 1h }',
  `approvers: [${BOB}]`,
);

beforeEach(() => {
  folder = mkdtempSync(join(outer, 'app-'));
});
afterEach(() => server?.stop());
afterAll(() => rmSync(outer, { recursive: true, force: true }));

function write(name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trim();

/** What the base has: the commit `main`. */
function base(files: Readonly<Record<string, string>>): void {
  git('init', '-q', '-b', 'main', '.');
  change(files);
  git('add', '-A');
  git('commit', '-q', '-m', 'base');
}

/** What the change under review has in its place. */
function change(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) write(name, text);
}

const PLAN = 'hard-delete-item';
const MADE_AT: string = JSON.parse(planText(PLAN)).timestamp;

async function reprieve(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'bin/reprieve.js'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: outer, REPRIEVE_RETRY_DELAY: '1', ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => (stdout += part));
  child.stderr.on('data', (part) => (stderr += part));
  const code = await new Promise<number>((done) => child.on('close', (ended) => done(ended ?? -1)));
  return { code, stdout, stderr };
}

interface Told {
  readonly verdict: string;
  readonly why: readonly { readonly code: string; readonly message: string }[];
  readonly rules: readonly { readonly rule: string; readonly direction: string }[];
  readonly findings?: readonly { readonly policy: string; readonly state: string }[];
}

const codesOf = ({ why }: Told) => [...new Set(why.map(({ code }) => code))];

/** The review as `review` gives it. */
async function reviewed(text: string, ...more: readonly string[]) {
  write('plan.json', text);
  const args = ['review', 'plan.json', '--format', 'json', '--now', MADE_AT, ...more];
  const { code, stdout, stderr } = await reprieve(args);
  if (stdout === '') throw new Error(`${code}: ${stderr}`);
  const told: Told = JSON.parse(stdout);
  return { code, told, stderr };
}

interface AtGithub {
  readonly event?: object;
  readonly name?: string;
  readonly answer: (call: Call) => Answer | undefined;
  readonly plan?: string;
  readonly args?: readonly string[];
}

/** The review as `github` gives it, in a workflow. */
async function atGithub({
  event,
  name = 'pull_request',
  answer,
  plan = planText(PLAN),
  args = [],
}: AtGithub) {
  server = new ForgeServer(answer);
  const api = await server.start();
  const sha = git('rev-parse', 'main');
  write('plan.json', plan);
  write('event.json', JSON.stringify(event ?? { pull_request: { ...PULL, base: { sha } } }));
  const command = [
    'github',
    'plan.json',
    '--format',
    'json=out.json',
    '--now',
    MADE_AT,
    '--no-comment',
  ];
  const done = await reprieve([...command, ...args], {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
    GITHUB_REPOSITORY: 'team/app',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: sha,
    GITHUB_API_URL: api,
    GITHUB_TOKEN: 'secret-token',
  });
  if (done.code === 2) return { ...done, told: undefined, codes: [] };
  const told: Told = JSON.parse(
    execFileSync('cat', [join(folder, 'out.json')], { encoding: 'utf8' }),
  );
  return { ...done, told, codes: codesOf(told) };
}

const HEAD = 'f'.repeat(40);
const PULL = { number: 7, user: { login: 'ann' }, head: { sha: HEAD } };

/** A forge on which some accounts have approved, with whatever permission each has. */
function forge(accounts: Readonly<Record<string, string>>, pulls: readonly object[] = []) {
  return ({ path }: Call): Answer => {
    if (path.includes('/commits/')) return { json: pulls };
    if (path.includes('/reviews')) {
      return {
        json: Object.keys(accounts).map((login) => ({
          user: { login, type: 'User' },
          state: 'APPROVED',
          author_association: 'NONE',
          commit_id: HEAD,
        })),
      };
    }
    if (path.endsWith('/permission')) {
      const [, login = ''] = /collaborators\/([^/]+)/.exec(path) ?? [];
      return { json: { permission: accounts[login] ?? 'none' } };
    }
    return { json: path.endsWith('/pulls/7') ? PULL : [] };
  };
}

const approvedBy = (id: string) =>
  editedPlan(PLAN, (plan) => {
    const text = JSON.stringify(plan['resource_changes']);
    plan['resource_changes'] = JSON.parse(text.replaceAll('"bob@example.org"', JSON.stringify(id)));
  });

describe('a change that sets its own rules', () => {
  it('does not approve its own hard deletion by an approver whom it adds', async () => {
    base({ 'reprieve.yaml': SETTINGS });
    change({ 'reprieve.yaml': SETTINGS.replace(BOB, `${BOB}, ${MALLORY}`) });
    const done = await atGithub({
      answer: forge({ mallory: 'none' }),
      plan: approvedBy('mallory@example.org'),
    });
    expect(done.code, done.stderr).toBe(1);
    expect(done.codes).toEqual(['approval-unknown', 'rules-weakened']);
    expect(done.told?.rules).toEqual([
      {
        rule: 'approvers',
        before: null,
        after: 'mallory@example.org (github: mallory)',
        direction: 'weaker',
      },
    ]);
  });

  it('does not take over an approver’s account', async () => {
    base({ 'reprieve.yaml': SETTINGS });
    change({ 'reprieve.yaml': SETTINGS.replace('github: bob', 'github: mallory') });
    const done = await atGithub({ answer: forge({ mallory: 'write' }) });
    expect([done.code, done.codes]).toEqual([1, ['approval-unproven', 'rules-weakened']]);
  });

  it('does not have the word of its own file suffice', async () => {
    base({ 'reprieve.yaml': SETTINGS });
    const trusting = settings(...SETTINGS.split('\n').slice(1, 3), 'gate: { approvals: file }');
    change({ 'reprieve.yaml': trusting });
    const { code, told } = await reviewed(planText(PLAN), '--rules', 'main');
    expect([code, codesOf(told)]).toEqual([1, ['approval-unproven', 'rules-weakened']]);
    git('commit', '-q', '-a', '-m', 'as the base has it');
    expect((await reviewed(planText(PLAN), '--rules', 'main')).code).toBe(0);
  });

  it('may make rules weaker with the review of an approver of the base', async () => {
    base({ 'reprieve.yaml': SETTINGS });
    change({ 'reprieve.yaml': SETTINGS.replace('planMaxAge: 1h', 'planMaxAge: 2h') });
    const plan = planText('live-no-change');
    const at = (answer: AtGithub['answer']) =>
      atGithub({ answer, plan, args: ['--now', JSON.parse(plan).timestamp] });
    const alone = await at(forge({}));
    expect([alone.code, alone.codes]).toEqual([1, ['rules-weakened']]);
    await server?.stop();
    const other = await at(forge({ mallory: 'admin' }));
    expect([other.code, other.codes]).toEqual([1, ['rules-weakened']]);
    await server?.stop();
    const allowed = await at(forge({ bob: 'write' }));
    expect([allowed.code, allowed.codes]).toEqual([0, []]);
    expect(allowed.stdout).toContain('`bob@example.org` has approved that this change makes rules');
  });

  it('is held to the base’s numbers until then, and to its own where they are stricter', async () => {
    base({ 'reprieve.yaml': SETTINGS });
    const after = (hours: number) =>
      new Date(Date.parse(MADE_AT) + hours * 3_600_000).toISOString();
    const codes = async (planMaxAge: string, hours: number) => {
      change({ 'reprieve.yaml': SETTINGS.replace('planMaxAge: 1h', `planMaxAge: ${planMaxAge}`) });
      const { told } = await reviewed(
        planText('live-no-change'),
        '--rules',
        'main',
        '--now',
        after(hours),
      );
      return codesOf(told);
    };
    const made = Date.parse(JSON.parse(planText('live-no-change')).timestamp) - Date.parse(MADE_AT);
    const later = made / 3_600_000;
    expect(await codes('9h', later + 2)).toEqual(['plan-stale', 'rules-weakened']);
    expect(await codes('10m', later + 0.5)).toEqual(['plan-stale']);
  });

  it('names the first approvers, who count once it is merged', async () => {
    const nobody = SETTINGS.replace(BOB, '');
    base({ 'reprieve.yaml': nobody });
    change({ 'reprieve.yaml': SETTINGS });
    const hard = await atGithub({ answer: forge({ bob: 'write' }) });
    expect([hard.code, hard.codes]).toEqual([1, ['no-approvers']]);
    const { code, told } = await reviewed(
      planText('soft-delete-item'),
      '--rules',
      'main',
      '--now',
      JSON.parse(planText('soft-delete-item')).timestamp,
    );
    expect([code, told.rules.length]).toEqual([0, 1]);
  });
});

describe('an approval at the forge', () => {
  beforeEach(() => base({ 'reprieve.yaml': SETTINGS }));

  it('lets a hard deletion go ahead, from an approver who may write', async () => {
    const fine = await atGithub({ answer: forge({ bob: 'write' }) });
    expect([fine.code, fine.codes], fine.stderr).toEqual([0, []]);
    await server?.stop();
    const reader = await atGithub({ answer: forge({ bob: 'read' }) });
    expect([reader.code, reader.codes]).toEqual([1, ['approval-unproven']]);
    expect(reader.told?.why[0]?.message).toContain(
      '`bob` does not count: that account has no write',
    );
  });

  it.each([
    ['is down', { status: 502 }],
    ['refuses to tell the permission', { status: 403 }],
  ])('proves nothing where the forge %s, which is said', async (_, answer) => {
    const at = forge({ bob: 'write' });
    const done = await atGithub({
      answer: (call) => (call.path.endsWith('/permission') ? answer : at(call)),
    });
    expect([done.code, done.codes]).toEqual([1, ['approval-unproven']]);
    expect(done.told?.why[0]?.message).toContain('the forge did not answer');
    expect(done.stderr).toContain(`answered by ${answer.status}`);
    expect(done.stdout + done.stderr).not.toContain('secret-token');
  });

  it('is found by the commit where the event has no pull request', async () => {
    const push = { repository: { default_branch: 'main' } };
    const merged = {
      ...PULL,
      merged_at: '2026-01-01T00:00:00Z',
      merge_commit_sha: git('rev-parse', 'main'),
    };
    const found = await atGithub({
      event: push,
      name: 'push',
      answer: forge({ bob: 'write' }, [merged]),
    });
    expect([found.code, found.codes], found.stderr).toEqual([0, []]);
    await server?.stop();
    const none = await atGithub({ event: push, name: 'push', answer: forge({ bob: 'write' }) });
    expect([none.code, none.codes]).toEqual([1, ['approval-unproven']]);
    expect(none.told?.why[0]?.message).toContain('knows no reviewed change by which the commit');
  });

  it('is held to the committed rules on the default branch, whatever the folder has', async () => {
    change({ 'reprieve.yaml': SETTINGS.replace(BOB, MALLORY) });
    const done = await atGithub({
      event: { repository: { default_branch: 'main' } },
      name: 'schedule',
      answer: forge({ mallory: 'admin' }),
      plan: approvedBy('mallory@example.org'),
    });
    expect(done.codes).toContain('rules-weakened');
  });
});

describe('where the rules come from', () => {
  const plan = planText('live-no-change');
  const now = ['--now', JSON.parse(plan).timestamp] as const;
  const run = (...args: readonly string[]) => {
    write('plan.json', plan);
    return reprieve(['review', 'plan.json', ...now, ...args]);
  };

  it('is said where it is the files under review', async () => {
    write('reprieve.yaml', SETTINGS);
    const done = await run();
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toContain('rules-from-here');
  });

  it('may be a folder', async () => {
    base({ 'reprieve.yaml': SETTINGS, 'elsewhere/reprieve.yaml': SETTINGS });
    change({ 'reprieve.yaml': SETTINGS.replace(BOB, `${BOB}, ${MALLORY}`) });
    const done = await run('--rules', './elsewhere');
    expect(done.code).toBe(1);
    expect(done.stdout).toContain('Changes to the rules:');
    expect(done.stdout).toContain('`approvers` becomes weaker');
  });

  it('is never a folder of the change that is called like a commit', async () => {
    base({ 'reprieve.yaml': SETTINGS });
    change({ 'origin/main/reprieve.yaml': settings() });
    const done = await run('--rules', 'origin/main');
    expect([done.code, done.stdout]).toEqual([2, '']);
    expect(done.stderr).toContain('If the folder is meant, write ./origin/main.');
  });

  it.each([
    [['--rules', 'nowhere'], 'The commit "nowhere", whose rules hold, is not in this repository'],
    [['--rules=--upload-pack=touch owned'], 'can’t be the name of a commit'],
    [['--rules', './nowhere'], 'is not a folder'],
    [['--rules', './empty'], 'has neither reprieve.yaml nor cdktf.json'],
    [['--rules', './broken'], 'broken/reprieve.yaml:2:12'],
    [['--rules', './huge'], 'larger than'],
    [['--rules', 'broken-commit'], 'broken-commit:reprieve.yaml:2:12'],
  ])('is said where it can’t be used: %j', async (args, says) => {
    base({ 'reprieve.yaml': 'version: 1\napprovers: 5\n' });
    git('tag', 'broken-commit');
    change({ 'reprieve.yaml': SETTINGS });
    mkdirSync(join(folder, 'empty'));
    write('broken/reprieve.yaml', 'version: 1\napprovers: 5\n');
    write('huge/reprieve.yaml', `version: 1\n#${'x'.repeat(2 ** 20)}\n`);
    const done = await run(...args);
    expect([done.code, done.stdout], done.stderr).toEqual([2, '']);
    expect(done.stderr).toContain(says);
    expect(done.stderr).not.toMatch(/^\s+at .*\.js:\d+/m);
  });

  it('is not left behind by moving the project', async () => {
    base({ 'app/reprieve.yaml': SETTINGS });
    git('mv', 'app/reprieve.yaml', 'reprieve.yaml');
    change({ 'reprieve.yaml': settings() });
    const done = await run('--rules', 'main');
    expect([done.code, done.stdout]).toEqual([2, '']);
    expect(done.stderr).toContain('"app/reprieve.yaml", which is gone');
  });

  it('is nowhere to be found in a pull request’s run without its base', async () => {
    base({ 'reprieve.yaml': SETTINGS });
    const event = { pull_request: { ...PULL, base: { sha: 'e'.repeat(40) } } };
    const done = await atGithub({ event, answer: forge({}) });
    expect(done.code).toBe(2);
    expect(done.stderr).toContain('fetch-depth: 0');
  });
});

describe('the policies of a change', () => {
  const policy = (id: string, schema: string) =>
    [
      `id: ${id}`,
      'title: It is as it should be',
      'category: test',
      'why: For the test alone.',
      'remediation: Change it.',
      'target: kubernetes_cron_job_v1',
      `schema: ${schema}`,
      '',
    ].join('\n');
  const STRICT = policy('is-strict', '{ type: object, maxProperties: 0 }');
  const LAX = policy('is-strict', '{ type: object }');
  const MANDATORY = settings(
    `approvers: [${BOB}]`,
    'policies: { paths: [policies], levels: { is-strict: soft-mandatory } }',
  );
  const soon = new Date(Date.now() + 100 * 24 * 3_600_000).toISOString().slice(0, 10);
  const waiver = `waivers: [{ policy: is-strict, path: plan, reason: as agreed on, owner: ann, expires: ${soon} }]`;
  const validated = async (...args: readonly string[]) => {
    write('plan.json', planText('live-no-change'));
    const done = await reprieve(['validate', 'plan.json', '--format', 'json', ...args]);
    if (done.stdout === '') throw new Error(done.stderr);
    const told: Told = JSON.parse(done.stdout);
    const findings = (told.findings ?? []).filter((each) => each.policy === 'is-strict');
    return { ...done, told, findings, states: [...new Set(findings.map(({ state }) => state))] };
  };

  it('are those of the base, too, and what both find is told once', async () => {
    base({ 'reprieve.yaml': MANDATORY, 'policies/a.yaml': STRICT });
    const before = await validated('--rules', 'main');
    expect([before.code, before.states, before.told.rules]).toEqual([1, ['open'], []]);
    change({ 'policies/a.yaml': LAX });
    const lax = await validated('--rules', 'main');
    expect([lax.code, lax.findings]).toEqual([1, before.findings]);
    expect(lax.told.rules).toMatchObject([{ rule: 'policies/a.yaml', direction: 'weaker' }]);
    change({ 'policies/a.yaml': `${STRICT}# only a comment\n` });
    const same = await validated('--rules', 'main');
    expect(same.findings).toEqual(before.findings);
    expect(same.told.rules).toMatchObject([{ direction: 'neutral' }]);
    expect((await validated()).states).toEqual(['open']);
  });

  it('are not taken away, nor made advisory, by the change', async () => {
    base({
      'reprieve.yaml': MANDATORY,
      'policies/a.yaml': STRICT,
      'policies/b.yaml': policy('other', '{ type: object }'),
    });
    rmSync(join(folder, 'policies/a.yaml'));
    change({ 'reprieve.yaml': settings(`approvers: [${BOB}]`, 'policies: { paths: [policies] }') });
    const done = await validated('--rules', 'main');
    expect([done.code, done.states]).toEqual([1, ['open']]);
    expect(done.told.rules.map(({ rule, direction }) => `${direction} ${rule}`)).toEqual([
      'weaker policies.levels.is-strict',
      'weaker policies/a.yaml',
    ]);
    const review = await reviewed(planText('live-no-change'), '--policy', '--rules', 'main');
    expect(codesOf(review.told)).toContain('rules-weakened');
  });

  it('are waived by what both sides have, and by nothing else', async () => {
    base({ 'reprieve.yaml': MANDATORY, 'policies/a.yaml': STRICT });
    change({ 'reprieve.yaml': `${MANDATORY}${waiver}\n` });
    expect((await validated('--rules', 'main')).states).toEqual(['open']);
    git('commit', '-q', '-a', '-m', 'waived');
    expect(await validated('--rules', 'main')).toMatchObject({ code: 0, states: ['waived'] });
    change({ 'reprieve.yaml': MANDATORY });
    expect((await validated('--rules', 'main')).states).toEqual(['open']);
  });

  it('come from the version of a package that the base pins, or not at all', async () => {
    const { version } = JSON.parse(
      execFileSync('cat', [join(ROOT, 'package.json')], { encoding: 'utf8' }),
    );
    const path = 'node_modules/reprieve/policies/deletion';
    const lock = (pinned: string) =>
      JSON.stringify({
        lockfileVersion: 3,
        packages: { 'node_modules/reprieve': { version: pinned } },
      });
    const yaml = settings(
      `policies: { paths: [${path}], levels: { hard-deletion-is-approved: hard-mandatory } }`,
    );
    base({
      'reprieve.yaml': yaml,
      'package-lock.json': lock(version),
      '.gitignore': 'node_modules\n',
    });
    // The change’s own copy was emptied.
    mkdirSync(join(folder, path), { recursive: true });
    write('plan.json', planText('live-no-change'));
    const fine = await reprieve(['validate', 'plan.json', '--rules', 'main', '--format', 'json']);
    expect(fine.stderr).toContain('policy');
    expect(JSON.parse(fine.stdout).rules.length).toBeGreaterThan(0);
    change({ 'package-lock.json': lock('9.9.9') });
    git('commit', '-q', '-a', '-m', 'another version');
    const other = await reprieve(['validate', 'plan.json', '--rules', 'main', '--format', 'json']);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('the base has reprieve 9.9.9');
  });
});

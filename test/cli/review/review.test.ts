import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../support/scratch.js';

const folder = mkdtempSync(join(tmpdir(), 'reprieve-review-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plan = (name: string) => join(ROOT, `test/fixtures/plans/${name}.json`);
const madeAt = (name: string): string => JSON.parse(readFileSync(plan(name), 'utf8')).timestamp;

function review(args: readonly string[], input?: string, cwd = folder) {
  const done = spawnSync(process.execPath, [join(ROOT, 'bin/reprieve.js'), 'review', ...args], {
    cwd,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}

describe('reprieve review', () => {
  it('ends with 0 where nothing has to stop, and with 1 where the plan is blocked', () => {
    const fine = review([plan('key-removed'), '--now', madeAt('key-removed')]);
    expect(fine).toMatchObject({ code: 0, stderr: '' });
    expect(fine.stdout).toContain('Nothing to stop for: 1 deleted without protection.');
    const bad = review([plan('count-forced'), '--now', madeAt('count-forced')]);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain('Blocked: 13 deletions stopped');
  });

  it('says who asked for what ends, and why, where deletions.yaml is at hand', () => {
    const app = join(folder, 'app');
    mkdirSync(app);
    const approver = '{ id: bob@example.org, github: bob }';
    writeFileSync(join(app, 'reprieve.yaml'), `version: 1\napprovers: [${approver}]\n`);
    writeFileSync(
      join(app, 'deletions.yaml'),
      [
        'version: 1',
        'deletions:',
        '  - target: billing/job-templates/nightly',
        '    mode: soft',
        '    reason: The nightly report is no longer read.',
        '    requestedBy: ann@example.org',
        "    requestedAt: '2026-11-26T08:00:00Z'",
      ].join('\n'),
    );
    const args = [plan('soft-delete-item'), '--now', madeAt('soft-delete-item')];
    const { stdout } = review(args, undefined, app);
    expect(stdout).toContain('requested by `ann@example.org`');
    expect(stdout).toContain('“The nightly report is no longer read.”');
    const { requests } = JSON.parse(review([...args, '--format', 'json'], undefined, app).stdout);
    expect(requests).toMatchObject([
      { target: 'billing/job-templates/nightly', mode: 'soft', requestedBy: 'ann@example.org' },
    ]);
    writeFileSync(join(app, 'deletions.yaml'), 'version: 1\ndeletions: [\n');
    // It only tells: what can't be read there is synthesis's to say.
    const untold = review(args, undefined, app);
    expect(untold.code).not.toBe(2);
    expect(untold.stdout).not.toContain('requested by');
  });

  it.each([
    ['outside of an app', undefined, 'here or in a folder above', 'defaults'],
    ['in an app without reprieve.yaml', 'cdktf.json', 'in this app', 'defaults'],
    ['in an app with one', 'reprieve.yaml', undefined, 'files'],
  ] as const)('says whose rules hold %s', (_, file, where, rulesFrom) => {
    const cwd = mkdtempSync(join(folder, 'whose-'));
    if (file !== undefined) writeFileSync(join(cwd, file), 'version: 1\n');
    const args = [plan('replace'), '--now', madeAt('replace')];
    const { stdout } = review([...args, '--format', 'json'], undefined, cwd);
    const { notices, ...told } = JSON.parse(stdout);
    expect(told.rulesFrom).toBe(rulesFrom);
    const [own] = notices.filter(({ code }: { code: string }) => code === 'rules-default');
    if (where === undefined) expect(own).toBeUndefined();
    else expect(own.message).toContain(`There is no reprieve.yaml ${where}, so the default rules`);
    const html = review([...args, '--format', 'html'], undefined, cwd).stdout;
    expect(html.includes('by default rules: no reprieve.yaml was found')).toBe(
      rulesFrom === 'defaults',
    );
  });

  it('counts what else a plan changes, by type', () => {
    const args = [plan('create-project'), '--now', madeAt('create-project')];
    expect(review(args).stdout).toMatch(/Other changes:\n {2}create \d+ terraform_data\n/);
    const { plans, groups } = JSON.parse(review([...args, '--format', 'json']).stdout);
    expect(plans).toMatchObject([
      { stack: 'create-project', changes: [{ action: 'create', type: 'terraform_data' }] },
    ]);
    expect(groups).toEqual([]);
    const pending = [plan('pending'), '--now', madeAt('pending'), '--format', 'json'];
    expect(JSON.parse(review(pending).stdout).groups).toMatchObject([
      { target: 'billing', subject: 'project' },
    ]);
  });

  it('reads a plan from stdin, and several at once', () => {
    const text = readFileSync(plan('key-removed'), 'utf8');
    const piped = review(['-', '--format', 'json', '--now', madeAt('key-removed')], text);
    expect(JSON.parse(piped.stdout)).toMatchObject({
      verdict: 'pass',
      deletions: [{ stack: 'stdin' }],
    });
    const both = review([
      plan('key-removed'),
      plan('forget'),
      '--now',
      madeAt('forget'),
      '--format',
      'json',
    ]);
    expect(JSON.parse(both.stdout).deletions.map(({ stack }: { stack: string }) => stack)).toEqual([
      'forget',
      'key-removed',
    ]);
  });

  it('blocks an old plan by the clock of this machine', () => {
    const old = JSON.parse(readFileSync(plan('live-no-change'), 'utf8'));
    writeFileSync(
      join(folder, 'old.json'),
      JSON.stringify({ ...old, timestamp: '2026-01-01T00:00:00Z' }),
    );
    const done = review(['old.json']);
    expect(done.code).toBe(1);
    expect(done.stdout).toContain('plan-stale');
  });

  it('writes further formats to files, whole', () => {
    const done = review([
      plan('replace'),
      '--now',
      madeAt('replace'),
      '--format',
      'text',
      '--format',
      'html=out.html',
      '--format',
      'sarif=out.sarif',
    ]);
    expect(done.code).toBe(0);
    expect(readFileSync(join(folder, 'out.html'), 'utf8')).toMatch(/^<!doctype html>/);
    expect(JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8'))).toMatchObject({
      version: '2.1.0',
    });
    expect(readdirSync(folder).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it('takes the rules from reprieve.yaml', () => {
    const inner = mkdtempSync(join(folder, 'app-'));
    writeFileSync(
      join(inner, 'reprieve.yaml'),
      'version: 1\nreclamation: { period: 48h, planMaxAge: 20h }\n',
    );
    const late = new Date(Date.parse(madeAt('live-no-change')) + 19 * 3_600_000).toISOString();
    const run = (cwd: string) =>
      spawnSync(
        process.execPath,
        [join(ROOT, 'bin/reprieve.js'), 'review', plan('live-no-change'), '--now', late],
        { cwd, encoding: 'utf8' },
      ).status;
    expect([run(inner), run(folder)]).toEqual([0, 1]);
  });

  it.each([
    [['nowhere.json'], 'nowhere.json'],
    [['.'], 'folder'],
    [[join(ROOT, 'package.json')], 'it has no format_version'],
    [[plan('made/format-2.0')], '"2.0"'],
    [[plan('no-change'), '--format', 'markdwn'], 'Did you mean'],
    [[plan('no-change'), '--format', 'text', '--format', 'json'], 'Only one format'],
    [[plan('no-change'), '--format', 'text='], '--format text= names no file'],
    [[plan('no-change'), '--now', 'yesterday'], 'point in time'],
    [[plan('no-change'), plan('no-change')], 'same name'],
    [[plan('no-change'), '--format', 'html=no/such/folder/x.html'], 'no/such/folder'],
    [[], 'missing required argument'],
  ])('ends with 2 and says what is wrong: %j', (args, says) => {
    const done = review(args);
    expect(done.code).toBe(2);
    expect(done.stdout).toBe('');
    expect(done.stderr).toContain(says);
    expect(done.stderr).not.toMatch(/^\s+at .*\.js:\d+/m);
  });

  it('tells every plan that can’t be read', () => {
    const done = review(['a.json', 'b.json']);
    expect(done.stderr).toContain('a.json');
    expect(done.stderr).toContain('b.json');
  });
});

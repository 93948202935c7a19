import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { micromark } from 'micromark';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasInvisible } from '../../../lib/base/inert.js';
import { runCli } from '../../support/cli.js';
import { publishedValidator } from '../../support/schemas.js';
import { ROOT } from '../../support/scratch.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-policy-'));
  cpSync(join(ROOT, 'policies/supply-chain'), join(folder, 'policies'), { recursive: true });
  const levels = '{ image-by-digest: soft-mandatory }';
  writeFileSync(
    join(folder, 'reprieve.yaml'),
    `version: 1\npolicies: { paths: [policies], levels: ${levels} }\n`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function reprieve(...args: readonly string[]) {
  const bin = join(ROOT, 'bin/reprieve.js');
  const done = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: 'utf8' });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
}

/** A policy whose only case says that it passes. */
const UNPROVEN = `id: odd
title: Odd
category: odd
why: Odd.
remediation: None.
target: container
schema: { type: object, required: [image] }
tests: [{ name: nothing at all, verdict: pass, object: {} }]
`;

describe('reprieve policy', () => {
  it('lists policies with their levels, also for programs', () => {
    expect(reprieve('policy', 'list').stdout).toContain(
      'image-by-digest            soft-mandatory',
    );
    const rows: readonly { id: string; level: string }[] = JSON.parse(
      reprieve('policy', 'list', '--output', 'json').stdout,
    );
    expect(rows.map(({ id }) => id)).toEqual([
      'image-by-digest',
      'image-from-known-registry',
      'image-has-version',
      'private-image-has-secret',
    ]);
    expect(rows[0]?.level).toBe('soft-mandatory');
  });

  it('has the level of its profile, unless it has one of its own', () => {
    const settings = (levels: string) =>
      writeFileSync(
        join(folder, 'reprieve.yaml'),
        `version: 1\npolicies: { profiles: [access], pod-security: { profile: restricted }, levels: ${levels} }\n`,
      );
    settings(
      '{ pod-security: soft-mandatory, seccomp-profile: advisory, no-exec: hard-mandatory }',
    );
    const rows: readonly { id: string; level: string }[] = JSON.parse(
      reprieve('policy', 'list', '-o', 'json').stdout,
    );
    const levels = new Map(rows.map(({ id, level }) => [id, level]));
    const of = (...ids: readonly string[]) => ids.map((id) => levels.get(id));
    expect(of('not-privileged', 'seccomp-profile', 'no-exec', 'no-escalation')).toEqual([
      ...['soft-mandatory', 'advisory', 'hard-mandatory', 'advisory'],
    ]);
    settings('{ acess: soft-mandatory, network: soft-mandatory }');
    const { code, stderr } = reprieve('policy', 'list');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean `access`?');
    expect(stderr).toContain('There is no policy "network".');
  });

  it('explains one, and helps with a name that is not right', () => {
    const { code, stdout } = reprieve('policy', 'explain', 'image-by-digest');
    expect(code).toBe(0);
    expect(stdout).toContain('Why: A tag can be moved');
    const wrong = reprieve('policy', 'explain', 'image-by-digst');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('Did you mean `image-by-digest`?');
  });

  it('explains the values in force, and where they come from', () => {
    const explain = (...more: readonly string[]) =>
      reprieve('policy', 'explain', 'image-has-version', ...more).stdout;
    expect(explain()).toMatch(/Parameters: tags: \["latest",.*\] \(the default\)/);
    writeFileSync(
      join(folder, 'reprieve.yaml'),
      'version: 1\npolicies: { paths: [policies], parameters: { image-has-version: { tags: [nightly] } } }\n',
    );
    expect(explain()).toContain('tags: ["nightly"] (reprieve.yaml; the default is ["latest"');
    expect(JSON.parse(explain('-o', 'json')).parameters.tags).toMatchObject({
      value: ['nightly'],
      isSet: true,
    });
  });

  it('documents all on one page', () => {
    expect(reprieve('policy', 'docs').stdout).toMatch(
      /^# Policies\n\n## supply-chain\n\n### image/,
    );
  });

  it('tries each on its own cases, and tells what goes wrong or proves too little', () => {
    expect(reprieve('policy', 'test')).toMatchObject({ code: 0 });
    writeFileSync(join(folder, 'policies/odd.yaml'), UNPROVEN);
    const { code, stdout } = reprieve('policy', 'test');
    expect(code).toBe(1);
    expect(stdout).toContain('odd: "nothing at all" should pass, and it was: fail');
    expect(stdout).toContain('odd: needs a case that passes and one that fails.');
  });

  it('fails a policy that asks for what its target can’t have, and lists where', () => {
    const vain = UNPROVEN.replace('[image]', '[imge]').replace('id: odd', 'id: vain');
    writeFileSync(join(folder, 'policies/vain.yaml'), vain);
    const { code, stdout } = reprieve('policy', 'test');
    expect(code).toBe(1);
    const told =
      /policy `vain` looks for `imge`.*Did you mean `image`\? \(policies\/vain\.yaml:7:36\)/;
    expect(stdout).toMatch(told);
    expect(reprieve('policy', 'list')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(told),
    });
    const rows: readonly { id: string; impossible: readonly unknown[] }[] = JSON.parse(
      reprieve('policy', 'list', '--output', 'json').stdout,
    );
    expect(rows.flatMap(({ id, impossible }) => impossible.map(() => id))).toEqual(['vain']);
    expect(rows.find(({ id }) => id === 'vain')?.impossible).toMatchObject([
      { code: 'policy-path-impossible', file: 'policies/vain.yaml', line: 7, column: 36 },
    ]);
  });

  it('goes on with the others past one that can’t be used, and says so with exit 2', () => {
    writeFileSync(join(folder, 'policies/bomb.yaml'), 'a: &a [x]\nb: [*a, *a]\n');
    writeFileSync(
      join(folder, 'policies/endless.yaml'),
      UNPROVEN.replace('{ type: object, required: [image] }', '{ $ref: "#" }'),
    );
    const { code, stdout, stderr } = reprieve('policy', 'list');
    expect(code).toBe(2);
    expect(stdout).toContain('image-has-version');
    expect(stderr).toContain('policies/bomb.yaml:1:');
    expect(stderr).toMatch(/refers to itself without an end[\s\S]*policies\/endless\.yaml:7:/);
  });

  it('prints the list as its schema says, and the same as YAML', async () => {
    writeFileSync(join(folder, 'policies/odd.yaml'), UNPROVEN);
    const { stdout } = await runCli(folder, ['policy', 'list', '-o', 'json']);
    const rows: unknown = JSON.parse(stdout);
    const isList = publishedValidator('policy-list');
    expect(isList(rows), JSON.stringify(isList.errors)).toBe(true);
    const yaml = await runCli(folder, ['policy', 'list', '-o', 'yaml']);
    expect(parse(yaml.stdout)).toEqual(rows);
  });

  it('prints one policy, and how its cases went, as their schemas say', async () => {
    writeFileSync(join(folder, 'policies/odd.yaml'), UNPROVEN);
    const isRun = publishedValidator('policy-test');
    const run = await runCli(folder, ['policy', 'test', '-o', 'json']);
    const told = JSON.parse(run.stdout);
    expect(isRun(told), JSON.stringify(isRun.errors)).toBe(true);
    expect(run.code).toBe(1);
    expect(told).toMatchObject({ ok: false, unproven: ['odd'] });
    expect(told.cases.length).toBeGreaterThan(10);
    const yaml = await runCli(folder, ['policy', 'test', '-o', 'yaml']);
    expect(parse(yaml.stdout)).toEqual(told);
    const one = await runCli(folder, ['policy', 'explain', 'image-by-digest', '-o', 'json']);
    const { level, policy } = JSON.parse(one.stdout);
    const isPolicy = publishedValidator('policy');
    expect(isPolicy(policy), JSON.stringify(isPolicy.errors)).toBe(true);
    expect({ level, id: policy.id }).toEqual({ level: 'soft-mandatory', id: 'image-by-digest' });
  });

  it('makes nothing but text of what a policy says', async () => {
    const hostile = '<script>x</script> [y](https://evil.example) \u202e\u001b[31m @octocat';
    const quoted = JSON.stringify(hostile).replace('\u202e', '\\u202e');
    const policy = UNPROVEN.replace('title: Odd', `title: ${quoted}`)
      .replace('category: odd', `category: ${quoted}`)
      .replace('why: Odd.', `why: ${quoted}\nurl: "https://example.org/)[z](javascript:1)<b>"`);
    writeFileSync(join(folder, 'policies/odd.yaml'), policy);
    const { stdout: docs, stderr: said } = await runCli(folder, ['policy', 'docs']);
    expect(said).toBe('');
    expect(docs).toContain('### odd');
    const html = micromark(docs, { allowDangerousHtml: true });
    const tags = [...html.matchAll(/<[a-z][^>]*>/g)].map(([tag]) => tag);
    expect(
      tags.filter((tag) => !/^<(?:h[123]|p|ul|li|code|a href="https:[^"]*")>$/.test(tag)),
    ).toEqual([]);
    expect(html).not.toMatch(/@octocat|href="[^"]*evil/);
    for (const args of [['docs'], ['list'], ['list', '-o', 'json'], ['explain', 'odd'], ['test']]) {
      const { stdout, stderr } = await runCli(folder, ['policy', ...args]);
      const lines = `${stdout}${stderr}`.split('\n');
      expect(lines.filter((line) => hasInvisible(line))).toEqual([]);
    }
  });
});

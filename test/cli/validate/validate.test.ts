import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FORMATS } from '../../../lib/report/reporters.js';
import { runCli } from '../../support/cli.js';
import { sarifValidator } from '../../support/sarif.js';
import { publishedValidator } from '../../support/schemas.js';
import { ROOT } from '../../support/scratch.js';

const JOB = 'kubernetes_cron_job_v1';
const PLAN = 'cdktf.out/plans/production.json';
const STACK = 'cdktf.out/stacks/production/cdk.tf.json';

interface Found {
  readonly policy: string;
  readonly address: string;
  readonly pointer: string;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-validate-'));
  cpSync(join(ROOT, 'policies/supply-chain'), join(folder, 'policies'), { recursive: true });
  for (const each of ['plans', 'stacks/production'])
    mkdirSync(join(folder, 'cdktf.out', each), { recursive: true });
  const levels = '{ image-by-digest: soft-mandatory }';
  writeFileSync(
    join(folder, 'reprieve.yaml'),
    `version: 1\npolicies: { paths: [policies], levels: ${levels} }\n`,
  );
  writeFileSync(join(folder, 'main.ts'), 'first\nnew JobTemplate();\nlast\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const reprieve = (...args: readonly string[]) => runCli(folder, args);

/** A stack with one job, as cdktf writes it: single blocks stand bare. */
function synthesized(image: string): void {
  const container = [{ name: 'job', image }];
  const pod = { template: { spec: { container } } };
  const spec = { schedule: '0 0 31 2 *', job_template: { spec: pod } };
  const body = { metadata: { name: 'nightly' }, spec };
  writeFileSync(join(folder, STACK), JSON.stringify({ resource: { [JOB]: { nightly: body } } }));
  const source = { path: 'production/billing/nightly', file: 'main.ts', line: 2 };
  const sources = { [`${JOB}.nightly`]: source };
  writeFileSync(join(folder, 'cdktf.out/stacks/production/reprieve.json'), JSON.stringify(sources));
}

/** A policy about what no plan here has, that asks for what can't be. */
const VAIN = `id: vain
title: Vain
category: x
why: It shows what is told.
remediation: None.
target: manifest
kinds: [Ingress]
schema: { type: object, properties: { specc: { type: object } } }
`;

interface Told {
  readonly findings: readonly { readonly policy: string }[];
  readonly notices: readonly { readonly code: string; readonly message: string }[];
}

describe('reprieve validate', () => {
  it.each(FORMATS)('tells vacuous policies as %s, and stops for none', async (format) => {
    synthesized('${var.image}');
    writeFileSync(join(folder, 'policies/vain.yaml'), VAIN);
    const { code, stdout } = await reprieve('validate', STACK, '--format', format);
    expect(code).toBe(0);
    expect(stdout).toContain('policy-unmatched');
    expect(stdout).toContain('policy-path-impossible');
    expect(stdout).toMatch(/vain\.yaml(&#x3a;|\\u003a|:)8/);
  });

  it('shows the line of code that a finding is about, and stops for what must be mended', async () => {
    synthesized('docker.io/example/invoices:1.4.2');
    const { code, stdout } = await reprieve('validate', STACK);
    expect(code).toBe(1);
    expect(stdout).toContain('soft-mandatory, open  image-by-digest');
    expect(stdout).toContain('at main.ts:2 (production/billing/nightly)');
    expect(stdout).toContain('> 2 | new JobTemplate();');
  });

  it('doesn’t know what an expression stands for', async () => {
    synthesized('${var.image}');
    const { code, stdout } = await reprieve('validate', STACK);
    expect(code).toBe(0);
    expect(stdout).toContain('soft-mandatory, undecided  image-by-digest');
  });

  it('tells where plan and code disagree', async () => {
    copyFileSync(join(ROOT, 'test/fixtures/plans/live-no-change.json'), join(folder, PLAN));
    const plain = await reprieve('validate', PLAN, '--format', 'json');
    const address = JSON.parse(plain.stdout).findings[0].address;
    expect(plain.stdout).not.toContain('policy-disagreement');
    const [type, name] = address.split('.');
    const image = `docker.io/example/invoices@sha256:${'0'.repeat(64)}`;
    const container = [{ image }];
    const pod = { template: { spec: { container } } };
    const input = { resource: JOB, spec: { job_template: { spec: pod } } };
    writeFileSync(
      join(folder, STACK),
      JSON.stringify({ resource: { [type]: { [name]: { input } } } }),
    );
    const { stdout } = await reprieve('validate', PLAN, '--format', 'json');
    expect(JSON.parse(stdout).notices).toContainEqual(
      expect.objectContaining({ code: 'policy-disagreement', address }),
    );
  });

  it('takes what was synthesized last where no file is named, and says so', async () => {
    expect(await reprieve('validate')).toMatchObject({ code: 2, stdout: '' });
    synthesized('docker.io/example/invoices:1.4.2');
    const { code, stdout, stderr } = await reprieve('validate');
    expect(code).toBe(1);
    expect(stdout).toContain('image-by-digest');
    expect(stderr).toContain(`Validating what was synthesized last: ${STACK}.`);
  });

  it('tells what plan and code have in common once, with the plan’s address', async () => {
    copyFileSync(join(ROOT, 'test/fixtures/plans/live-no-change.json'), join(folder, PLAN));
    const found = async (...files: readonly string[]): Promise<Found[]> =>
      JSON.parse((await reprieve('validate', ...files, '--format', 'json')).stdout).findings;
    const planned = await found(PLAN);
    const address = planned.find(({ policy }) => policy === 'image-by-digest')?.address ?? '';
    const [type = '', name = ''] = address.split('.');
    const container = [{ name: 'job', image: 'docker.io/example/invoices:1.4.2' }];
    const pod = { template: { spec: { container } } };
    const input = { resource: JOB, spec: { job_template: { spec: pod } } };
    const resource = { [type]: { [name]: { input } } };
    writeFileSync(join(folder, STACK), JSON.stringify({ resource }));
    const keys = (findings: readonly Found[]) =>
      findings.map(({ policy, address: at, pointer }) => `${policy} ${at} ${pointer}`);
    const declared = await found(STACK);
    expect(declared.length).toBeGreaterThan(0);
    expect(keys(declared)).not.toEqual(keys(planned));
    expect(keys(await found(STACK, PLAN))).toEqual(keys(planned));
  });

  it('refuses two plans of one stack, and two files of its code', async () => {
    copyFileSync(join(ROOT, 'test/fixtures/plans/live-no-change.json'), join(folder, PLAN));
    copyFileSync(join(folder, PLAN), join(folder, 'production.json'));
    expect(await reprieve('validate', PLAN, 'production.json')).toMatchObject({
      code: 2,
      stdout: '',
    });
    const other = await reprieve('validate', PLAN, 'other.json', '--stack', 'production');
    expect(other.stderr).toContain('are both of the stack "production"');
  });

  it.each(FORMATS)('writes %s to a file, the same bytes each time', async (format) => {
    synthesized('docker.io/example/invoices:1.4.2');
    const args = ['validate', STACK, '--now', '2026-01-01T00:00:00Z', '--format', 'text'];
    const written = async (file: string) => {
      const { code, stdout, stderr } = await reprieve(...args, '--format', `${format}=${file}`);
      expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining('open') });
      expect(stderr).toContain(`Wrote ${file}.`);
      return readFileSync(join(folder, file), 'utf8');
    };
    const first = await written('a');
    expect(await written('b')).toBe(first);
    for (const part of ['image-by-digest', 'main.ts', 'production/billing/nightly'])
      expect(first).toContain(part);
  });

  it('prints JSON as its schema says, and SARIF as the official one does', async () => {
    synthesized('docker.io/example/invoices:1.4.2');
    const print = async (format: string): Promise<unknown> =>
      JSON.parse((await reprieve('validate', STACK, '--format', format)).stdout);
    const isSarif = sarifValidator();
    expect(isSarif(await print('sarif')), JSON.stringify(isSarif.errors)).toBe(true);
    const isValidation = publishedValidator('validation');
    expect(isValidation(await print('json')), JSON.stringify(isValidation.errors)).toBe(true);
    expect(isValidation({ ...Object(await print('json')), findings: [{}] })).toBe(false);
  });

  it.each([
    ['{\n  "resource": { "a": "SECRET-VALUE" x } }', `${STACK}:2:37`],
    ['{ "resource": { "a": ', 'it ends in the middle'],
    ['[]', 'it is no configuration'],
    ['{ "resource": { "a": [] } }', 'it is no configuration'],
    ['{ "format_version": "1.2" }', 'it is no configuration'],
    [`{ "resource": ${'['.repeat(100_000)}`, 'it is nested more than 512 levels deep'],
    ['', 'it ends in the middle'],
  ])('says why a stack can’t be read, and repeats nothing of it: %#', async (text, says) => {
    writeFileSync(join(folder, STACK), text);
    const { code, stdout, stderr } = await reprieve('validate', STACK);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('SECRET-VALUE');
  });

  it('refuses a format that there is none of, and two for one place', async () => {
    synthesized('x');
    expect((await reprieve('validate', STACK, '--format', 'sariff')).stderr).toContain('sarif');
    expect((await reprieve('validate', STACK, '--format', 'sariff')).code).toBe(2);
    expect((await reprieve('validate', STACK, '--format', 'text', '--format', 'json')).code).toBe(
      2,
    );
  });

  it('tells policies that matched nothing in one line, apart from those that skip everything', async () => {
    synthesized('docker.io/example/invoices:1.4.2');
    for (const id of ['one', 'two'])
      writeFileSync(join(folder, `policies/${id}.yaml`), VAIN.replace('id: vain', `id: ${id}`));
    const skip = `${VAIN.replace('id: vain', 'id: skip').replace('Ingress', 'CronJob')}when: { type: object, required: [never] }\n`;
    writeFileSync(join(folder, 'policies/skip.yaml'), skip);
    const { stdout } = await reprieve('validate', STACK, '--format', 'json');
    const notices: readonly { readonly code: string; readonly message: string }[] =
      JSON.parse(stdout).notices;
    const told = (code: string) =>
      notices.filter((each) => each.code === code).map(({ message }) => message);
    expect(told('policy-unmatched')).toEqual([
      '3 policies matched nothing: no `manifest` of `Ingress` (`one`, `two`); no `job-template` (`private-image-has-secret`).',
    ]);
    expect(told('policy-skipped')).toEqual([
      '1 policy matched nothing, since everything was skipped by `when`: `skip`.',
    ]);
  });

  it('calls nothing passed or needless while a policy can’t be used', async () => {
    synthesized('docker.io/example/invoices:1.4.2');
    const file = join(folder, 'policies/image-by-digest.yaml');
    const text = readFileSync(file, 'utf8');
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    const waiver = `{ policy: image-by-digest, path: production, reason: Until the move, owner: ann@example.org, expires: ${soon} }`;
    writeFileSync(
      join(folder, 'reprieve.yaml'),
      `version: 1\npolicies: { paths: [policies] }\nwaivers: [${waiver}]\n`,
    );
    writeFileSync(file, `${text}\nbroken: true\n`);
    const broken = await reprieve('validate', STACK);
    expect(broken.code).toBe(2);
    expect(broken.stdout).toContain('Incomplete: a policy can’t be used');
    expect(broken.stdout).not.toContain('Nothing to stop for');
    expect(broken.stdout).not.toContain('waiver-unused');
    writeFileSync(file, text);
    expect((await reprieve('validate', STACK)).stdout).toContain('1 waived');
  });

  it('does not call a waiver needless whose stack was not checked', async () => {
    synthesized('docker.io/example/invoices:1.4.2');
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    const waiver = (path: string) =>
      `{ policy: image-by-digest, path: ${path}, reason: Until the move, owner: ann@example.org, expires: ${soon} }`;
    writeFileSync(
      join(folder, 'reprieve.yaml'),
      `version: 1\npolicies: { paths: [policies] }\nwaivers: [${waiver('staging/a')}, ${waiver('production/b')}]\n`,
    );
    const { stdout } = await reprieve('validate', STACK);
    expect(stdout).toMatch(/staging\/a` was not needed here: nothing of its stack was checked\.\n/);
    expect(stdout).toContain('production/b` waives nothing: there is nothing at such a path.');
  });

  it('says of a waiver’s path that it leads to nothing, where the code is at hand', async () => {
    synthesized(`docker.io/example/invoices@sha256:${'0'.repeat(64)}`);
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    const of = async (path: string) => {
      const waiver = `{ policy: image-by-digest, path: '${path}', reason: Until the move, owner: ann@example.org, expires: ${soon} }`;
      writeFileSync(
        join(folder, 'reprieve.yaml'),
        `version: 1\npolicies: { paths: [policies] }\nwaivers: [${waiver}]\n`,
      );
      const { stdout } = await reprieve('validate', STACK, '--format', 'json');
      const { notices }: Told = JSON.parse(stdout);
      return notices.find(({ code }) => code.startsWith('waiver-'))?.message;
    };
    const lost = 'waives nothing: there is nothing at such a path.';
    for (const [path, meant] of [
      ['production/biling', 'production/billing'],
      ['production/biling/nightly', 'production/billing/nightly'],
      ['production/billing/nihgtly', 'production/billing/nightly'],
      [`production/${JOB}.nighty`, `production/${JOB}.nightly`],
    ] as const)
      expect(await of(path)).toContain(`${lost} Did you mean \`${meant}\`? Correct it`);
    expect(await of('production/quite-another')).toContain(`${lost} Correct it`);
    for (const path of [
      'production/billing',
      `production/${JOB}.nightly["a"]`,
      'production/module.a',
    ])
      expect(await of(path)).toContain('was not needed. Remove it.');
  });

  it('takes no name for a stack that the app does not have', async () => {
    synthesized('docker.io/example/invoices:1.4.2');
    const plan = join(folder, 'x.json');
    copyFileSync(join(ROOT, 'test/fixtures/plans/live-no-change.json'), plan);
    const wrong = await reprieve('validate', 'x.json', '--stack', 'producton');
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('There is no stack `producton`. Did you mean `production`?');
    expect((await reprieve('validate', 'x.json', '--stack', 'foo')).code).toBe(2);
    expect((await reprieve('validate', 'x.json', '--stack', 'production')).code).not.toBe(2);
    const gone = await reprieve('review', 'x.json', '--stack', 'foo');
    const named = await reprieve('review', 'x.json');
    expect(gone).toMatchObject({
      code: named.code,
      stderr: expect.stringContaining('no stack `foo`'),
    });
    expect(named.code).not.toBe(2);
  });

  it('is sure of that only where the whole app is known', async () => {
    const plan = join(folder, 'x.json');
    copyFileSync(join(ROOT, 'test/fixtures/plans/live-no-change.json'), plan);
    rmSync(join(folder, 'cdktf.out'), { recursive: true });
    const unknown = await reprieve('validate', 'x.json', '--stack', 'foo');
    expect([unknown.code, unknown.stderr]).not.toContainEqual(expect.stringContaining('no stack'));
    const lock = 'version: 2\nstacks: { production: { target: sandbox, projects: {} } }\n';
    writeFileSync(join(folder, 'projects.lock.yaml'), lock);
    const plain = await reprieve('validate', 'x.json', '--stack', 'foo');
    expect([plain.code, plain.stderr]).toEqual([1, expect.stringContaining('no stack `foo`')]);
    expect((await reprieve('validate', 'x.json', '--stack', 'producton')).code).toBe(2);
  });

  it('takes policies that come with the package by the names of their profiles', async () => {
    synthesized('docker.io/example/invoices:1.4.2');
    const settings = (policies: string) =>
      writeFileSync(join(folder, 'reprieve.yaml'), `version: 1\npolicies: ${policies}\n`);
    settings('{ profiles: [supply-chain] }');
    const byName = await reprieve('validate', STACK);
    expect(byName).toMatchObject({ code: 0 });
    expect(byName.stdout).toContain('advisory, open  image-by-digest');
    settings(`{ profiles: [supply-chain], paths: [policies] }`);
    expect((await reprieve('validate', STACK)).stdout).toBe(byName.stdout);
    settings('{ profiles: [suply-chain] }');
    const wrong = await reprieve('validate', STACK);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('Did you mean `supply-chain`?');
  });

  it('holds the Pod Security Standards by one line, and counts what it could not look into', async () => {
    const call = { http_get: { port: '80', host: 'a.example.org' } };
    const pod = { spec: { container: [{ name: 'a', liveness_probe: call }] } };
    const resource = {
      kubernetes_pod_v1: { a: pod },
      helm_release: { b: { chart: 'x' }, c: { chart: 'y' } },
    };
    writeFileSync(join(folder, STACK), JSON.stringify({ resource }));
    const found = async (profile: string, version: string) => {
      const standard = `{ profile: ${profile}, version: ${version} }`;
      const settings = `version: 1\npolicies: { pod-security: ${standard} }\n`;
      writeFileSync(join(folder, 'reprieve.yaml'), settings);
      const { code, stdout } = await reprieve('validate', STACK, '--format', 'json');
      expect(code).toBe(0);
      const { findings, notices }: Told = JSON.parse(stdout);
      const unseen = notices.filter((each) => each.code === 'policy-not-looked-into');
      expect(unseen.map(({ message }) => message)).toEqual([
        expect.stringMatching(
          /^2 resources not looked into .*`helm_release\.b`, `helm_release\.c`/,
        ),
      ]);
      return new Set(findings.map(({ policy }) => policy));
    };
    expect(await found('baseline', '"1.33"')).toEqual(new Set());
    expect(await found('baseline', 'latest')).toEqual(new Set(['no-host-in-probes']));
    const restricted = await found('restricted', '"v1.33"');
    expect(restricted).toContain('runs-as-non-root');
    expect(restricted).not.toContain('read-only-root');
  });

  it('refuses what it can’t read, and a project without policies', async () => {
    writeFileSync(join(folder, STACK), '{');
    expect(await reprieve('validate', STACK)).toMatchObject({ code: 2, stdout: '' });
    expect((await reprieve('validate', 'nowhere.json')).code).toBe(2);
    writeFileSync(join(folder, 'reprieve.yaml'), 'version: 1\n');
    expect((await reprieve('validate', STACK)).stderr).toContain('names no policies');
  });

  it('compares the rules where there are no policies, and a base is named', async () => {
    writeFileSync(join(folder, 'reprieve.yaml'), 'version: 1\nreclamation: { floor: 2d }\n');
    mkdirSync(join(folder, 'base'));
    writeFileSync(join(folder, 'base/reprieve.yaml'), 'version: 1\n');
    const told = await reprieve('validate', STACK, '--rules', './base');
    expect(told.code).toBe(0);
    expect(told.stderr).toContain('only the rules were compared');
    expect(told.stdout).toContain('reclamation.floor');
  });
});

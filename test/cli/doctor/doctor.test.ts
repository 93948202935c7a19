import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkCdktf,
  checkEngine,
  checkMirror,
  checkNode,
} from '../../../lib/cli/doctor/machine.js';
import { admissionPolicies } from '../../../lib/cluster/admission-policies.js';
import { anchorManifests } from '../../../lib/cluster/anchor.js';
import { clusterRules } from '../../../lib/cluster/rules.js';
import { readSettings } from '../../../lib/files/settings.js';
import { ControlPlane } from '../../support/control-plane.js';
import {
  controlPlaneMissing,
  providerEnvironment,
  providerMissing,
} from '../../support/engines.js';
import { publishedValidator } from '../../support/schemas.js';
import { Scratch } from '../../support/scratch.js';
import { hasTerminal, inPipe, onTerminal, REPRIEVE } from '../../support/terminal.js';

const isValid = publishedValidator('doctor');
const NO_MIRROR = { TF_CLI_CONFIG_FILE: undefined, HOME: tmpdir() };

/** What doctor says, by the names of its checks. */
function examine(cwd: string, env: Readonly<Record<string, string | undefined>> = {}) {
  const command = [...REPRIEVE, 'doctor', '--output', 'json'];
  const { code, stdout, stderr } = inPipe(command, { cwd, env: { ...NO_MIRROR, ...env } });
  const document = JSON.parse(stdout);
  expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
  expect(stderr).toMatch(/^(note: .*\n)*\d+ errors?, \d+ warnings?\.\n$/);
  const checks: Record<string, { level: string; message: string; remedy: string }> = {};
  for (const check of document.checks) checks[check.name] = check;
  const levels = Object.fromEntries(
    Object.entries(checks).map(([name, { level }]) => [name, level]),
  );
  return { code, checks, levels };
}

describe('doctor in a folder without an app', () => {
  it('looks at the machine, and says what is missing', () => {
    const { code, levels, checks } = examine(tmpdir());
    expect(code).toBe(1);
    expect(levels).toEqual({ Node: 'ok', engine: 'ok', 'provider mirror': 'ok', app: 'error' });
    expect(checks['app']?.message).toContain('cdktf.json');
  });
});

describe('the checks of the machine', () => {
  const io = (env: NodeJS.ProcessEnv) => ({
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'], HOME: '/nowhere', ...env },
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    now: () => new Date(),
  });

  it('tell a Node that is too old', () => {
    expect(checkNode('20.9.0').level).toBe('ok');
    expect(checkNode('22.1.0').level).toBe('ok');
    expect(checkNode('20.8.1').level).toBe('error');
    expect(checkNode('18.20.0').level).toBe('error');
  });

  it('tell what makes providers log', () => {
    const { checks } = checkEngine(io({ TF_LOG: 'TRACE' }));
    expect(checks.map(({ name, level }) => [name, level])).toEqual([
      ['engine', 'ok'],
      ['logging', 'warning'],
    ]);
  });

  it('tell whether the mirror has the provider', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-mirror-'));
    const file = join(folder, 'terraformrc');
    const level = (path: string, needed = true) => {
      writeFileSync(
        file,
        `provider_installation {\n  filesystem_mirror {\n    path = "${path}"\n  }\n}\n`,
      );
      return checkMirror(io({ TF_CLI_CONFIG_FILE: file }), needed).level;
    };
    expect(level('/nowhere')).toBe('error');
    expect(level(folder)).toBe('error');
    expect(level(folder, false)).toBe('ok');
    mkdirSync(join(folder, 'registry.terraform.io/hashicorp/kubernetes'), { recursive: true });
    expect(level(folder)).toBe('ok');
    expect(checkMirror(io({}), true).level).toBe('ok');
    expect(checkMirror(io({ TF_CLI_CONFIG_FILE: '/nowhere' }), true).level).toBe('warning');
    rmSync(folder, { recursive: true });
  });

  it('tell versions of cdktf that don’t fit', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-cdktf-'));
    const install = (place: string, version: string, name = place) => {
      mkdirSync(join(folder, 'node_modules', place), { recursive: true });
      writeFileSync(
        join(folder, 'node_modules', place, 'package.json'),
        JSON.stringify({ name, version }),
      );
      return checkCdktf(folder).level;
    };
    expect(checkCdktf(folder).level).toBe('error');
    expect(install('cdktf', '0.20.0')).toBe('warning');
    expect(install('cdktf', '0.21.0')).toBe('warning');
    expect(install('cdktf-cli', '0.20.0')).toBe('warning');
    expect(install('cdktf-cli', '0.21.0')).toBe('ok');
    expect(install('cdktf', '0.23.0', 'cdktn')).toBe('warning');
    expect(install('cdktf', '0.24.0', 'cdktn')).toBe('ok');
    expect(install('cdktf-cli', '0.24.1', 'cdktn-cli')).toBe('warning');
    expect(install('cdktf-cli', '0.24.0', 'cdktn-cli')).toBe('ok');
    expect(install('cdktf', '0.21.0')).toBe('warning');
    rmSync(join(folder, 'node_modules/cdktf-cli'), { recursive: true });
    install('cdktf', '0.24.0', 'cdktn');
    expect(install('cdktn-cli', '0.24.0')).toBe('ok');
    rmSync(folder, { recursive: true });
  });
});

describe('doctor', () => {
  let scratch: Scratch;
  beforeAll(() => {
    scratch = new Scratch();
    scratch.declare(
      "new Project(new ReprieveStack(app, 'demo', { target: Target.sandbox() }), 'billing');",
    );
    const { code, output } = scratch.synth();
    expect(code, output).toBe(0);
  });
  afterAll(() => scratch.remove());

  it('finds nothing where all is as it should be, and changes nothing', () => {
    const lock = scratch.read('projects.lock.yaml');
    const { code, levels } = examine(scratch.folder);
    expect(levels).toEqual({
      Node: 'ok',
      engine: 'ok',
      cdktf: 'ok',
      files: 'ok',
      'provider mirror': 'ok',
      lock: 'ok',
      state: 'ok',
    });
    expect(code).toBe(0);
    expect(scratch.read('projects.lock.yaml')).toBe(lock);
  });

  it('tells that there is no engine', () => {
    const { code, levels } = examine(scratch.folder, { TERRAFORM_BINARY_NAME: 'nowhere' });
    expect(code).toBe(1);
    expect(levels).toMatchObject({ engine: 'error', files: 'ok' });
  });

  it('tells files that can’t be used, and a lock that is out of date', () => {
    scratch.write('deletions.yaml', 'version: 1\ndeletions: [{ target: 7 }]\n');
    const unreadable = examine(scratch.folder);
    expect(unreadable).toMatchObject({ code: 1, levels: { files: 'error' } });
    expect(unreadable.checks['files']?.message).toContain(' at deletions.yaml:2:');
    scratch.removeFile('deletions.yaml');
    const lock = scratch.read('projects.lock.yaml');
    scratch.write('projects.lock.yaml', 'version: 1\nstacks: {}\n');
    const stale = examine(scratch.folder);
    expect(stale).toMatchObject({ code: 1, levels: { lock: 'error' } });
    expect(stale.checks['lock']?.remedy).toContain('npx cdktf synth');
    expect(scratch.read('projects.lock.yaml')).toBe('version: 1\nstacks: {}\n');
    scratch.write('projects.lock.yaml', lock);
  });

  it('tells a synthesis that fails, with its first error', () => {
    const main = scratch.read(scratch.main);
    scratch.write(scratch.main, main.replace("'billing'", "''"));
    const { levels, checks } = examine(scratch.folder);
    expect(levels['lock']).toBe('error');
    expect(checks['lock']?.message).toContain('error: ');
    expect(checks['lock']?.message).toMatch(/error: .* at main\.js:\d/);
    expect(checks['lock']?.remedy).not.toContain('above');
    scratch.write(scratch.main, main);
  });

  it('tells a state that can’t be reached', () => {
    const main = scratch.read(scratch.main);
    rmSync(join(scratch.folder, 'cdktf.out'), { recursive: true });
    scratch.write(
      scratch.main,
      `import { HttpBackend } from 'cdktf';\n${main.replace('new Project(', 'const demo = ').replace(", 'billing');", "; new HttpBackend(demo, { address: 'http://127.0.0.1:9/' }); new Project(demo, 'billing');")}`,
    );
    const { code, levels, checks } = examine(scratch.folder);
    expect({ code, lock: levels['lock'], state: levels['state'] }).toEqual({
      code: 1,
      lock: 'ok',
      state: 'error',
    });
    expect(checks['state']?.message).toContain('127.0.0.1');
    scratch.write(scratch.main, main);
  });

  it.runIf(hasTerminal)('shows levels in colour on a terminal', async () => {
    const screen = await onTerminal([...REPRIEVE, 'doctor'], { cwd: tmpdir(), env: NO_MIRROR });
    expect(screen.raw).toContain('\u001b[31merror  \u001b[0m  app: ');
    expect(screen.text).toMatch(/^ok {7}Node: /m);
  });
});

const missing = controlPlaneMissing() ?? providerMissing();
describe.skipIf(missing !== undefined)('doctor on a cluster', () => {
  const SETTINGS = [
    'version: 1',
    'cluster: { pipelines: [deploy] }',
    'approvers: [{ id: bob@example.org, kubernetesUser: bob }]',
    '',
  ].join('\n');
  const ARN = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  let plane: ControlPlane;
  let scratch: Scratch;
  // Terraform's plugin folder is in HOME.
  const env = { HOME: process.env['HOME'], ...providerEnvironment() };

  beforeAll(async () => {
    plane = await ControlPlane.start();
    scratch = new Scratch();
    const target = `Target.kubernetes({ configPath: ${JSON.stringify(plane.kubeconfig)} })`;
    scratch.declare(
      `new Project(new ReprieveStack(app, 'demo', { target: ${target} }), 'billing');`,
    );
    scratch.write('reprieve.yaml', SETTINGS);
    expect(scratch.synth().code).toBe(0);
  });
  afterAll(() => {
    plane?.stop();
    scratch?.remove();
  });

  it('misses the admission policies, until they are there', () => {
    const before = examine(scratch.folder, env);
    expect(before.levels).toMatchObject({
      'provider mirror': 'ok',
      lock: 'ok',
      state: 'ok',
      cluster: 'ok',
      'admission policies': 'error',
      clock: 'ok',
      'encryption at rest': 'warning',
    });
    expect(before.code).toBe(1);
    expect(before.checks['admission policies']?.remedy).toContain('cluster policies');

    const settings = readSettings('reprieve.yaml', SETTINGS).value;
    const rules = settings && clusterRules(settings, ['demo']).value;
    if (rules === undefined) throw new Error('no rules');
    plane.apply([...anchorManifests(rules), ...admissionPolicies(rules)]);
    scratch.write(
      'reprieve.yaml',
      `${SETTINGS}encryption: { provider: kms, managed: true, key: "${ARN}" }\n`,
    );
    expect(scratch.synth().code).toBe(0);
    const after = examine(scratch.folder, env);
    expect(after.checks['encryption at rest']?.message).toContain(`kms ${ARN}, managed`);
    const others = Object.values(after.checks).filter(({ level }) => level !== 'ok');
    expect(others).toEqual([]);
    expect(after.code).toBe(0);
  });

  it('holds what is declared of encryption against what the API server does', () => {
    const declared = 'encryption: { provider: secretbox, key: key-1 }\n';
    scratch.write('reprieve.yaml', `${SETTINGS}${declared}`);
    expect(scratch.synth().code).toBe(0);
    const { levels, checks } = examine(scratch.folder, env);
    expect(levels['encryption at rest']).toBe('error');
    expect(checks['encryption at rest']?.message).toContain('shows no encryption at all');
    const audit = inPipe([...REPRIEVE, 'cluster', 'audit', '-o', 'json'], {
      cwd: scratch.folder,
      env,
    });
    expect(audit.code).toBe(1);
    expect(audit.stdout).toContain('"code": "cluster/encryption"');
    scratch.write('reprieve.yaml', SETTINGS);
    expect(scratch.synth().code).toBe(0);
  });

  it('tells a clock that is wrong', () => {
    const late = join(scratch.folder, 'late.mjs');
    writeFileSync(
      late,
      'const now = Date.now; Date.now = () => now() + 3e5; const D = Date; globalThis.Date = class extends D { constructor(...a) { a.length === 0 ? super(Date.now()) : super(...a); } };',
    );
    const { levels } = examine(scratch.folder, { ...env, NODE_OPTIONS: `--import ${late}` });
    expect(levels['clock']).toBe('error');
  });

  it('tells a cluster that can’t be reached, and one that may not be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-doctor-'));
    mkdirSync(join(folder, '.kube'));
    const nowhere = inPipe(
      [...REPRIEVE, 'doctor', '-o', 'json', '--kubeconfig', join(folder, 'nowhere')],
      { cwd: scratch.folder, env },
    );
    const [cluster] = JSON.parse(nowhere.stdout).checks.filter(
      ({ name }: { name: string }) => name === 'cluster',
    );
    expect(cluster).toMatchObject({ level: 'error' });
    const stranger = inPipe(
      [...REPRIEVE, 'doctor', '-o', 'json', '--kubeconfig', plane.kubeconfigOf('ann')],
      { cwd: scratch.folder, env },
    );
    const checks = JSON.parse(stranger.stdout).checks;
    const policies = checks.find(({ name }: { name: string }) => name === 'admission policies');
    expect(policies).toMatchObject({ level: 'error' });
    expect(policies.message).toContain('Forbidden');
    rmSync(folder, { recursive: true });
  });
});

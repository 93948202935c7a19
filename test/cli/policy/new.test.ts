import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyText } from '../../../lib/cli/policy/new.js';
import { DECLARED_TARGETS } from '../../../lib/model/declared.js';
import { runCli } from '../../support/cli.js';
import { REPRIEVE } from '../../support/terminal.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-new-'));
  writeFileSync(join(folder, 'reprieve.yaml'), 'version: 1\npolicies: { paths: [rules] }\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TARGETS = [
  ...['manifest', 'pod-template', 'container', 'docker-config', 'resource', 'aws_s3_bucket'],
  ...['kubernetes_secret_v1', 'safeguard', 'removal', 'purge', 'stateful-resource'],
  ...['deleted-object', 'deleted-volume'],
  ...DECLARED_TARGETS,
];

describe('policy new', () => {
  it('writes a policy that keeps its own cases, whatever it is about', async () => {
    for (const target of TARGETS) {
      const made = await runCli(folder, [
        'policy',
        'new',
        `about-${target.replaceAll('_', '-')}`,
        '--target',
        target,
      ]);
      expect(made).toMatchObject({ code: 0 });
      expect(made.stdout).toMatch(/^rules\/about-[a-z0-9-]+\.yaml\n$/);
    }
    const tried = await runCli(folder, ['policy', 'test']);
    expect(tried.code, tried.stdout + tried.stderr).toBe(0);
    expect(tried.stdout).toContain(`Policies: ${TARGETS.length}; ${3 * TARGETS.length} cases`);
  });

  it('overwrites nothing, and refuses what is no name or target', async () => {
    expect((await runCli(folder, ['policy', 'new', 'mine'])).code).toBe(0);
    const file = join(folder, 'rules/mine.yaml');
    writeFileSync(file, 'kept');
    expect((await runCli(folder, ['policy', 'new', 'mine'])).code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe('kept');
    for (const args of [
      ['../x'],
      ['Mine'],
      ['b', '--target', 'kubernetes_podd'],
      ['b', '--target', 'a b'],
    ])
      expect(await runCli(folder, ['policy', 'new', ...args])).toMatchObject({
        code: 2,
        stdout: '',
      });
  });

  it('says where it has to be named', async () => {
    writeFileSync(join(folder, 'reprieve.yaml'), 'version: 1\n');
    const { stdout, stderr } = await runCli(folder, ['policy', 'new', 'mine']);
    expect(stdout).toBe('policies/mine.yaml\n');
    expect(stderr).toContain('policies: { paths: [policies] }');
  });
});

describe('policy test --watch', () => {
  it('tries the policies again after every change, also past one that can’t be read', async () => {
    await runCli(folder, ['policy', 'new', 'mine']);
    const [command, ...words] = REPRIEVE;
    const child = spawn(command, [...words, 'policy', 'test', '--watch'], { cwd: folder });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += String(chunk);
      });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const until = async (text: string) => {
      while (!said.includes(text)) await new Promise((done) => setTimeout(done, 20));
      said = '';
    };
    await until('Ctrl-C ends it');
    const file = join(folder, 'rules/mine.yaml');
    writeFileSync(file, 'id: [');
    await until('error: ');
    writeFileSync(file, policyText('mine', 'container').replace('verdict: pass', 'verdict: fail'));
    await until('should fail, and it was: pass');
    rmSync(join(folder, 'rules'), { recursive: true });
    await until("can't be read");
    mkdirSync(join(folder, 'rules'));
    writeFileSync(file, policyText('mine', 'container'));
    await until('Policies: 1; 3 cases: 3 as expected');
    writeFileSync(file, policyText('mine', 'container').replace('verdict: pass', 'verdict: fail'));
    await until('should fail, and it was: pass');
    child.kill('SIGINT');
    expect(await ended).toBe(1);
  });
});

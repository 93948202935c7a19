import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../lib/engine/environment.js';
import { findEngine } from '../../lib/engine/find.js';
import { EngineError, mustRun, runEngine } from '../../lib/engine/run.js';
import { codes } from '../support/codes.js';

const folder = mkdtempSync(join(tmpdir(), 'reprieve-engine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that stands in for another version: the real one has only its own. */
function program(name: string, script: string): NodeJS.ProcessEnv {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return { PATH: process.env['PATH'], TERRAFORM_BINARY_NAME: path };
}

const printing = (version: string) =>
  `echo 'a warning of its own'; echo '{"terraform_version":"${version}","outdated":false}'`;

describe('finding Terraform or OpenTofu', () => {
  it('takes the real one', () => {
    const { value } = findEngine({ ...process.env, TF_CLI_CONFIG_FILE: '' });
    expect(value?.name).toMatch(/Terraform|OpenTofu/);
  });

  it('takes 1.11 and newer of either, and says what is too old', () => {
    expect(findEngine(program('terraform', printing('1.11.0'))).value?.version).toBe('1.11.0');
    expect(findEngine(program('tofu', printing('1.12.6'))).value?.name).toBe('OpenTofu');
    expect(findEngine(program('next', printing('2.0.0-beta1'))).problems).toEqual([]);
    for (const version of ['1.10.9', '0.15.5', '1.5.7']) {
      const { problems } = findEngine(program('terraform', printing(version)));
      expect(codes(problems)).toEqual(['engine/too-old']);
      expect(problems[0]?.message).toContain(version);
      expect(problems[0]?.remedy).toContain('1.11');
    }
  });

  it('says what to install where there is none, or something else', () => {
    const missing = findEngine({ PATH: folder, TERRAFORM_BINARY_NAME: 'nowhere' });
    expect(codes(missing)).toEqual(['engine/missing']);
    expect(missing.problems[0]?.remedy).toContain('opentofu.org');
    expect(codes(findEngine({ PATH: '/nonexistent' }))).toEqual(['engine/missing']);
    for (const script of ['echo hello', 'exit 3', `echo '{"terraform_version":7}'`]) {
      expect(codes(findEngine(program('other', script)))).toEqual(['engine/missing']);
    }
  });
});

describe('running the engine', () => {
  const run = (script: string, env: NodeJS.ProcessEnv = {}) => {
    const { TERRAFORM_BINARY_NAME: path = '' } = program('run', script);
    const engine = { name: 'Terraform' as const, program: path, version: '1.11.0' };
    const options = { cwd: folder, env: { PATH: process.env['PATH'], ...env }, timeout: 60_000 };
    return { engine, options };
  };

  it('gives it no terminal to ask on', async () => {
    const { engine, options } = run('read answer; echo "got:$answer:$TF_INPUT"');
    expect((await runEngine(engine, ['plan'], options)).stdout).toBe('got::0\n');
  });

  it('ends it after a while', async () => {
    const { engine, options } = run('exec sleep 30');
    expect((await runEngine(engine, ['plan'], { ...options, timeout: 200 })).code).toBe(-1);
  });

  it('tells what it said when it fails, without the credentials in its environment', async () => {
    const { engine, options } = run('echo "bad $TF_VAR_token" >&2; exit 7', {
      TF_VAR_token: 'hunter2',
    });
    const failure = await mustRun(engine, ['init'], options).catch((error: unknown) => error);
    expect(EngineError.isEngineError(failure)).toBe(true);
    expect(String(failure)).toContain('init failed (exit code 7)');
    expect(String(failure)).toContain('bad <TF_VAR_token>');
    expect(withoutSecrets('hunter2', { OTHER: 'hunter2' })).toBe('hunter2');
  });
});

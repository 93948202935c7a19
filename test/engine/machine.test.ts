import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PlanReplaced, startApply } from '../../lib/engine/apply.js';
import { readDiagnostic } from '../../lib/engine/machine/diagnostic.js';
import { Lines, type Message, readMessage } from '../../lib/engine/machine/message.js';
import { watchedRun } from '../../lib/engine/machine/watched-run.js';
import { sha256Of } from '../../lib/engine/plan.js';
import { EngineError } from '../../lib/engine/run.js';

/** As Terraform 1.11 prints it with -json, for a condition that failed at apply. */
const FAILED = {
  severity: 'error',
  summary: 'Resource precondition failed',
  detail: 'Only before 2020.\nSecond line.',
  address: 'terraform_data.pre',
  range: { filename: 'cdk.tf.json', start: { line: 46, column: 1, byte: 1 } },
  snippet: {
    context: 'resource.terraform_data.pre',
    code: '  "condition": "x"',
    start_line: 46,
    values: [{ traversal: 'local.now', statement: 'is "2026-11-26"' }],
  },
};

describe('a diagnostic', () => {
  it('is written as the engine writes it, with place, code and values', () => {
    expect(readDiagnostic(FAILED)).toEqual({
      severity: 'error',
      text: [
        'Error: Resource precondition failed',
        '',
        '  with terraform_data.pre,',
        '  on cdk.tf.json line 46, in resource.terraform_data.pre:',
        '  46:   "condition": "x"',
        '    ├────────────────',
        '    │ local.now is "2026-11-26"',
        '',
        'Only before 2020.',
        'Second line.',
      ].join('\n'),
    });
  });

  it('needs nothing but a summary, and acts on no terminal', () => {
    expect(readDiagnostic({ severity: 'warning', summary: 'a\u001b[2Jb', range: 7 })).toEqual({
      severity: 'warning',
      text: 'Warning: a\\u001b[2Jb',
    });
    expect(readDiagnostic({ detail: 'x' })).toBeUndefined();
  });
});

describe('the messages of an engine', () => {
  it('are told by their type; anything else is text', () => {
    const hook = { resource: { addr: 'a.b' }, action: 'create' };
    const of = (value: unknown) => readMessage(JSON.stringify(value));
    expect(of({ type: 'apply_complete', hook })).toEqual({
      type: 'finished',
      address: 'a.b',
      action: 'create',
    });
    expect(of({ type: 'refresh_complete', hook })).toMatchObject({ type: 'read', action: '' });
    expect(of({ type: 'constructor' })).toEqual({ type: 'other' });
    expect(of({ no: 'type' })).toMatchObject({ type: 'text' });
    expect(readMessage('panic: {')).toEqual({ type: 'text', text: 'panic: {' });
  });

  it('are put together from parts of any size', () => {
    const lines: string[] = [];
    const reader = new Lines((line) => lines.push(line));
    for (const byte of Buffer.from('ä {\n\r\n\nzwei\r\ndrei')) reader.add(Buffer.from([byte]));
    reader.end();
    reader.end();
    expect(lines).toEqual(['ä {', 'zwei', 'drei']);
  });
});

describe('an engine that is watched', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reprieve-machine-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const engine = (script: string) => {
    const program = join(folder, 'engine');
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
    return { name: 'Terraform' as const, program, version: '1.11.4' };
  };
  const env = { PATH: process.env['PATH'], TF_VAR_token: 'not for anybody' };
  const message = (diagnostic: object) => JSON.stringify({ type: 'diagnostic', diagnostic });
  const options = () => ({ cwd: folder, env });

  it('fails with its whole error, without the credentials in its environment', async () => {
    const detail = `${'x'.repeat(30_000)} not for anybody\n${'line\n'.repeat(100)}end`;
    writeFileSync(join(folder, 'said'), `${message({ summary: 'No', detail })}\n`);
    const failing = engine(`cat ${folder}/said; echo 'panic: why' >&2; exit 1`);
    const error = await watchedRun(failing, ['apply'], options()).catch((each: unknown) => each);
    expect(EngineError.isEngineError(error)).toBe(true);
    const text = String(error);
    expect(text).toContain(`${'x'.repeat(30_000)} <TF_VAR_token>`);
    expect(text.match(/^ {2}line$/gm)).toHaveLength(100);
    expect(text).toContain('  end\n\n  panic: why');
  });

  it('succeeds with the exit codes that are fine, and repeats each warning once', async () => {
    const warning = message({ severity: 'warning', summary: 'Old' });
    const seen: Message[] = [];
    const watch = (each: Message) => seen.push(each);
    const warns = engine(`echo '${warning}'; echo '${warning}'; exit 2`);
    const done = await watchedRun(warns, ['plan'], { ...options(), watch }, [0, 2]);
    expect(done).toEqual({ code: 2, warnings: ['Warning: Old'] });
    expect(seen.map(({ type }) => type)).toEqual(['diagnostic', 'diagnostic']);
    await expect(watchedRun(warns, ['plan'], options())).rejects.toThrow('exit code 2');
  });

  const plan = async (text: string) => {
    const binary = join(folder, 'plan');
    writeFileSync(binary, text);
    const sha256 = { binary: await sha256Of(binary), json: '' };
    return { binary, sha256 };
  };
  const applying = (more = {}) => ({ ...options(), name: 'demo', watch: () => {}, ...more });

  it('applies the plan that was written, from a copy, and leaves nothing behind', async () => {
    const last = 'for last; do :; done';
    const copies = engine(
      `${last}; echo "$last" > ${folder}/path; cat "$last" > ${folder}/applied`,
    );
    const { ended, log } = await startApply(copies, await plan('reviewed'), applying());
    await ended;
    expect(readFileSync(join(folder, 'applied'), 'utf8')).toBe('reviewed');
    const copy = readFileSync(join(folder, 'path'), 'utf8').trim();
    expect([copy, log].map((each) => existsSync(each))).toEqual([false, false]);
    expect(copy).not.toBe(join(folder, 'plan'));
  });

  it('applies no plan that was replaced or is gone', async () => {
    const runs = engine(`touch ${folder}/run`);
    const written = await plan('reviewed');
    writeFileSync(written.binary, 'another');
    await expect(startApply(runs, written, applying())).rejects.toThrow(PlanReplaced);
    rmSync(written.binary);
    await expect(startApply(runs, written, applying())).rejects.toThrow(PlanReplaced);
    expect(existsSync(join(folder, 'run'))).toBe(false);
  });

  it('can be left alone, with its log and without the plan', async () => {
    const started = JSON.stringify({ type: 'planned_change' });
    const last = 'for last; do :; done';
    const waits = engine(
      `${last}; echo "$last" > ${folder}/path; echo '${started}'; while [ ! -e ${folder}/open ]; do sleep 0.05; done; echo end`,
    );
    const { leave, log, ended } = await startApply(waits, await plan('reviewed'), applying());
    expect(await leave()).toBe(true);
    expect(existsSync(readFileSync(join(folder, 'path'), 'utf8').trim())).toBe(false);
    expect(readFileSync(log, 'utf8')).toContain('planned_change');
    writeFileSync(join(folder, 'open'), '');
    await ended;
    expect(existsSync(log)).toBe(true);
    rmSync(join(log, '..'), { recursive: true });
  });

  it('says why where it ends while it is being left', async () => {
    const fails = engine(`echo '${message({ summary: 'Refused' })}'; exit 1`);
    const { leave } = await startApply(fails, await plan('reviewed'), applying());
    await new Promise((done) => setTimeout(done, 500));
    await expect(leave()).rejects.toThrow('Error: Refused');
  });
});

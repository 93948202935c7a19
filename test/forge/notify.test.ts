import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls, type Server } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../support/built.js';
import { Authority } from '../support/etcd.js';
import { readWorkflow } from '../support/workflow/workflow.js';

const { jobs, on } = readWorkflow(join(ROOT, 'templates/github/notify.yml'));
const MAIL = join(ROOT, 'templates/shell/mail.sh');
const has = (program: string) => spawnSync(program, ['--version']).status === 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-notify-'));
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program of that name which runs a script. */
function stub(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program with the stubs before all others, without blocking what serves it here. */
function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const [program = '', ...args] = words;
  const path = `${join(folder, 'bin')}:${process.env['PATH']}`;
  const child = spawn(program, args, { cwd: folder, env: { HOME: folder, ...env, PATH: path } });
  const said = { out: '', err: '' };
  child.stdout.on('data', (part: Buffer) => {
    said.out += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    said.err += part.toString();
  });
  return new Promise((done) => child.on('close', (code) => done({ code, ...said })));
}

describe('the workflow that notifies', () => {
  const script = (job: string) =>
    jobs[job]?.steps.find(({ run: text }) => /gh api|reclamation/.test(text ?? ''))?.run ?? '';
  const step = (job: string, env: Readonly<Record<string, string>>) =>
    run(['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', script(job)], env);

  it.runIf(has('jq'))('begins where the last run for the same reason began', async () => {
    const runs = [{ created_at: '2026-01-07T10:00:00Z' }];
    const answers = { runs: { workflow_runs: runs }, run: { created_at: '2026-01-08T06:17:00Z' } };
    for (const [name, json] of Object.entries(answers)) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(json));
    }
    stub(
      'gh',
      'echo "$2" >> asked; case "$2" in *workflows*) file=runs.json ;; *) file=run.json ;; esac; exec jq -r "$4" "$file"',
    );
    const output = join(folder, 'output');
    const env = {
      ...{ GITHUB_REPOSITORY: 'o/n', GITHUB_RUN_ID: '7', GITHUB_OUTPUT: output },
      ...{ GITHUB_EVENT_NAME: 'workflow_run', DEPLOYED: '2026-01-08T05:30:00Z' },
    };
    expect(await step('window', env)).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(output, 'utf8')).toBe(
      'now=2026-01-08T06:17:00Z\nsince=2026-01-07T10:00:00Z\n',
    );
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(
      'repos/o/n/actions/runs/7\nrepos/o/n/actions/workflows/reprieve-notify.yml/runs?status=success&event=workflow_run&created=%3C2026-01-08T06:17:00Z&per_page=1\n',
    );
    writeFileSync(join(folder, 'runs.json'), '{"workflow_runs": []}');
    await step('window', env);
    await step('window', { ...env, GITHUB_EVENT_NAME: 'schedule', DEPLOYED: '' });
    const [, , , deployed, , none] = readFileSync(output, 'utf8').split('\n');
    expect([deployed, none]).toEqual(['since=2026-01-08T05:30:00Z', 'since=']);
    stub('gh', 'exit 1');
    expect((await step('window', env)).code).not.toBe(0);
  });

  it('sends beginnings after a deployment, and deadlines once a day', async () => {
    stub('npx', 'printf "%s\\n" "$*"');
    const env = { FORMAT: 'slack', NOW: '2026-01-08T06:17:00Z' };
    const told = (kind: string) =>
      `--no-install reprieve reclamation notify --format slack --kind ${kind} --within 72h --now ${env.NOW}`;
    const since = { SINCE: '2026-01-07T10:00:00Z' };
    expect(
      (await step('notify', { ...env, ...since, GITHUB_EVENT_NAME: 'workflow_run' })).out,
    ).toBe(`${told('begun')} --since 2026-01-07T10:00:00Z\n`);
    expect((await step('notify', { ...env, SINCE: '', GITHUB_EVENT_NAME: 'schedule' })).out).toBe(
      `${told('due')}\n`,
    );
  });

  it('runs after every deployment, and in between', () => {
    const { name } = readWorkflow(join(ROOT, 'templates/github/deploy.yml'));
    expect(on).toEqual({
      schedule: [{ cron: '17 6 * * *' }],
      workflow_run: { workflows: [name], types: ['completed'] },
    });
  });

  it('gives the webhook to one step alone, and runs one at a time', () => {
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    const having = steps.filter((each) => JSON.stringify(each).includes('REPRIEVE_WEBHOOK_URL'));
    expect(having.map(({ run: text = '' }) => text.includes('reclamation notify'))).toEqual([true]);
    const text = readFileSync(join(ROOT, 'templates/github/notify.yml'), 'utf8');
    expect(text).toContain(
      'concurrency:\n  group: reprieve-notify-${{ github.event_name }}\n  cancel-in-progress: false\n',
    );
  });
});

/** curl says one thing at a time. */
function answerTo(said: string): string {
  if (said.startsWith('EHLO')) return '250-here\r\n250 AUTH PLAIN';
  if (said === 'DATA') return '354 go on';
  if (said === 'AUTH PLAIN') return '334 ';
  return /^(MAIL|RCPT|QUIT|From)/.test(said) ? '250 fine' : '235 logged in';
}

/** A mail server on this machine that speaks TLS and keeps what it is sent. */
class MailServer {
  readonly said: string[] = [];
  message = '';
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(tls: { readonly cert: string; readonly key: string }): Promise<MailServer> {
    const server = createTls(tls, (socket) => mail.serve(socket));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const mail: MailServer = new MailServer(server, `smtps://127.0.0.1:${port}`);
    return mail;
  }

  private serve(socket: Socket): void {
    let text = '';
    let isData = false;
    socket.on('error', () => undefined);
    socket.write('220 ready\r\n');
    socket.on('data', (part) => {
      text += part.toString('latin1');
      const end = isData ? '\r\n.\r\n' : '\r\n';
      if (!text.endsWith(end)) return;
      const said = text.slice(0, -end.length);
      text = '';
      if (isData) this.message = said;
      else this.said.push(said);
      isData = said === 'DATA';
      socket.write(`${answerTo(said)}\r\n`);
    });
  }

  async stop(): Promise<void> {
    await new Promise((done) => this.server.close(done));
  }
}

const curl = has('curl') ? '' : ' (skipped: no curl)';

describe.skipIf(curl !== '')(`the script that sends an e-mail${curl}`, () => {
  let authority: Authority;
  let server: MailServer;
  let env: Readonly<Record<string, string>>;
  const NOTICES =
    'Date: Thu, 08 Jan 2026 00:00:00 +0000\r\nTo: ann@example.org,\r\n bob@example.org\r\nSubject: s\r\n\r\nTo: eve@example.org\r\n';

  beforeEach(async () => {
    authority = new Authority();
    server = await MailServer.start(authority.sign('mail'));
    env = {
      REPRIEVE_SMTP_URL: server.url,
      REPRIEVE_MAIL_FROM: 'reprieve@example.org',
      CURL_CA_BUNDLE: authority.path('ca.crt'),
      CURL_HOME: folder,
    };
    writeFileSync(join(folder, 'notices'), NOTICES);
    stub('npx', 'echo "$*" > called; cat notices; exit ${CODE:-0}');
  });
  afterEach(async () => {
    await server.stop();
    authority.remove();
  });

  it('sends it to requester and approvers, and to nobody that a text names', async () => {
    const ran = await run(['sh', MAIL, '--every', '24h'], {
      ...env,
      REPRIEVE_MAIL_TO: 'ops@example.org',
    });
    expect(ran).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(join(folder, 'called'), 'utf8')).toBe(
      '--no-install reprieve reclamation notify --format email --every 24h\n',
    );
    expect(server.said.filter((line) => /^(MAIL|RCPT)/.test(line))).toEqual([
      'MAIL FROM:<reprieve@example.org>',
      'RCPT TO:<ann@example.org>',
      'RCPT TO:<bob@example.org>',
      'RCPT TO:<ops@example.org>',
    ]);
    expect(`${server.message}\r\n`).toBe(`From: reprieve@example.org\r\n${NOTICES}`);
  });

  it('logs in by what only curl’s input has', async () => {
    const login = { REPRIEVE_SMTP_USER: 'ann', REPRIEVE_SMTP_PASSWORD: 'a"b\\c d' };
    expect(await run(['sh', MAIL], { ...env, ...login })).toMatchObject({ code: 0 });
    const [, sent = ''] = /AUTH PLAIN\s+(\S+)/.exec(server.said.join('\n')) ?? [];
    expect(Buffer.from(sent, 'base64').toString()).toBe('\0ann\0a"b\\c d');
  });

  it.each([
    ['To: ann@example.org\r\nSubject: s\r\n\r\n', ['ann@example.org']],
    ['Subject: s\r\n\r\nTo: eve@example.org\r\n', []],
  ])('finds the recipients of %j', async (notices, people) => {
    writeFileSync(join(folder, 'notices'), notices);
    const { code, err } = await run(['sh', MAIL], env);
    expect(server.said.filter((line) => line.startsWith('RCPT'))).toEqual(
      people.map((each) => `RCPT TO:<${each}>`),
    );
    expect(code).toBe(people.length === 0 ? 2 : 0);
    expect(err.includes('REPRIEVE_MAIL_TO')).toBe(people.length === 0);
  });

  it('sends nothing where there is nothing, and says what failed', async () => {
    writeFileSync(join(folder, 'notices'), '');
    expect((await run(['sh', MAIL], env)).code).toBe(0);
    expect((await run(['sh', MAIL], { ...env, CODE: '2' })).code).toBe(2);
    expect(server.said).toEqual([]);
    writeFileSync(join(folder, 'notices'), NOTICES);
    expect((await run(['sh', MAIL], { ...env, CODE: '3' })).code).toBe(3);
    expect(server.said).toContain('DATA');
  });

  it('trusts no certificate that it doesn’t know', async () => {
    const { CURL_CA_BUNDLE: _bundle, ...rest } = env as Record<string, string>;
    const { code } = await run(['sh', MAIL], rest);
    expect(code).toBe(3);
    expect(server.said).toEqual([]);
  });
});

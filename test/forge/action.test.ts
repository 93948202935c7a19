import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/scratch.js';
import { type Answer, type Call, ForgeServer } from './server.js';

interface Step {
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

const action: Action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));
const [step] = action.runs.steps;
const folder = mkdtempSync(join(tmpdir(), 'reprieve-action-'));
let server: ForgeServer | undefined;

beforeAll(() => {
  const approvers = 'approvers: [{ id: bob@example.org, github: bob }]\n';
  writeFileSync(
    join(folder, 'reprieve.yaml'),
    `version: 1\nreclamation: { period: 1000h, floor: 1s, planMaxAge: 499h }\n${approvers}`,
  );
  git('init', '-q', '-b', 'main', '.');
  git('add', 'reprieve.yaml');
  git('commit', '-q', '-m', 'base');
});
afterEach(async () => {
  await server?.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trim();

/** The step's own script and environment, with the inputs as GitHub would fill them in. */
async function run(
  plan: string,
  answer: (call: Call) => Answer | undefined,
  inputs: object = {},
  from = ROOT,
) {
  server = new ForgeServer(answer);
  const api = await server.start();
  const text = JSON.parse(readFileSync(join(ROOT, `test/fixtures/plans/${plan}.json`), 'utf8'));
  // The action trusts this machine's clock.
  const shift = Date.now() - Date.parse(text.timestamp);
  writeFileSync(join(folder, 'plan.json'), shifted(JSON.stringify(text), shift));
  const base = { sha: git('rev-parse', 'HEAD') };
  const event = { pull_request: { ...PULL, base } };
  for (const [name, content] of Object.entries({
    event: JSON.stringify(event),
    summary: '',
    output: '',
  })) {
    writeFileSync(join(folder, name), content);
  }
  const values: Record<string, string> = {
    plans: 'plan.json\n',
    token: 'secret-token',
    ...defaults(),
    ...inputs,
  };
  const filled = Object.entries(step?.env ?? {}).map(([name, value]) => {
    return [
      name,
      value.replaceAll(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => values[input] ?? ''),
    ];
  });
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GITHUB_ACTION_PATH: from,
    ...Object.fromEntries(filled),
    GITHUB_API_URL: api,
    GITHUB_REPOSITORY: 'team/app',
    GITHUB_EVENT_PATH: join(folder, 'event'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    GITHUB_OUTPUT: join(folder, 'output'),
    REPRIEVE_RETRY_DELAY: '1',
  };
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', step?.run ?? ''], {
    cwd: folder,
    env,
  });
  let output = '';
  child.stdout.on('data', (part) => (output += part));
  child.stderr.on('data', (part) => (output += part));
  const code = await new Promise<number>((done) => child.on('close', (ended) => done(ended ?? -1)));
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return {
    code,
    output,
    summary: read('summary'),
    outputs: read('output'),
    html: existsSync(join(folder, 'reprieve-review.html')) ? read('reprieve-review.html') : '',
  };
}

function defaults(): Record<string, string> {
  const entries = Object.entries(action.inputs).flatMap(([name, { default: value }]) =>
    value === undefined || value.includes('${{') ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

/** Every time in a plan, later by as much. */
function shifted(text: string, by: number): string {
  return text.replaceAll(/"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"/g, (_, time: string) =>
    JSON.stringify(new Date(Date.parse(time) + by).toISOString().replace(/\.\d+/, '')),
  );
}

const PULL = { number: 7, user: { login: 'ann' }, head: { sha: 'f00d' } };
const quiet = ({ method }: Call): Answer => (method === 'GET' ? { json: [] } : { status: 201 });

describe('the action', () => {
  it('writes comment, summary, outputs and report, and passes what may go', async () => {
    const done = await run('key-removed', quiet);
    expect(done.code, done.output).toBe(0);
    expect(done.outputs).toBe('verdict=pass\ndeletions=1\nblocked=0\n');
    expect(done.summary).toContain('## Nothing to stop for');
    expect(done.html).toContain('<!doctype html>');
    const posted = server?.calls.find(({ method }) => method === 'POST');
    expect(JSON.parse(posted?.body ?? '{}').body).toContain('terraform_data.each');
    expect(posted?.headers.authorization).toBe('Bearer secret-token');
    expect(done.output).not.toContain('secret-token');
  });

  it('fails on what is blocked', async () => {
    const done = await run('count-forced', quiet);
    expect(done.code).toBe(1);
    expect(done.outputs).toContain('verdict=blocked\n');
    expect(done.output).toMatch(/^::error title=Planned deletions::Blocked: 13 deletions stopped/m);
  });

  it('takes approvals from the pull request’s reviews, not from the file', async () => {
    const review = {
      user: { login: 'bob', type: 'User' },
      state: 'APPROVED',
      commit_id: 'f00d',
      submitted_at: '',
    };
    const approved = (call: Call) => {
      if (call.path.includes('/reviews')) return { json: [review] };
      if (call.path.endsWith('/pulls/7')) return { json: PULL };
      return call.path.endsWith('/permission') ? { json: { permission: 'write' } } : quiet(call);
    };
    expect((await run('hard-delete-item', approved)).code).toBe(0);
    await server?.stop();
    const alone = await run('hard-delete-item', quiet);
    expect(alone.code).toBe(1);
    expect(alone.output).toContain('approval-unproven');
  });

  it('goes on without the comment where the token may only read, as for a fork', async () => {
    const done = await run('key-removed', ({ method }) =>
      method === 'GET' ? { json: [] } : { status: 403 },
    );
    expect(done.code).toBe(0);
    expect(done.output).toContain('The comment could not be written');
    expect(done.output).toContain('403: the token may not do this. See the permissions in docs/');
    expect(done.summary).toContain('## Nothing to stop for');
  });

  it('approves of nothing where the reviews can’t be read', async () => {
    const done = await run('hard-delete-item', ({ path }) =>
      path.includes('/reviews') ? { status: 403 } : { json: [] },
    );
    expect(done.code).toBe(1);
  });

  it('writes no comment where none is wanted', async () => {
    await run('key-removed', quiet, { comment: 'false' });
    expect(server?.calls.some(({ method }) => method === 'POST')).toBe(false);
  });

  it('does not run from the folder that it judges', async () => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'elsewhere'));
    const own = join(folder, 'node_modules/reprieve');
    mkdirSync(own);
    const done = await run('key-removed', quiet, {}, own);
    expect(done.code).toBe(2);
    expect(done.output).toContain("The gate's code is in the folder that it judges");
    expect(server?.calls).toEqual([]);
    // A link to what is elsewhere is elsewhere.
    await server?.stop();
    expect((await run('key-removed', quiet, {}, join(folder, 'elsewhere'))).code).toBe(0);
  });

  it('hands inputs to the shell by its environment, where they can’t be commands', async () => {
    expect(action.runs.steps.some(({ run: script }) => script.includes('${{'))).toBe(false);
    const done = await run('key-removed', quiet, { key: '$(touch owned)`touch owned`' });
    expect(done.code).toBe(2);
    expect(() => readFileSync(join(folder, 'owned'))).toThrow('ENOENT');
  });
});

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../lib/cli/main.js';
import { DEFAULT_QUOTA } from '../../lib/model/limits.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-cli-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | object): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(
    join(folder, name),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
}

const read = (name: string) => readFileSync(join(folder, name), 'utf8');

/** An app whose synthesis writes what the test says; Terraform and its state are real. */
function app(targets: object, resources: Readonly<Record<string, object>> = {}): void {
  write('cdktf.json', { app: 'node app.mjs' });
  write('app.mjs', 'process.exit(0);\n');
  write('cdktf.out/manifest.json', { stacks: { demo: {}, foreign: {} } });
  write('cdktf.out/stacks/demo/targets.json', {
    version: 1,
    target: 'sandbox',
    declared: [],
    rehydrated: [],
    ...targets,
  });
  write('cdktf.out/stacks/demo/cdk.tf.json', {
    ...(Object.keys(resources).length > 0 ? { resource: { terraform_data: resources } } : {}),
  });
}

const record = (kind: string, more: object) => ({
  input: { api_version: 'reprieve/v1', kind, target: 'billing', ...more },
});
const GUARD = record('Guard', {
  period: '1h',
  members: [{ address: 'terraform_data.ns', target: 'billing' }],
});
const TOMBSTONE = record('Tombstone', { deleted_at: '2026-01-01T00:00:00Z', period: '1h' });
const DELETIONS = `# Why things go
version: 1
deletions:
  - target: billing # moved
    mode: soft
    reason: "Moved to the new system"
    requestedBy: ann@example.org
    requestedAt: 2026-01-01T00:00:00Z
`;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function reprieve(args: string, options: { answer?: string; env?: NodeJS.ProcessEnv } = {}) {
  const written = { out: '', err: '' };
  const sink = (stream: 'out' | 'err') =>
    new Writable({
      write: (chunk, _encoding, done) => {
        written[stream] += chunk;
        done();
      },
    });
  const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
  const stdin: Readable & { isTTY?: boolean } = Readable.from([options.answer ?? '']);
  if (options.answer !== undefined) stdin.isTTY = true;
  const code = await main(args.split(' '), {
    cwd: folder,
    env: { ...env, ...options.env },
    stdout: sink('out'),
    stderr: sink('err'),
    stdin,
    now: () => new Date('2026-01-01T00:30:00Z'),
  });
  const ran: Ran = { code, ...written };
  return ran;
}

/** Applies the stack, so that there is a state. */
async function applied(): Promise<void> {
  const { execFileSync } = await import('node:child_process');
  const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
  const options = {
    cwd: join(folder, 'cdktf.out/stacks/demo'),
    env: { ...env, CHECKPOINT_DISABLE: '1' },
    stdio: 'ignore' as const,
  };
  execFileSync('terraform', ['init', '-input=false'], options);
  execFileSync('terraform', ['apply', '-auto-approve', '-input=false'], options);
}

describe('the command line', () => {
  it('explains itself, and what it does not know', async () => {
    const help = await reprieve('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toContain('reclamation');
    expect((await reprieve('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const typo = await reprieve('reclamtion');
    expect(typo.code).toBe(2);
    expect(typo.err).toContain('Did you mean reclamation?');
    expect((await reprieve('reclamation list --output xml')).code).toBe(2);
    expect((await reprieve('reclamation close')).code).toBe(2);
  });

  it('needs an app, a readable one', async () => {
    expect(await reprieve('reclamation list')).toMatchObject({ code: 2, out: '' });
    write('cdktf.json', '{');
    expect((await reprieve('reclamation list')).err).toContain('cdktf.json');
    write('cdktf.json', { app: 'echo "error: it is wrong" >&2; exit 1' });
    const failed = await reprieve('reclamation list');
    expect(failed.code).toBe(2);
    expect(failed.err).toContain('error: it is wrong');
    expect(failed.err).not.toMatch(/\n\s+at .*\.ts:/);
  });

  it('says what is missing or broken, with its place, and changes nothing', async () => {
    app({}, {});
    write('deletions.yaml', 'version: 1\ndeletions:\n  - target: [\n');
    const broken = await reprieve('reclamation restore billing');
    expect(broken.code).toBe(2);
    expect(broken.err).toContain('deletions.yaml:');
    write('deletions.yaml', DELETIONS);
    const unknown = await reprieve('reclamation restore biling');
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('Did you mean `billing`?');
    const missing = await reprieve('reclamation restore billing', {
      env: { TERRAFORM_BINARY_NAME: 'nowhere' },
    });
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.err).toContain('Terraform or OpenTofu is needed');
    expect((await reprieve('reclamation restore a/b')).code).toBe(2);
    expect((await reprieve('reclamation restore billing --stack other')).code).toBe(2);
    expect(read('deletions.yaml')).toBe(DELETIONS);
  });

  it('ends as interrupted when it is told to end while the engine runs', async () => {
    app({});
    write(
      'engine',
      `#!/bin/sh\n[ "$1" = version ] && echo '{"terraform_version":"1.11.4"}' && exit\nkill -TERM $PPID\nexec sleep 20\n`,
    );
    chmodSync(join(folder, 'engine'), 0o755);
    const env = { TERRAFORM_BINARY_NAME: join(folder, 'engine') };
    for (const command of ['reclamation list', 'plan']) {
      const { code, err } = await reprieve(command, { env });
      expect(err).toContain('init was interrupted (SIGTERM)');
      expect(code).toBe(130);
    }
  });

  it('reports an engine that fails, and changes nothing', async () => {
    app({});
    write('cdktf.out/stacks/demo/cdk.tf.json', '{ broken');
    write('deletions.yaml', DELETIONS);
    const failed = await reprieve('reclamation restore billing');
    expect(failed.code).toBe(3);
    expect(failed.err).toContain('init failed');
    expect(read('deletions.yaml')).toBe(DELETIONS);
    const unplanned = await reprieve('plan');
    expect(unplanned).toMatchObject({ code: 3, out: '' });
    expect(unplanned.err).toContain('init failed');
    expect((await reprieve('plan nowhere')).code).toBe(2);
  });
});

describe('reclamation list', () => {
  it('reminds of what is to be done before the deadline', async () => {
    const note = { before_reclaim: 'Export the invoices' };
    const guard = { input: { ...GUARD.input, ...note } };
    app({}, { guard, tombstone: TOMBSTONE, ns: { input: {} } });
    await applied();
    const said =
      'note: Before `billing` (`demo`) is reclaimed at 2026-01-01T01:00:00Z: `Export the invoices`';
    expect((await reprieve('reclamation list --due-within 31m')).err).toContain(said);
    expect((await reprieve('list')).err).toContain(said);
    expect((await reprieve('reclamation list --due-within 29m')).err).not.toContain(said);
    app({}, { guard, ns: { input: {} } });
    await applied();
    expect((await reprieve('list')).err).not.toContain('note: Before');
  });

  it('shows what is being deleted and how long it can come back', async () => {
    app({}, { guard: GUARD, tombstone: TOMBSTONE, ns: { input: {} } });
    await applied();
    const { code, out } = await reprieve('reclamation list');
    expect(code).toBe(0);
    expect(out.split('\n')[1]).toMatch(/^billing +- +[0-9a-f-]{36} +soft deleted +demo +30m +30m$/);
    const json = await reprieve('reclamation list --output json');
    expect(JSON.parse(json.out)).toMatchObject([{ target: 'billing', status: 'soft deleted' }]);
    expect((await reprieve('reclamation list -o yaml')).out).toContain('target: billing');
    const due = await reprieve('reclamation list --due-within 31m');
    expect(due.code).toBe(1);
    expect(due.out).toContain('billing');
    expect(await reprieve('reclamation list --due-within 29m')).toMatchObject({ code: 0, out: '' });
    expect((await reprieve('reclamation list --due-within soon')).code).toBe(2);

    write('cdktf.out/stacks/foreign/targets.json', read('cdktf.out/stacks/demo/targets.json'));
    write('cdktf.out/stacks/foreign/cdk.tf.json', '{ broken');
    const partly = await reprieve('reclamation list');
    expect(partly.code).toBe(3);
    expect(partly.out).toContain('billing');
    expect(partly.err).toContain('foreign: Terraform init failed');
  });
});

describe('reclamation restore', () => {
  it('removes the request while everything is there', async () => {
    app({}, { guard: GUARD, tombstone: TOMBSTONE, ns: { input: {} } });
    await applied();
    write('deletions.yaml', DELETIONS);
    const { code, out } = await reprieve('reclamation restore billing');
    expect(out).toBe("Restoring project 'billing'...\nOK\n");
    expect(code).toBe(0);
    expect(read('deletions.yaml')).toContain('# Why things go');
    expect(read('deletions.yaml')).not.toContain('billing');
  });

  it('is refused once something is gone', async () => {
    app({}, { guard: GUARD, tombstone: TOMBSTONE });
    await applied();
    write('deletions.yaml', DELETIONS);
    const { code, out, err } = await reprieve('reclamation restore billing');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('too late to restore `billing`');
    expect(err).toContain('until 2026-01-01T01:00:00Z');
    expect(read('deletions.yaml')).toBe(DELETIONS);
  });
});

describe('reclamation close', () => {
  it('is refused while something is there, though the deadline is long past', async () => {
    app({}, { guard: GUARD, tombstone: TOMBSTONE, ns: { input: {} } });
    await applied();
    write('deletions.yaml', DELETIONS);
    const { code, err } = await reprieve('reclamation close billing');
    expect(code).toBe(1);
    expect(err).toContain('still there: `terraform_data.ns`');
    expect(read('deletions.yaml')).toBe(DELETIONS);
  });

  it('is refused when the state knows nothing of it: it may be the wrong state', async () => {
    write('deletions.yaml', DELETIONS);
    for (const resources of [{}, { guard: GUARD }, { tombstone: TOMBSTONE }]) {
      app({ rehydrated: ['billing'] }, resources);
      await applied();
      const { code, err } = await reprieve('reclamation close billing');
      expect(err).toContain('has no record that `billing` was deleted');
      expect(code).toBe(1);
    }
    expect(read('deletions.yaml')).toBe(DELETIONS);
  });

  it('is refused while the code declares it', async () => {
    app({ declared: ['billing'] }, { guard: GUARD, tombstone: TOMBSTONE });
    await applied();
    write('deletions.yaml', DELETIONS);
    const { code, err } = await reprieve('reclamation close billing');
    expect(code).toBe(1);
    expect(err).toContain('the code still declares it');
    expect(read('deletions.yaml')).toBe(DELETIONS);
  });

  it('removes the request, keeping the comments of others', async () => {
    app({ rehydrated: ['billing'] }, { guard: GUARD, tombstone: TOMBSTONE });
    await applied();
    write('deletions.yaml', DELETIONS);
    expect((await reprieve('reclamation close --id other')).code).toBe(1);
    expect(read('deletions.yaml')).toBe(DELETIONS);
    const [{ deletion }] = JSON.parse((await reprieve('reclamation list -o json')).out);
    const { code, out } = await reprieve(`reclamation close --id ${deletion.reclamationId}`);
    expect(out).toBe("Closing the deletion of project 'billing'...\nOK\n");
    expect(code).toBe(0);
    expect(read('deletions.yaml')).toContain('# Why things go');
    expect(read('deletions.yaml')).not.toContain('billing');
  });
});

describe('secret create', () => {
  it('knows IBM’s registry by its host, with a port too', async () => {
    app({ declared: ['billing'] });
    const quota = { ...DEFAULT_QUOTA };
    const billing = { path: 'demo/billing', namespace: 'billing', spec: { quota }, resources: [] };
    const demo = { target: 'sandbox', projects: { billing } };
    write('projects.lock.yaml', { version: 1, stacks: { demo } });
    const options = '--name icr --format registry --project billing --stack demo --server';
    for (const server of ['de.icr.io', 'de.icr.io:443']) {
      const { code, out, err } = await reprieve(`secret create ${options} ${server}`);
      expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/ibmContainerRegistry|iamapikey/);
    }
    expect((await reprieve(`secret create ${options} icr.example.org`)).code).toBe(2);
  });
});

describe('reclamation close of a project', () => {
  it('also removes the requests of its items, where they leave out the stack too', {
    timeout: 30_000,
  }, async () => {
    app({ rehydrated: ['billing'] }, { guard: GUARD, tombstone: TOMBSTONE });
    await applied();
    const request = (target: string, stack?: string) => ({
      ...(stack === undefined ? {} : { stack }),
      target,
      mode: 'soft',
      reason: 'Moved to the new system',
      requestedBy: 'ann@example.org',
      requestedAt: '2026-01-01T00:00:00Z',
    });
    for (const [whole, item] of [
      ['demo', undefined],
      [undefined, 'demo'],
    ]) {
      const deletions = [
        request('billing', whole),
        request('billing/job-templates/nightly', item),
        request('billing/job-templates/nightly', 'other'),
      ].slice(0, item === undefined ? 2 : 3);
      write('deletions.yaml', { version: 1, deletions });
      expect(await reprieve('reclamation close billing --stack demo')).toMatchObject({ code: 0 });
      expect(read('deletions.yaml')).not.toContain('"demo"');
      expect(read('deletions.yaml').includes('nightly')).toBe(item !== undefined);
    }
  });
});

describe('sandbox reset', () => {
  it('empties a sandbox, after asking', async () => {
    app({}, { guard: { ...GUARD, lifecycle: { prevent_destroy: true } }, ns: { input: {} } });
    await applied();
    write('deletions.yaml', DELETIONS);
    expect((await reprieve('sandbox reset demo')).code).toBe(2);
    const refused = await reprieve('sandbox reset demo', { answer: 'n\n' });
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("reset sandbox 'demo'? [y/N]>");
    expect(read('deletions.yaml')).toBe(DELETIONS);
    const { code, err } = await reprieve('sandbox reset demo', { answer: 'y\n' });
    expect(err).toContain('2 resources forgotten, 1 deletion requests removed.');
    expect(code).toBe(0);
    expect((await reprieve('reclamation list')).err).toContain('No deletion is pending.');
  });

  it('refuses on another target', async () => {
    app({ target: 'kubernetes' });
    write('deletions.yaml', DELETIONS);
    const { code, err } = await reprieve('sandbox reset demo --force');
    expect(err).toContain('its target is kubernetes');
    expect(code).toBe(1);
    expect(read('deletions.yaml')).toBe(DELETIONS);
  });
});

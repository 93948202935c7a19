import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { main } from '../../lib/cli/main.js';
import { DEFAULT_QUOTA } from '../../lib/model/limits.js';

/** What a command did. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Both, as a terminal shows them. */
  readonly shown: string;
}

/** How a command is run. */
export interface Running {
  /** What is typed; left out where there is no terminal. */
  readonly answer?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Below the folder. */
  readonly cwd?: string;
}

/** An app whose synthesis writes what the test says; Terraform and its state are real. */
export class FakeApp {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-fake-')));

  /** Writes a stack as a synthesis leaves it, with resources of `terraform_data` by name. */
  synthesized(targets: object, resources: Readonly<Record<string, object>> = {}): void {
    this.write('cdktf.json', { app: 'node app.mjs' });
    this.write('app.mjs', 'process.exit(0);\n');
    this.write('cdktf.out/manifest.json', { stacks: { demo: {} } });
    const stack = { version: 1, target: 'sandbox', declared: [], rehydrated: [], ...targets };
    this.write('cdktf.out/stacks/demo/targets.json', stack);
    const resource = Object.keys(resources).length > 0 ? { terraform_data: resources } : undefined;
    this.write('cdktf.out/stacks/demo/cdk.tf.json', resource === undefined ? {} : { resource });
  }

  /** Lets the next synthesis fail with problems, as an app hands them over. */
  fails(...problems: readonly object[]): void {
    const written = JSON.stringify(JSON.stringify(problems));
    this.write(
      'app.mjs',
      `import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.REPRIEVE_PROBLEMS, ${written});\nprocess.exit(1);\n`,
    );
  }

  /** projects.lock.yaml with one project of the stack. */
  locked(spec: object = {}, more: object = {}): void {
    const billing = {
      path: 'demo/billing',
      namespace: 'billing',
      spec: { quota: { ...DEFAULT_QUOTA }, ...spec },
      resources: ['terraform_data.ns'],
    };
    const demo = { target: 'sandbox', projects: { billing }, ...more };
    this.write('projects.lock.yaml', { version: 2, stacks: { demo } });
  }

  /** deletions.yaml with a soft deletion of each target. */
  requested(...targets: readonly string[]): void {
    const deletions = targets.map((target) => ({
      target,
      mode: 'soft',
      reason: 'Moved to the new system',
      requestedBy: 'ann@example.org',
      requestedAt: '2026-01-01T00:00:00Z',
    }));
    this.write('deletions.yaml', { version: 1, deletions });
  }

  write(name: string, content: string | object): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** Runs a command in this process, at half past midnight of 2026. */
  async reprieve(args: string | readonly string[], options: Running = {}): Promise<Ran> {
    const written = { out: '', err: '', shown: '' };
    const sink = (stream: 'out' | 'err') =>
      new Writable({
        write: (chunk, _encoding, done) => {
          written[stream] += chunk;
          written.shown += chunk;
          done();
        },
      });
    const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
    const stdin: Readable & { isTTY?: boolean } = Readable.from([options.answer ?? '']);
    if (options.answer !== undefined) stdin.isTTY = true;
    const code = await main(typeof args === 'string' ? args.split(' ') : args, {
      cwd: join(this.folder, options.cwd ?? '.'),
      env: { ...env, CHECKPOINT_DISABLE: '1', ...options.env },
      stdout: sink('out'),
      stderr: sink('err'),
      stdin,
      now: () => new Date('2026-01-01T00:30:00Z'),
    });
    return { code, ...written };
  }

  /** Applies the stack, so that there is a state. */
  applied(): void {
    const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
    const options = {
      cwd: join(this.folder, 'cdktf.out/stacks/demo'),
      env: { ...env, CHECKPOINT_DISABLE: '1' },
      stdio: 'ignore' as const,
    };
    execFileSync('terraform', ['init', '-input=false'], options);
    execFileSync('terraform', ['apply', '-auto-approve', '-input=false'], options);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A record of ours in a state. */
export const record = (kind: string, more: object = {}) => ({
  input: { api_version: 'reprieve/v1', kind, target: 'billing', ...more },
});

/** What `billing` consists of. */
export const GUARD = record('Guard', {
  period: '1h',
  members: [{ address: 'terraform_data.ns', target: 'billing' }],
});

/** Soft-deleted half an hour ago, recoverable for as long again. */
export const TOMBSTONE = record('Tombstone', {
  deleted_at: '2026-01-01T00:00:00Z',
  period: '1h',
});

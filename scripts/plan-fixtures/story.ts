import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../test/support/scratch.js';

export const FOLDER = join(ROOT, 'test/fixtures/plans');

/** One fixture, for the table. */
export interface Entry {
  readonly name: string;
  readonly engine: string;
  readonly shows: string;
}

export const entries: Entry[] = [];

/** Keeps a plan as the engine wrote it. */
export function keep(name: string, engine: string, shows: string, json: string): void {
  const parsed: { terraform_version?: string } = JSON.parse(json);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `${json.trim()}\n`);
  entries.push({ name, engine: `${engine} ${parsed.terraform_version ?? ''}`.trim(), shows });
  process.stderr.write(`${name}\n`);
}

/** A folder with a plain configuration, and a state of its own. */
export class Story {
  private readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'plan-')));

  constructor(
    private readonly program = 'terraform',
    private readonly env: Readonly<Record<string, string>> = {},
  ) {}

  write(hcl: string, name = 'main.tf'): this {
    const path = join(this.folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, hcl);
    return this;
  }

  apply(...args: readonly string[]): this {
    this.run('init', '-input=false');
    this.run('apply', '-auto-approve', '-input=false', ...args);
    return this;
  }

  /** Runs what may fail. */
  try(...args: readonly string[]): this {
    this.run(...args);
    return this;
  }

  plan(name: string, shows: string, ...args: readonly string[]): this {
    rmSync(join(this.folder, 'p.tfplan'), { force: true });
    this.run('init', '-input=false');
    this.run('plan', '-input=false', '-out=p.tfplan', ...args);
    const engine = this.program.endsWith('tofu') ? 'OpenTofu' : 'Terraform';
    keep(name, engine, shows, this.run('show', '-json', 'p.tfplan'));
    return this;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(...args: readonly string[]): string {
    const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
    const done = spawnSync(this.program, args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...env, CHECKPOINT_DISABLE: '1', ...this.env },
    });
    if (done.status !== 0) process.stderr.write(`(${args[0]} ended with ${done.status})\n`);
    return done.stdout;
  }
}

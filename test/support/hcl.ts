import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findVersion } from '../../scripts/engines/cache.mjs';
import { built, ROOT } from './built.js';
import { tofu } from './engines.js';

/** The engines that the modules are tested on. */
export const HCL_ENGINES: readonly (readonly [string, string | undefined])[] = [
  ['Terraform of the PATH', 'terraform'],
  ['Terraform 1.14.3', findVersion('terraform', 'terraform-1.14.3')],
  ['OpenTofu 1.12.6', tofu()],
];

/** What a command did. */
export interface Ran {
  readonly code: number;
  /** Both streams in one line, since engines wrap their messages. */
  readonly flat: string;
  readonly stdout: string;
}

/** What a plan does, and what the review says of it. */
export interface Reviewed extends Ran {
  readonly verdict: string;
  readonly codes: readonly string[];
  readonly deletions: readonly string[];
  readonly events: readonly string[];
}

type Variables = Readonly<Record<string, unknown>>;

/** A folder with plain HCL and copies of the two modules: nothing of ours is installed there. */
export class HclFolder {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-hcl-')));

  constructor(
    private readonly program: string,
    readonly source: string = readFileSync(join(ROOT, 'test/fixtures/hcl/main.tf'), 'utf8'),
  ) {
    built('dist');
    cpSync(join(ROOT, 'modules'), join(this.folder, 'modules'), { recursive: true });
    this.write('main.tf', source);
    this.engine('init', '-input=false');
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  has(name: string): boolean {
    return existsSync(join(this.folder, name));
  }

  /** Replaces text of a file, which has to be there. */
  edit(name: string, from: string | RegExp, to: string): void {
    const text = readFileSync(join(this.folder, name), 'utf8');
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`${name} has no ${from}`);
    this.write(name, edited);
  }

  engine(...args: readonly string[]): Ran {
    return this.run(this.program, args);
  }

  /** `terraform plan`, saved; with the review if there is a plan. */
  plan(variables: Variables = {}, ...more: readonly string[]): Reviewed {
    this.write('x.auto.tfvars.json', JSON.stringify(variables));
    const planned = this.engine('plan', '-no-color', '-input=false', '-out=p', ...more);
    if (planned.code !== 0) {
      return { ...planned, verdict: 'no plan', codes: [], deletions: [], events: [] };
    }
    this.write('plan.json', this.engine('show', '-json', 'p').stdout);
    const review = this.run(process.execPath, [
      join(ROOT, 'bin/reprieve.js'),
      ...['review', 'plan.json', '--format', 'json'],
    ]);
    const { verdict, why, deletions, reclamations } = JSON.parse(review.stdout);
    return {
      ...review,
      verdict,
      codes: [...new Set<string>(why.map(({ code }: { code: string }) => code))].sort(),
      deletions: deletions.map(
        (it: { kind: string; address: string }) => `${it.kind} ${it.address}`,
      ),
      events: reclamations.map((it: { kind: string; target: string }) => `${it.kind} ${it.target}`),
    };
  }

  /** Applies the plan that was reviewed. */
  apply(): Ran {
    return this.engine('apply', '-no-color', '-input=false', 'p');
  }

  /** Lets a running deletion look, by the state, as if it had begun so much earlier. */
  turnBackClock(hours: number): void {
    const earlier = (at: string) =>
      new Date(Date.parse(at) - hours * 3_600_000).toISOString().replace(/\.\d+/, '');
    const file = join(this.folder, 'terraform.tfstate');
    const text = readFileSync(file, 'utf8');
    const turned = text.replaceAll(
      /("deleted_at": ")(20[^"]+)/g,
      (_, key: string, at: string) => `${key}${earlier(at)}`,
    );
    writeFileSync(file, turned);
  }

  /** The addresses in state. */
  state(): readonly string[] {
    return this.engine('state', 'list').stdout.split('\n').filter(Boolean);
  }

  /** The values of each `terraform_data` in state, by address. */
  values(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    const { values } = JSON.parse(this.engine('show', '-json').stdout);
    const modules = [values.root_module, ...(values.root_module.child_modules ?? [])];
    return Object.fromEntries(
      modules
        .flatMap((each) => each.resources ?? [])
        .map((each: { address: string; values: Readonly<Record<string, unknown>> }) => [
          each.address,
          each.values,
        ]),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(program: string, args: readonly string[]): Ran {
    const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
    const done = spawnSync(program, args, {
      cwd: this.folder,
      env: { ...env, CHECKPOINT_DISABLE: '1', NO_COLOR: '1' },
      encoding: 'utf8',
      timeout: 180_000,
    });
    const flat = `${done.stdout ?? ''}${done.stderr ?? ''}`.replaceAll(/[\s│]+/g, ' ');
    return { code: done.status ?? -1, flat, stdout: done.stdout ?? '' };
  }
}

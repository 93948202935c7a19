import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextAt, reviewOf } from '../plans.js';
import { draftOf, Honest } from './honest.js';
import { FLOOR } from './ledger.js';
import {
  type Block,
  baseOf,
  type Config,
  type Input,
  type ModelPlan,
  NOTHING,
  plan,
  planJson,
  type State,
} from './terraform.js';

type Json = Readonly<Record<string, unknown>>;

/** A folder in which a real engine plans and applies what the model does. */
export class EngineFolder {
  private readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-gate-')));
  private rounds = 0;

  constructor(private readonly program: string) {
    mkdirSync(join(this.folder, 'm'));
    this.write(NOTHING);
    this.run('init', '-input=false', '-backend=false');
  }

  /** The plan's JSON; undefined where the engine refuses the configuration. */
  plan(config: Config): string | undefined {
    this.rounds += 1;
    this.write(config);
    if (this.try('init', '-input=false') !== 0) return undefined;
    if (this.try('plan', '-input=false', '-out=p.tfplan') !== 0) return undefined;
    return this.run('show', '-json', 'p.tfplan');
  }

  apply(): State {
    this.run('apply', '-input=false', 'p.tfplan');
    const json: Json = JSON.parse(this.run('show', '-json'));
    const { root_module: root } = Object(json['values']);
    return new Map(
      resourcesIn(root)
        .filter(({ address }) => !isSeed(String(address)))
        .map(({ address, values }) => {
          const { id, input, triggers_replace: trigger } = Object(values);
          return [String(address), { id, input: input ?? null, trigger: trigger ?? null }];
        }),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write({ blocks, moves, removed, imports }: Config): void {
    const inside = [...blocks].filter(([base]) => base.startsWith('module.m.'));
    const outside = [...blocks].filter(([base]) => !base.startsWith('module.m.'));
    this.save('m/main.tf.json', { resource: this.resources(inside) });
    this.save('main.tf.json', {
      resource: this.resources(outside),
      ...(inside.length === 0 ? {} : { module: { m: { source: './m' } } }),
      moved: moves.map(([from, to]) => ({ from, to })),
      import: [...imports].map(([to, id]) => ({ to, id })),
      removed: removed.map((from) => ({ from, lifecycle: [{ destroy: false }] })),
    });
  }

  /** What isn't known yet comes out of a resource that changes in the same plan. */
  private resources(blocks: readonly (readonly [string, Block])[]): Json {
    const entries = blocks.flatMap(([base, { input, unknown, count, keys, trigger }]) => {
      const name = base.split('.').at(-1) ?? '';
      const body = {
        input: unknown === undefined ? input : this.unseen(name, input, unknown),
        ...(count === undefined ? {} : { count }),
        ...(keys === undefined ? {} : { for_each: `\${toset(${JSON.stringify(keys)})}` }),
        ...(trigger === undefined ? {} : { triggers_replace: trigger }),
      };
      const seed = { input: { round: this.rounds, value: input } };
      return unknown === undefined
        ? [[name, body]]
        : [
            [name, body],
            [`seed_${name}`, seed],
          ];
    });
    return entries.length === 0 ? {} : { terraform_data: Object.fromEntries(entries) };
  }

  private unseen(name: string, input: Input, unknown: true | readonly string[]): unknown {
    const value = `terraform_data.seed_${name}.output.value`;
    if (unknown === true) return `\${${value}}`;
    return unknown.reduce<unknown>((left, path) => withUnseen(left, path.split('>'), value), input);
  }

  private save(name: string, content: Json): void {
    const kept = Object.entries(content).filter(([, each]) => Object.keys(Object(each)).length > 0);
    writeFileSync(join(this.folder, name), JSON.stringify(Object.fromEntries(kept)));
  }

  private run(...args: readonly string[]): string {
    const done = this.spawn(args);
    if (done.status !== 0) throw new Error(`${args[0]}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  private try(...args: readonly string[]): number {
    return this.spawn(args).status ?? 1;
  }

  private spawn(args: readonly string[]) {
    const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
    return spawnSync(this.program, args, {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...env, CHECKPOINT_DISABLE: '1' },
      maxBuffer: 2 ** 26,
    });
  }
}

/** A value of which one member, if it is there, comes from another resource. */
function withUnseen(value: unknown, [name, ...rest]: readonly string[], source: string): unknown {
  if (name === undefined) return `\${${source}}`;
  if (typeof value !== 'object' || value === null || !(name in value)) return value;
  const inner = withUnseen(Object(value)[name], rest, `${source}[${JSON.stringify(name)}]`);
  return { ...value, [name]: inner };
}

/** What a plan does, in the words of the model, and what the gate says of it. */
export interface Told {
  readonly changes: readonly string[];
  readonly prior: readonly string[];
  readonly codes: readonly string[];
}

export async function toldBy(json: string, isReviewed: boolean): Promise<Told> {
  const parsed: Json = JSON.parse(json);
  const { root_module: root } = Object(Object(parsed['prior_state'])['values']);
  const now = new Date(String(parsed['timestamp']));
  const context = contextAt(now, {
    approvals: isReviewed ? [{ by: 'bob' }] : [],
    floor: () => ({ seconds: FLOOR, text: `${FLOOR}s` }),
  });
  const review = await reviewOf(json, context);
  return {
    changes: list(parsed['resource_changes'])
      .filter(({ address }) => !isSeed(String(address)))
      .map(({ address, previous_address: previous, change }) => {
        const { actions, before, after, after_unknown: unknown, importing } = Object(change);
        const [was, is] = [before, after].map((each) => sorted(Object(each).input ?? null));
        const open = sorted(withoutFalse(Object(unknown).input ?? {}));
        const isImported = importing !== undefined;
        return JSON.stringify([address, previous ?? null, actions, was, is, open, isImported]);
      })
      .sort(),
    prior: resourcesIn(root)
      .map(({ address }) => String(address))
      .filter((address) => !isSeed(address))
      .sort(),
    codes: [...new Set(review.why.map(({ code, address }) => `${code} ${address}`))].sort(),
  };
}

/** The same, of the model's plan at the engine's time. */
export function modelled(state: State, config: Config, json: string): ModelPlan {
  const { timestamp }: { timestamp: string } = JSON.parse(json);
  return plan(state, config, Date.parse(timestamp) / 1000);
}

export { draftOf, Honest, planJson };

function isSeed(address: string): boolean {
  return /(^|\.)seed_[\w-]+$/.test(baseOf(address));
}

function resourcesIn(module: unknown): readonly Json[] {
  const { resources, child_modules: modules } = Object(module);
  return [...list(resources), ...list(modules).flatMap(resourcesIn)];
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function withoutFalse(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value)
    .filter(([, each]) => each === true || JSON.stringify(each).includes('true'))
    .map(([name, each]) => [name, withoutFalse(each)]);
  return Object.fromEntries(entries);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, each]) => [name, sorted(each)]));
}

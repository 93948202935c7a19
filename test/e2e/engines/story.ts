import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

import { type HttpBackend, startHttpBackend } from '../../support/backends.js';
import { ControlPlane } from '../../support/control-plane.js';
import { PASSWORD as CRASH_PASSWORD, CrashStory, newTally } from '../../support/crash-story.js';
import { grantRights, inForce } from '../../support/enforced.js';
import { EnforcedStack, PASSWORD } from '../../support/enforced-stack.js';
import { PROVIDER, providerEnvironment } from '../../support/engines.js';
import { Scratch, seconds } from '../../support/scratch.js';
import { type Belongings, World } from '../bypass/world.js';
import { expectRefused, WHILE_ALIVE, WHILE_DELETED } from './attempts.js';
import { type Combination, firstOf, programOf, type Versions } from './combination.js';
import { installed } from './installation.js';

const NAMESPACE = '/api/v1/namespaces/billing';
const SECRET = `${NAMESPACE}/secrets/db`;
const SETTINGS = `${NAMESPACE}/configmaps/settings`;
const BRIEF = '/api/v1/namespaces/brief';
/** In seconds. The brief project's clock runs while the other one is attacked. */
const PLAN_MAX_AGE = 45;
const BRIEF_PERIOD = 100;
/** The API server's clock stands still for 10 seconds at a time. */
const LATE = 15;

interface Metadata {
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Two projects under admission policies: `billing` lives, is soft-deleted, attacked and restored;
 * `brief` is soft-deleted at once and reclaimed at the end.
 */
export class EngineStory {
  /** What the engine warned of, each once. */
  readonly warnings = new Set<string>();
  private readonly bin = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-bin-')));
  private readonly billing: EnforcedStack;
  private readonly brief: EnforcedStack;
  private world!: World;
  private before: Belongings = {};

  private constructor(
    private readonly combination: Combination,
    private readonly plane: ControlPlane,
    private readonly states: HttpBackend,
  ) {
    const versions = firstOf(combination);
    this.link(versions);
    const { modules } = installed(versions.framework);
    this.billing = new EnforcedStack(plane, this.environment, modules);
    this.billing.settings('1h', `${PLAN_MAX_AGE}s`);
    this.brief = new EnforcedStack(plane, this.environment, modules);
    this.brief.settings(`${BRIEF_PERIOD}s`, `${PLAN_MAX_AGE}s`);
    for (const stack of this.stacks) stack.provider = overriding(versions);
  }

  static async start(combination: Combination): Promise<EngineStory> {
    const plane = await ControlPlane.start({ kubernetes: combination.kubernetes });
    try {
      grantRights(plane);
      return new EngineStory(combination, plane, await startHttpBackend());
    } catch (error) {
      plane.stop();
      throw error;
    }
  }

  stop(): void {
    for (const stack of this.stacks) stack.remove();
    this.states.stop();
    this.plane.stop();
    rmSync(this.bin, { recursive: true, force: true });
  }

  /** The policies are deployed by the same engine and provider as the projects. */
  async create(): Promise<void> {
    this.billing.declareAll();
    this.billing.prepare('platform');
    this.billing.must(this.billing.apply('platform'));
    await inForce(this.plane);
    this.expectNothingToDo(this.billing, 'platform');
    this.world = await World.create(this.plane, this.billing);
    this.before = await this.world.belongings();
    this.brief.declareAll(EnforcedStack.PROJECT.replace("'billing'", "'brief'"));
    this.brief.must(this.brief.synth());
    const flags = ['--auto-approve', '--skip-provider-lock'];
    this.brief.must(this.brief.cdktf('deploy', 'production', ...flags));
    for (const stack of this.stacks) this.expectNothingToDo(stack);
    expect(await this.passwordOf(SECRET)).toBe(PASSWORD);
    expect(this.billing.filesHolding(PASSWORD)).toEqual([]);
  }

  async softDeleteBrief(): Promise<void> {
    await this.softDelete(this.brief, 'brief', BRIEF);
  }

  async upgrade(): Promise<void> {
    this.link(this.combination);
    for (const stack of this.stacks) {
      stack.install(installed(this.combination.framework).modules);
      stack.provider = overriding(this.combination);
    }
    this.billing.declareAll();
    this.brief.declareAll(EnforcedStack.PROJECT.replace("'billing'", "'brief'"));
    for (const [folder, stack] of [
      [this.billing, 'platform'],
      [this.billing, 'production'],
      [this.brief, 'production'],
    ] as const) {
      folder.must(folder.synth());
      folder.must(folder.terraform(stack, 'init', '-input=false', '-upgrade'));
      this.expectNothingToDo(folder, stack);
    }
  }

  async attackAlive(): Promise<void> {
    await expectRefused(this.world, WHILE_ALIVE);
  }

  async attackDeleted(): Promise<void> {
    await this.softDelete(this.billing, 'billing', NAMESPACE);
    await expectRefused(this.world, WHILE_DELETED);
  }

  async restore(): Promise<void> {
    this.billing.restoreAll();
    this.billing.must(this.billing.settle());
    expect(await this.world.belongings()).toEqual(this.before);
    const { metadata } = await this.read(SECRET);
    expect(metadata.labels['reprieve.dev/state']).toBe('active');
    this.expectNothingToDo(this.billing);
  }

  async rotate(): Promise<void> {
    this.billing.declareAll(EnforcedStack.PROJECT.replace('revision: 1', 'revision: 2'));
    this.billing.must(this.billing.synth());
    const rotated = this.billing.with({ TF_VAR_token: `${PASSWORD}2` });
    this.billing.must(
      rotated.terraform('production', 'apply', '-auto-approve', '-input=false', '-no-color'),
    );
    expect(await this.passwordOf(SECRET)).toBe(`${PASSWORD}2`);
    expect(this.billing.filesHolding(PASSWORD)).toEqual([]);
    this.expectNothingToDo(this.billing);
  }

  async hardDelete(): Promise<void> {
    const { uid, annotations } = (await this.read(SETTINGS)).metadata;
    const deadline = annotations?.['reprieve.dev/reclaim-after'] ?? 'live';
    const target = 'billing/config-maps/settings';
    const approvals = [{ by: 'bob@example.org', at: inHours(-1), expires: inHours(2), uid }];
    this.billing.requestDeletions({
      target,
      mode: 'hard',
      confirm: target,
      approvals,
      requestedAt: inHours(-2),
    });
    expect(this.billing.settle().flat).toContain('request its deletion in deletions.yaml');
    const approval = `reprieve.dev/hard-delete-approved=bob ${uid} ${inHours(1)} ${deadline}`;
    const annotate = ['-n', 'billing', 'annotate', 'configmap', 'settings', approval];
    expect(this.plane.kubectlAs('bob', ...annotate)).toMatchObject({ code: 0 });
    this.billing.must(this.billing.apply());
    expect(await this.plane.status(SETTINGS)).toBe(404);
    expect(await this.plane.status(SECRET)).toBe(200);
    this.billing.must(this.billing.apply());
    this.expectNothingToDo(this.billing);
  }

  /** Terraform and its provider are killed in the middle of a creation, before any state is kept. */
  async killAndRecover(): Promise<void> {
    const { framework, provider } = this.combination;
    const env = { ...providerEnvironment(), ...this.environment, TF_VAR_token: CRASH_PASSWORD };
    const scratch = new Scratch(env, undefined, 'Package', installed(framework).modules);
    const tally = newTally();
    // After 14 of the 30 things that it says, and with its provider.
    const below = (limit: number) => (limit === 31 ? 14 : 0);
    const options = { name: 'k', backend: this.states, cdktf: false, enforced: true } as const;
    const own = provider === PROVIDER ? {} : { provider };
    try {
      await new CrashStory(this.plane, scratch, below, tally, {
        ...options,
        ...own,
      }).runCreation();
    } finally {
      scratch.remove();
    }
    expect(tally).toMatchObject({ kills: 1, struck: 1, locks: 1, recoveries: 1 });
  }

  async reclaim(): Promise<void> {
    const [shown] = this.brief.reclamations('production');
    const deadline = Date.parse(shown?.reclaimAfter ?? '');
    while (Date.now() <= deadline + LATE * 1000) await seconds(0.5);
    this.review(this.brief, /reclaim|is over/);
    this.brief.must(this.brief.apply());
    expect(await this.plane.status(BRIEF)).toBe(404);
    this.expectNothingToDo(this.brief);
  }

  private get stacks(): readonly EnforcedStack[] {
    return [this.billing, this.brief];
  }

  private get environment(): Readonly<Record<string, string>> {
    return { TERRAFORM_BINARY_NAME: join(this.bin, programName(this.combination)) };
  }

  /** Puts an engine where the stacks look for it. */
  private link({ engine }: Versions): void {
    const place = join(this.bin, programName(this.combination));
    rmSync(place, { force: true });
    symlinkSync(programOf(engine) ?? '', place);
  }

  private async softDelete(stack: EnforcedStack, target: string, path: string): Promise<void> {
    stack.requestDeletions({ target });
    stack.must(stack.synth());
    this.review(stack, /1 soft delete begins/);
    stack.must(stack.apply());
    const { metadata } = await this.read(path);
    expect(metadata.labels['reprieve.dev/state']).toBe('soft-deleted');
    const [shown] = stack.reclamations('production');
    expect(metadata.annotations['reprieve.dev/reclaim-after']).toBe(shown?.reclaimAfter);
    this.expectNothingToDo(stack);
  }

  /** What our own command says of the plan that this engine makes. */
  private review(stack: EnforcedStack, says: RegExp): void {
    stack.must(stack.reprieve('plan', 'production'));
    const reviewed = stack.must(stack.reprieve('review', 'cdktf.out/plans/production.json'));
    expect(reviewed.output).toMatch(says);
  }

  private expectNothingToDo(folder: EnforcedStack, stack = 'production'): void {
    const planned = folder.plan(stack, '-detailed-exitcode', '-no-color');
    for (const [, warning = ''] of planned.output.matchAll(/Warning: (.*)/g)) {
      this.warnings.add(warning.trim());
    }
    expect(planned.code, planned.output).toBe(0);
  }

  private read(path: string): Promise<{ readonly metadata: Metadata; readonly data: unknown }> {
    return this.plane.get(path);
  }

  private async passwordOf(path: string): Promise<string> {
    const { password } = Object((await this.read(path)).data);
    return Buffer.from(String(password), 'base64').toString();
  }
}

function programName({ engine }: Versions): string {
  return engine.startsWith('OpenTofu') ? 'tofu' : 'terraform';
}

/** The version that a stack has to ask for by itself. */
function overriding({ provider }: Versions): string | undefined {
  return provider === PROVIDER ? undefined : provider;
}

function inHours(hours: number): string {
  const time = new Date(Date.now() + hours * 3_600_000);
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

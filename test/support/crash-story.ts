import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import type { ClusterRules } from '../../lib/cluster/rules.js';
import { type HttpBackend, httpBackend, kubernetesBackend } from './backends.js';
import type { ControlPlane, User } from './control-plane.js';
import { eventually } from './enforced.js';
import { withProvider } from './enforced-stack.js';
import { randomMoment } from './kill.js';
import { type Outcome, type Scratch, seconds } from './scratch.js';

/** The credential of the story: it must be in the cluster and nowhere else. */
export const PASSWORD = 'canary-Zk3vQ9';

const APPLY = ['apply', '-auto-approve', '-input=false', '-no-color'];
/** About as many things as an apply of these projects says that it does. */
const EVENTS = 30;
const KINDS = [
  ...['namespaces', 'secrets', 'configmaps', 'cronjobs', 'serviceaccounts', 'rolebindings'],
  ...['resourcequotas', 'limitranges', 'networkpolicies'],
].join(',');

/** One object of a project, as far as it must not be lost. */
interface Kept {
  readonly uid: string;
  /** A secret's or config map's content, or a job's template. */
  readonly content: unknown;
}

type Snapshot = Readonly<Record<string, Kept>>;

/** What came of the kills. */
export interface Tally {
  kills: number;
  struck: number;
  locks: number;
  recoveries: number;
  cutStates: number;
}

export function newTally(): Tally {
  return { kills: 0, struck: 0, locks: 0, recoveries: 0, cutStates: 0 };
}

/** The lives of two projects, in whose every apply Terraform is killed once. */
export class CrashStory {
  private cdktfIsNext: boolean;

  constructor(
    private readonly plane: ControlPlane,
    private readonly scratch: Scratch,
    private readonly below: (limit: number) => number,
    private readonly tally: Tally,
    private readonly options: {
      /** Part of both projects' names. */
      readonly name: string;
      readonly backend: 'kubernetes' | 'local' | HttpBackend;
      /** Whether it is cdktf that deploys after the first kill; later it is Terraform alone. */
      readonly cdktf: boolean;
      /** Whether the admission policies are installed; the user `deploy` deploys then. */
      readonly enforced: boolean;
      /** Another version of the provider than the one that is asked for. */
      readonly provider?: string | undefined;
    },
  ) {
    this.cdktfIsNext = options.cdktf;
  }

  /** Creates, soft-deletes, restores and reclaims; each is killed once and then done again. */
  async run(): Promise<void> {
    const { lasting, brief } = this;
    this.begin();
    succeeded(this.deploy('brief'));
    this.request(brief);
    const briefly = this.snapshot(brief);
    succeeded(this.deploy('brief'));
    await this.create(lasting);
    await this.softDelete(lasting);
    await this.restore(lasting);
    await this.reclaim(brief, briefly);
  }

  /** Only the creation, which is killed once and then done again. */
  async runCreation(): Promise<void> {
    this.begin();
    await this.create(this.lasting);
  }

  private get lasting(): string {
    return `lasting-${this.options.name}`;
  }

  private get brief(): string {
    return `brief-${this.options.name}`;
  }

  private get user(): User {
    return this.options.enforced ? 'deploy' : 'admin';
  }

  private get kubeconfig(): string {
    return this.plane.kubeconfigOf(this.user);
  }

  private begin(): void {
    this.scratch.write(
      'reprieve.yaml',
      [
        'version: 1',
        'reclamation: { period: 2h, floor: 10s, planMaxAge: 45s }',
        'stacks: { brief: { period: 100s } }',
        '',
      ].join('\n'),
    );
    this.declare();
    this.request();
    succeeded(this.scratch.synth());
    for (const stack of ['production', 'brief']) {
      succeeded(this.scratch.terraform(stack, 'init', '-input=false'));
    }
  }

  private declare(): void {
    const { kubeconfig } = this;
    const { provider } = this.options;
    this.scratch.declare(`
      const fill = (id, name) => {
        const stack = new ReprieveStack(app, id, {
          target: Target.kubernetes({ configPath: '${kubeconfig}' }) });
        ${this.backend}
        ${provider === undefined ? '' : withProvider('stack', provider)}
        const project = new Project(stack, name);
        const hub = RegistrySecret.dockerHub(project, 'hub', {
          username: 'example', email: 'a@example.org',
          password: Credential.fromVariable('token', { revision: 1 }) });
        project.addSecret('db', { format: 'basic_auth', username: 'app',
          password: Credential.fromVariable('token', { revision: 1 }) });
        project.addConfigMap('settings', { data: { MODE: 'full' } });
        new JobTemplate(project, 'nightly', { image: 'example/invoices:1', imageSecret: hub });
      };
      fill('production', '${this.lasting}');
      fill('brief', '${this.brief}');
    `);
  }

  private get backend(): string {
    const { backend, name } = this.options;
    if (backend === 'local') return '';
    if (backend === 'kubernetes') return kubernetesBackend(this.kubeconfig, `id + '-${name}'`);
    return httpBackend(`'${backend.url}/' + id + '-${name}'`);
  }

  private async create(project: string): Promise<void> {
    await this.kill('production');
    const first = this.snapshot(project);
    this.converge('production');
    const whole = this.snapshot(project);
    expect(whole).toMatchObject(first);
    this.expectWhole(project, whole);
  }

  private async softDelete(project: string): Promise<void> {
    const before = this.snapshot(project);
    this.request(project, this.brief);
    const asked = Date.now();
    await this.kill('production');
    expect(this.snapshot(project)).toEqual(before);
    const noted = this.clock('production');
    const again = this.converge('production', () => this.requestAnew(project));
    expect(this.snapshot(project)).toEqual(before);
    const clock = this.clock('production');
    // The first clock if it was noted, else a later one; never one from before the request.
    if (noted !== undefined && !again) expect(clock).toBe(noted);
    if (noted !== undefined)
      expect(Date.parse(clock ?? '')).toBeGreaterThanOrEqual(Date.parse(noted));
    expect(Date.parse(clock ?? '')).toBeGreaterThanOrEqual(Math.floor(asked / 1000) * 1000);
    const [shown] = this.scratch.reclamations('production');
    for (const { metadata } of this.objects(project)) {
      expect(metadata.labels['reprieve.dev/state']).toBe('soft-deleted');
      expect(metadata.annotations['reprieve.dev/reclaim-after']).toBe(shown?.reclaimAfter);
    }
  }

  private async restore(project: string): Promise<void> {
    const before = this.snapshot(project);
    this.request(this.brief);
    await this.kill('production');
    expect(this.snapshot(project)).toEqual(before);
    this.converge('production');
    expect(this.snapshot(project)).toEqual(before);
    expect(this.clock('production')).toBeUndefined();
    for (const { metadata } of this.objects(project)) {
      expect(metadata.labels['reprieve.dev/state']).toBe('active');
      expect(metadata.annotations).not.toHaveProperty('reprieve.dev/reclaim-after');
    }
  }

  private async reclaim(project: string, before: Snapshot): Promise<void> {
    const deadline = Date.parse(this.scratch.reclamations('brief')[0]?.reclaimAfter ?? '');
    if (Date.now() < deadline) expect(this.snapshot(project)).toEqual(before);
    while (Date.now() <= deadline + 1000) await seconds(0.5);
    // By the API server's clock, which stands still for some seconds at a time.
    await eventually(async () => {
      const path = `/api/v1/namespaces/${project}?dryRun=All`;
      return (await this.plane.ask(path, { method: 'DELETE', as: this.user })).status === 200;
    });
    await this.kill('brief');
    this.converge('brief');
    expect(this.plane.kubectl('get', KINDS, '-A', '-o', 'name', '-l', label(project))).toBe('');
    expect(await this.plane.status(`/api/v1/namespaces/${project}`)).toBe(404);
    const left = this.scratch.state('brief').map(({ type }) => type);
    expect(new Set(left)).toEqual(new Set(['terraform_data']));
    expect(this.scratch.reclamations('brief')[0]?.status).toBe('hard deleted');
  }

  /** Terraform applies a stack and is killed at a random moment. */
  private async kill(stack: string): Promise<void> {
    succeeded(this.scratch.synth());
    const moment = randomMoment(this.below, EVENTS);
    const struck = await this.scratch.killTerraform(moment, stack, ...APPLY);
    this.tally.kills += 1;
    this.tally.struck += struck ? 1 : 0;
  }

  /** What the cluster says to do where a retry comes so late that the period would be cut short. */
  private requestAnew(project: string): Outcome {
    this.request(this.brief);
    succeeded(this.deploy('production'));
    this.request(project, this.brief);
    return this.deploy('production');
  }

  /**
   * Deploys again as a user would: doing what the messages say.
   *
   * @returns whether the deletion had to be requested anew
   */
  private converge(stack: string, requestAnew?: () => Outcome): boolean {
    if (this.options.backend === 'local' && this.hasState(stack) && this.scratch.mendState(stack)) {
      this.tally.cutStates += 1;
    }
    this.review(stack);
    let deployed = this.deployAgain(stack);
    if (deployed.code !== 0 && deployed.flat.includes('already exists')) {
      succeeded(this.scratch.reprieve('recover', stack, '--force'));
      this.tally.recoveries += 1;
      this.review(stack);
      deployed = this.deployAgain(stack);
    }
    const late =
      requestAnew !== undefined &&
      deployed.code !== 0 &&
      deployed.flat.includes('request it again');
    if (late) deployed = requestAnew();
    succeeded(deployed);
    succeeded(this.scratch.terraform(stack, 'plan', '-detailed-exitcode'));
    expect(this.scratch.filesHolding(PASSWORD)).toEqual([]);
    return late;
  }

  /** The gate has nothing against what comes next. A lock that a kill left is taken away first. */
  private review(stack: string): void {
    let planned = this.scratch.reprieve('plan', stack);
    if (planned.output.includes(' force-unlock ')) {
      expect(planned.code).toBe(3);
      this.unlock(planned.output);
      planned = this.scratch.reprieve('plan', stack);
    }
    succeeded(planned);
    succeeded(this.scratch.reprieve('review', `cdktf.out/plans/${stack}.json`));
  }

  /** Runs the command as the message has it. */
  private unlock(told: string): void {
    const command = told.split('\n').find((line) => line.includes(' force-unlock ')) ?? '';
    const done = spawnSync('sh', ['-c', command], {
      cwd: this.scratch.folder,
      input: 'yes\n',
      encoding: 'utf8',
    });
    expect(done).toMatchObject({ status: 0 });
    this.tally.locks += 1;
  }

  /**
   * Deploys what the review has synthesized. Under load, cdktf loses the end of what Terraform says:
   * that says it once more by itself.
   */
  private deployAgain(stack: string): Outcome {
    if (!this.cdktfIsNext) return this.scratch.terraform(stack, ...APPLY);
    this.cdktfIsNext = false;
    const deployed = this.scratch.cdktf('deploy', stack, '--auto-approve', '--skip-provider-lock');
    return deployed.code === 0 ? deployed : this.deploy(stack);
  }

  private deploy(stack: string): Outcome {
    succeeded(this.scratch.synth());
    return this.scratch.terraform(stack, ...APPLY);
  }

  private hasState(stack: string): boolean {
    return this.scratch.exists(`terraform.${stack}.tfstate`);
  }

  private request(...projects: readonly string[]): void {
    const stackOf = (project: string) => (project === this.brief ? 'brief' : 'production');
    this.scratch.requestDeletions(
      ...projects.map((target) => ({ target, stack: stackOf(target) })),
    );
  }

  /** When the deletion began, as the state has it. */
  private clock(stack: string): string | undefined {
    const inputs = this.scratch.state(stack).map(({ values }) => Object(values['input']));
    return inputs.find(({ kind }) => kind === 'Tombstone')?.deleted_at;
  }

  private snapshot(project: string): Snapshot {
    const kept = this.objects(project).map(({ kind, metadata, data, spec }) => [
      `${kind}/${metadata.name}`,
      { uid: metadata.uid, content: data ?? spec?.jobTemplate ?? null },
    ]);
    return Object.fromEntries(kept);
  }

  private objects(project: string): readonly KubernetesObject[] {
    const text = this.plane.kubectl('get', KINDS, '-A', '-o', 'json', '-l', label(project));
    return JSON.parse(text).items;
  }

  /** Everything was made, and every secret has its bytes. */
  private expectWhole(project: string, snapshot: Snapshot): void {
    expect(Object.keys(snapshot)).toHaveLength(this.scratch.members('production', project));
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    expect(snapshot['Secret/db']?.content).toEqual({
      username: base64('app'),
      password: base64(PASSWORD),
    });
    const hub = Object(snapshot['Secret/hub']?.content)['.dockerconfigjson'];
    expect(Buffer.from(hub, 'base64').toString()).toContain(PASSWORD);
    expect(snapshot['ConfigMap/settings']?.content).toEqual({ MODE: 'full' });
  }
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: { readonly jobTemplate?: unknown };
}

/** With what was printed, should it not be so. */
function succeeded(outcome: Outcome): void {
  expect(outcome, outcome.output).toMatchObject({ code: 0 });
}

function label(project: string): string {
  return `reprieve.dev/project=${project}`;
}

/** What the policies are made from where the story plays under them. */
export const STORY_RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(10),
  // Twice the oldest plan.
  slack: durationOf(90),
  pipelines: ['deploy'],
  approvers: [],
};

import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { durationOf } from '../../../lib/base/duration.js';
import { ControlPlane, type User } from '../../support/control-plane.js';
import { enforce } from '../../support/enforced.js';
import { EnforcedStack } from '../../support/enforced-stack.js';
import { reviewOf } from '../../support/plans.js';
import type { StateFile } from '../../support/scratch.js';
import type { StackJson } from './edits.js';
import { BYSTANDERS, CRON_JOBS, NAMESPACE, type Subject } from './subjects.js';
import { WEBHOOK, widgets } from './surroundings.js';

const STACK_FILE = 'cdktf.out/stacks/production/cdk.tf.json';
const STATE = 'terraform.production.tfstate';
/** What an attempt may change, the synthesized stack among it: making that anew takes longest. */
const FILES = [
  'main.js',
  'deletions.yaml',
  'projects.lock.yaml',
  'reprieve.yaml',
  STATE,
  STACK_FILE,
] as const;

/** Collections whose content nobody may lose. */
const KEPT = [
  `${NAMESPACE}/secrets`,
  `${NAMESPACE}/configmaps`,
  `${NAMESPACE}/serviceaccounts`,
  `${NAMESPACE}/resourcequotas`,
  `${NAMESPACE}/limitranges`,
  CRON_JOBS,
  '/apis/networking.k8s.io/v1/namespaces/billing/networkpolicies',
  '/apis/rbac.authorization.k8s.io/v1/namespaces/billing/rolebindings',
  '/apis/rbac.authorization.k8s.io/v1/namespaces/billing/roles',
  '/apis/apps/v1/namespaces/billing/deployments',
  '/apis/apps/v1/namespaces/billing/statefulsets',
  `${NAMESPACE}/services`,
] as const;

type Json = Record<string, unknown>;

const APP = { app: 'bystander' };
const WORKLOAD = {
  replicas: 0,
  selector: { matchLabels: APP },
  template: {
    metadata: { labels: APP },
    spec: { containers: [{ name: 'main', image: 'example.org/main:1' }] },
  },
};

/** What undeclared objects hold, by kind. */
const CONTENTS: Readonly<Record<string, object>> = {
  secrets: { data: { a: 'Yg==' } },
  deployments: { spec: WORKLOAD },
  statefulsets: { spec: { ...WORKLOAD, serviceName: 'bystander' } },
  services: { spec: { ports: [{ port: 80 }] } },
  roles: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
};

/** Everything of the project, to the last byte: uid and content by path. */
export type Belongings = Readonly<Record<string, unknown>>;

/** A project on a cluster that enforces its period, and what can be tried on it. */
export class World {
  private constructor(
    readonly plane: ControlPlane,
    readonly stack: EnforcedStack,
  ) {}

  static async start(): Promise<World> {
    const plane = await ControlPlane.start();
    plane.apply([WEBHOOK, widgets({ size: { type: 'integer' } })]);
    await enforce(plane, {
      clock: 'lease',
      floor: durationOf(10),
      slack: durationOf(1200),
      pipelines: ['deploy'],
      approvers: ['bob'],
      deleters: ['root'],
      definitions: ['widgets.example.org'],
    });
    const stack = new EnforcedStack(plane);
    stack.settings('1h', '10m');
    return World.create(plane, stack);
  }

  /** On a cluster that enforces, as somebody with settings deploys it. */
  static async create(plane: ControlPlane, stack: EnforcedStack): Promise<World> {
    const world = new World(plane, stack);
    stack.declareAll();
    stack.prepare('production');
    stack.must(stack.apply());
    for (const { path } of BYSTANDERS) await world.addBystander(path);
    return world;
  }

  /** Something of every kind that nobody declares. */
  private async addBystander(path: string): Promise<void> {
    const { collection, kind } = /^(?<collection>.*\/(?<kind>\w+))\/\w+$/.exec(path)?.groups ?? {};
    const body = { metadata: { name: 'bystander' }, ...CONTENTS[kind ?? ''] };
    const answer = await this.post('ann', collection ?? '', body);
    if (!answer.startsWith('201')) throw new Error(`${path}: ${answer}`);
  }

  stop(): void {
    this.stack.remove();
    this.plane.stop();
  }

  async uid(path: string): Promise<string> {
    return (await this.plane.get<{ metadata: { uid: string } }>(path)).metadata.uid;
  }

  /** The deadline that an object carries, or `live`: an approval names it. */
  async stands(path: string): Promise<string> {
    const { metadata } = await this.plane.get<{
      metadata: { annotations?: Record<string, string> };
    }>(path);
    return metadata.annotations?.['reprieve.dev/reclaim-after'] ?? 'live';
  }

  async belongings(): Promise<Belongings> {
    const found: Record<string, unknown> = { [NAMESPACE]: await this.uid(NAMESPACE) };
    for (const path of KEPT) {
      const { items } = await this.plane.get<{ items: readonly Json[] }>(path);
      for (const each of items) {
        const { name, uid, labels, annotations, finalizers, ownerReferences } = Object(
          each['metadata'],
        );
        if (name === 'kube-root-ca.crt' || name === 'default') continue;
        // A quota is 0 during a deletion, by design.
        const spec = path.endsWith('resourcequotas') ? undefined : each['spec'];
        const mark = Object(labels)['reprieve.dev/protected'];
        const period = Object(annotations)['reprieve.dev/period'];
        const { data, binaryData, type, subjects, roleRef, rules } = each;
        const content = { spec, data, binaryData, type, subjects, roleRef, rules };
        found[`${path}/${name}`] = { uid, mark, period, finalizers, ownerReferences, ...content };
      }
    }
    return found;
  }

  /** Lets an attempt change files and state, and puts them back afterwards. */
  async meanwhile(attempt: () => string | Promise<string>): Promise<string> {
    const kept = FILES.filter((name) => this.stack.exists(name));
    for (const name of kept) copyFileSync(this.path(name), this.path(`${name}.kept`));
    try {
      return await attempt();
    } finally {
      for (const name of FILES) {
        if (existsSync(this.path(name))) rmSync(this.path(name));
        if (existsSync(this.path(`${name}.kept`))) {
          copyFileSync(this.path(`${name}.kept`), this.path(name));
          rmSync(this.path(`${name}.kept`));
        }
      }
    }
  }

  synth(): string {
    return this.stack.synth().output.replaceAll(/\s+/g, ' ');
  }

  /** Synthesizes what has to be possible. */
  synthesize(): void {
    this.stack.must(this.stack.synth());
  }

  synthesizeWithoutLock(): void {
    this.stack.removeIfThere('projects.lock.yaml');
    this.synthesize();
  }

  request(deletion: Json): void {
    this.stack.requestDeletions(deletion);
    this.synthesize();
  }

  /** What Terraform says, on one line. */
  terraform(...args: readonly string[]): string {
    return this.stack.terraform('production', ...args).flat;
  }

  plan(...args: readonly string[]): string {
    return this.terraform('plan', '-input=false', ...args);
  }

  apply(...args: readonly string[]): string {
    return this.stack.apply('production', ...args).flat;
  }

  /** What the review says of a plan that Terraform makes. `behind` makes the trusted time earlier. */
  async gate(args: readonly string[] = [], behind = 0): Promise<string> {
    const planned = this.stack.plan('production', '-out=attempt.tfplan', ...args);
    if (planned.code !== 0) throw new Error(`There is no plan to review: ${planned.flat}`);
    const text = this.stack.terraform('production', 'show', '-json', 'attempt.tfplan').stdout;
    const approvers = [{ id: 'bob@example.org', kubernetesUser: 'bob' }];
    const now = new Date(Date.now() - behind * 1000);
    const { why, verdict } = await reviewOf(
      text,
      { approvers, now, trustsFile: true },
      'production',
    );
    return [verdict, ...why.map(({ code, message }) => `${code}: ${message}`)].join('\n');
  }

  /** Changes the synthesized stack, as someone could who edits what a pipeline applies. */
  edit(change: (json: StackJson) => void): void {
    const json = JSON.parse(this.stack.read(STACK_FILE));
    change(json);
    writeFileSync(this.path(STACK_FILE), JSON.stringify(json));
  }

  /** Read from the file: Terraform would start its provider to show it. */
  address({ resource: [type, name] }: Subject): string {
    const { resources }: StateFile = JSON.parse(this.stack.read(STATE));
    for (const it of resources.filter((each) => each.type === type)) {
      for (const { index_key: index, attributes } of it.instances) {
        const [metadata] = Object(attributes['metadata'] ?? []);
        if (Object(metadata).name !== name) continue;
        return `${type}.${it.name}${index === undefined ? '' : `[${index}]`}`;
      }
    }
    throw new Error(`no ${type} ${name} in state`);
  }

  record(kind: string): string {
    const found = this.stack
      .state('production')
      .find((it) => Object(it.values['input']).kind === kind);
    return found?.address ?? `no ${kind}`;
  }

  /** A line of words, and what is no word. */
  kubectl(as: User, line: string, ...more: readonly string[]): string {
    return this.plane.kubectlAs(as, ...line.split(' '), ...more).output.replaceAll(/\s+/g, ' ');
  }

  async patch(as: User, path: string, body: unknown): Promise<string> {
    const { message, status } = await this.plane.ask(path, { method: 'PATCH', body, as });
    return `${status} ${message}`;
  }

  async post(as: User, path: string, body: unknown): Promise<string> {
    const { message, status } = await this.plane.ask(path, { method: 'POST', body, as });
    return `${status} ${message}`;
  }

  async put(as: User, path: string, body: unknown): Promise<string> {
    const { message, status } = await this.plane.ask(path, { method: 'PUT', body, as });
    return `${status} ${message}`;
  }

  async delete(as: User, path: string): Promise<string> {
    const { message, status } = await this.plane.ask(path, { method: 'DELETE', as });
    return `${status} ${message}`;
  }

  path(name: string): string {
    return join(this.stack.folder, name);
  }
}

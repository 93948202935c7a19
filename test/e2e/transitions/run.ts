import { durationOf } from '../../../lib/base/duration.js';
import type { ClusterRules } from '../../../lib/cluster/rules.js';
import { type Answer, ControlPlane } from '../../support/control-plane.js';
import { enforce, eventually } from '../../support/enforced.js';
import { seconds } from '../../support/scratch.js';
import { Dice, drawPatch, merged, PEOPLE, type Place, patched } from './draws.js';
import { type Item, passesAs, type Request } from './model.js';
import { collectionOf, heldObject, PHASES, projectObjects, protection } from './projects.js';

export const RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(20),
  slack: durationOf(8),
  pipelines: ['deploy'],
  approvers: ['bob', 'carol'],
};
const PERIOD = '30s';
/** Until the time that the policies see is surely past a deadline that is set at the beginning. */
const OVER = 45;
/** A lease is renewed every 10 seconds, and later on a busy machine. */
const LAG = 30;

interface Drawn {
  readonly request: Request;
  readonly answer: Answer;
  readonly what: string;
}

/** What came of a number of requests that were drawn at random. */
export interface Outcome {
  readonly allowed: number;
  readonly refused: number;
  /** Those that the API server refuses for reasons of its own, or that come while the lease lags. */
  readonly others: number;
  /** How often something passed as a row: `UPDATE edit`. */
  readonly rows: ReadonlyMap<string, number>;
  /** Where the table says something else than the API server did. */
  readonly differences: readonly string[];
}

class Tally implements Outcome {
  allowed = 0;
  refused = 0;
  others = 0;
  readonly rows = new Map<string, number>();
  readonly differences: string[] = [];

  add({ request, answer: { status, message }, what }: Drawn): void {
    const isAllowed = status < 300;
    if ((!isAllowed && !message.includes('ValidatingAdmissionPolicy')) || isUndecided(request)) {
      this.others += 1;
      return;
    }
    const passed = passesAs(request, RULES);
    this[isAllowed ? 'allowed' : 'refused'] += 1;
    for (const row of passed) {
      const key = `${request.operation} ${row}`;
      this.rows.set(key, (this.rows.get(key) ?? 0) + 1);
    }
    if (isAllowed === passed.length > 0) return;
    const table = passed.length > 0 ? passed.join(', ') : 'refuse';
    this.differences.push(`${what}\n  table: ${table}\n  server: ${status} ${message}`);
  }
}

/** Whether a deadline came so lately that the lease may say that it didn't. */
function isUndecided({ operation, old, namespace, now }: Request): boolean {
  const since = [old, namespace].map(
    (it) =>
      now.getTime() - Date.parse(it?.metadata.annotations?.['reprieve.dev/reclaim-after'] ?? ''),
  );
  return operation === 'DELETE' && since.some((it) => it >= -1000 && it < LAG * 1000);
}

/** Projects that live, are soft-deleted, and are over, on a real API server. */
export class Projects {
  private readonly places: Place[] = [];
  private readonly begun = Date.now();

  private constructor(
    private readonly plane: ControlPlane,
    private readonly dice: Dice,
  ) {}

  static async start(seed: number, kubernetes?: string): Promise<Projects> {
    const plane = await ControlPlane.start({ kubernetes });
    try {
      await enforce(plane, RULES);
      const projects = new Projects(plane, new Dice(seed));
      for (const phase of PHASES) await projects.create(phase);
      return projects;
    } catch (error) {
      plane.stop();
      throw error;
    }
  }

  stop(): void {
    this.plane.stop();
  }

  private async create(phase: string): Promise<void> {
    const objects = [...projectObjects(phase, PERIOD), heldObject(phase, PERIOD)];
    for (const { collection, body, place } of objects) {
      const { status, message } = await this.ask(collection, 'POST', 'deploy', body);
      // Kubernetes has made one of them already.
      if (status !== 201 && status !== 409) throw new Error(`${place.path}: ${message}`);
      this.places.push(place);
    }
    await this.approve(`${collectionOf(phase, '/configmaps')}/declared`, 'live');
    if (phase === 'live') return;
    const deadline = inSeconds(phase === 'gone' ? 7200 : 30);
    const metadata = {
      labels: { 'reprieve.dev/state': 'soft-deleted' },
      annotations: { 'reprieve.dev/reclaim-after': deadline },
    };
    for (const { path } of this.places.filter((it) => it.project === phase)) {
      if (!/\/(declared|held|gone|over)$/.test(path)) continue;
      const { message } = await this.ask(path, 'PATCH', 'deploy', { metadata });
      if (message !== '') throw new Error(`${path}: ${message}`);
    }
    await this.approve(`${collectionOf(phase, '/secrets')}/declared`, deadline);
  }

  private async approve(path: string, stands: string): Promise<void> {
    const { uid } = (await this.plane.get<Item>(path)).metadata;
    const key = 'reprieve.dev/hard-delete-approved';
    const annotations = { [key]: `bob ${uid} ${inSeconds(3600)} ${stands}` };
    const { message } = await this.ask(path, 'PATCH', 'bob', { metadata: { annotations } });
    if (message !== '') throw new Error(`${path}: ${message}`);
  }

  private ask(path: string, method: 'POST' | 'PATCH' | 'DELETE', actingAs: string, body?: unknown) {
    return this.plane.ask(path, { method, actingAs, ...(body === undefined ? {} : { body }) });
  }

  /** Draws requests, and holds what the API server answered against the table. */
  async draw(count: number): Promise<Outcome> {
    const tally = new Tally();
    for (let index = 0; index < count; index += 1) {
      if (index === Math.floor(count / 2)) await this.untilOver();
      const drawn = await this.one(index >= count / 2 ? PHASES : ['live', 'gone']);
      if (drawn !== undefined) tally.add(drawn);
    }
    return tally;
  }

  private async untilOver(): Promise<void> {
    await seconds(Math.max(0, this.begun + OVER * 1000 - Date.now()) / 1000);
    const held = `${collectionOf('over', '/configmaps')}/held`;
    await eventually(async () => (await this.ask(held, 'DELETE', 'ann')).status === 200);
  }

  private async one(phases: readonly string[]): Promise<Drawn | undefined> {
    const { dice } = this;
    const place = dice.pick(this.places.filter(({ project }) => phases.includes(project)));
    const old = await this.read(place.path);
    if (old === undefined) return undefined;
    const user = dice.pick(PEOPLE);
    const around = place.resource === '/namespaces' ? undefined : await this.around(place);
    const { resource } = place;
    const base = {
      resource,
      user,
      now: new Date(),
      ...(around === undefined ? {} : { namespace: around }),
    };
    const drawing = { dice, place, user, old, now: base.now };
    if (dice.chance(0.12)) {
      const request: Request = { ...base, operation: 'DELETE', old };
      return this.send(request, `${place.path}?dryRun=All`, 'DELETE');
    }
    if (dice.chance(0.1) && resource !== '/namespaces') {
      const object = this.newObject(place, old, drawPatch(drawing));
      const request: Request = { ...base, operation: 'CREATE', object };
      const path = `${collectionOf(place.project, resource)}?dryRun=All`;
      return this.send(request, path, 'POST', object);
    }
    if (resource === 'apps/deployments' && dice.chance(0.2)) {
      const request: Request = { ...base, operation: 'UPDATE', subresource: 'scale', old };
      const body = { spec: { replicas: 1 } };
      return this.send(request, `${place.path}/scale?dryRun=All`, 'PATCH', body);
    }
    const isStatus = place.hasStatus && dice.chance(0.3);
    const subresource = isStatus ? 'status' : undefined;
    const patch = drawPatch(drawing);
    const object = patched(old, patch, subresource);
    const request: Request = { ...base, operation: 'UPDATE', old, object };
    // Where a project stands is the same throughout; its objects move.
    const dry = resource === '/namespaces' || dice.chance(0.3) ? '?dryRun=All' : '';
    return this.send(request, `${place.path}${isStatus ? '/status' : ''}${dry}`, 'PATCH', patch);
  }

  private newObject({ project }: Place, old: Item, patch: object): Item {
    const { metadata: _metadata, status: _status, ...content } = Object(old);
    const marks = this.dice.chance(0.6) ? protection(project, PERIOD) : {};
    const base = { ...content, metadata: { name: 'new', ...marks } };
    return Object(merged(base, { metadata: Object(patch).metadata }, false));
  }

  private async send(
    request: Request,
    path: string,
    method: 'POST' | 'PATCH' | 'DELETE',
    body?: object,
  ): Promise<Drawn> {
    const answer = await this.ask(path, method, request.user, body);
    const what = `${request.user}: ${method} ${path} ${JSON.stringify(body ?? {})}; before: ${JSON.stringify(
      { ...request.old?.metadata, managedFields: undefined },
    )}`;
    return { request, answer, what };
  }

  private async read(path: string): Promise<Item | undefined> {
    const { status, body } = await this.plane.ask(path);
    return status === 200 ? JSON.parse(body) : undefined;
  }

  private around({ project }: Place): Promise<Item> {
    return this.plane.get<Item>(`/api/v1/namespaces/${project}`);
  }
}

function inSeconds(count: number): string {
  return new Date(Date.now() + count * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

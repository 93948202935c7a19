import type { Item, Request } from './model.js';

/** Numbers that are the same in every run, so that what failed can be tried again. */
export class Dice {
  constructor(private state: number) {}

  /** @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
  next(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return this.state / 2 ** 32;
  }

  chance(of: number): boolean {
    return this.next() < of;
  }

  pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.next() * list.length)];
    if (found === undefined) throw new Error('There is nothing to pick from.');
    return found;
  }
}

export const PEOPLE = [
  'deploy',
  'deploy',
  'deploy',
  'ann',
  'bob',
  'BOB',
  'carol',
  'root',
  'system:kube-controller-manager',
  'system:serviceaccount:kube-system:root-ca-cert-publisher',
  'system:serviceaccount:kube-system:statefulset-controller',
  'system:serviceaccount:kube-system:deployment-controller',
  'system:serviceaccount:default:statefulset-controller',
] as const;

/** An object that requests are about. */
export interface Place {
  readonly project: string;
  readonly resource: string;
  readonly path: string;
  /** Whether an update of its status takes labels and annotations. */
  readonly hasStatus: boolean;
}

/** What a change of the content is, by kind: a merge patch. */
const CONTENTS: Readonly<Record<string, readonly object[]>> = {
  '/secrets': [{ data: { a: 'eA==' } }, { data: { b: 'eQ==' } }, { data: null }],
  '/configmaps': [{ data: { MODE: 'half' } }, { data: { x: 'y' } }, { data: null }],
  '/serviceaccounts': [{ automountServiceAccountToken: false }],
  '/resourcequotas': [{ spec: { hard: { pods: '0' } } }, { spec: { hard: { pods: '7' } } }],
  '/services': [{ spec: { publishNotReadyAddresses: true } }],
  'batch/cronjobs': [{ spec: { suspend: false } }, { spec: { schedule: '1 1 1 1 *' } }],
  'apps/deployments': [{ spec: { paused: true } }, { spec: { minReadySeconds: 3 } }],
  'rbac.authorization.k8s.io/roles': [
    { rules: [] },
    { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  ],
  'networking.k8s.io/networkpolicies': [{ spec: { podSelector: { matchLabels: { a: 'b' } } } }],
};

const OWNER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '0-0-0' };
const at = (now: Date, seconds: number) =>
  new Date(now.getTime() + seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
const label = (key: string, value: string | null) => ({
  metadata: { labels: { [key]: value } },
});
const note = (key: string, value: string | null) => ({
  metadata: { annotations: { [key]: value } },
});

interface Drawing {
  readonly dice: Dice;
  readonly place: Place;
  readonly user: string;
  readonly old: Item;
  readonly now: Date;
}

const deadlineOf = ({ metadata }: Item) => metadata.annotations?.['reprieve.dev/reclaim-after'];

function someDeadline({ dice, old, now }: Drawing): string | null {
  const before = Date.parse(deadlineOf(old) ?? '');
  const moved = (by: number) => at(new Date(before), by);
  const around = Number.isNaN(before) ? [] : [moved(600), moved(-600)];
  return dice.pick([at(now, 7200), at(now, 7200), at(now, 2), '9999', 'soon', null, ...around]);
}

function someApproval({ dice, user, old, now }: Drawing): string | null {
  const stands = deadlineOf(old) ?? 'live';
  const uid = old.metadata.uid ?? '';
  const soon = at(now, 3600);
  return dice.pick([
    `${user} ${uid} ${soon} ${stands}`,
    `${user} ${uid} ${soon} ${stands}`,
    `${user.toUpperCase()} ${uid} ${soon} ${stands}`,
    `bob ${uid} ${soon} ${stands}`,
    `${user} 1-1-1 ${soon} ${stands}`,
    `${user} ${uid} ${soon} ${at(now, 1)}`,
    `${user} ${uid} ${soon}`,
    `${user} ${uid} ${at(now, -600)} ${stands}`,
    `${user} ${uid} ${at(now, 30 * 24 * 3600)} ${stands}`,
    null,
    null,
  ]);
}

function someShorter({ dice, user, old }: Drawing): string | null {
  const uid = old.metadata.uid ?? '';
  const from = old.metadata.annotations?.['reprieve.dev/period'] ?? '';
  return dice.pick([
    `${user} ${uid} ${from} 30s`,
    `bob ${uid} ${from} 30s`,
    `${user} ${uid} ${from} 5s`,
    `${user} ${uid} 9h 30s`,
    null,
  ]);
}

/** Each is a change of one thing, as a merge patch. */
const CHANGES: readonly ((drawing: Drawing) => object)[] = [
  ({ dice, place }) => dice.pick(CONTENTS[place.resource] ?? [{}]),
  ({ dice, place }) => dice.pick(CONTENTS[place.resource] ?? [{}]),
  ({ dice }) => label('team', dice.pick(['one', 'two', null])),
  ({ dice }) => note('example.org/note', dice.pick(['one', 'two', null])),
  ({ dice }) => label('reprieve.dev/protected', dice.pick(['true', 'false', null])),
  ({ dice }) => label('reprieve.dev/project', dice.pick(['other', null])),
  ({ dice }) => label('reprieve.dev/state', dice.pick(['soft-deleted', 'active', null])),
  (it) => note('reprieve.dev/reclaim-after', someDeadline(it)),
  (it) => note('reprieve.dev/reclaim-after', someDeadline(it)),
  ({ dice }) => note('reprieve.dev/period', dice.pick(['3h', '30s', '25s', '5s', 'x', '9h', null])),
  ({ dice }) => note('reprieve.dev/project-name', dice.pick(['a', 'b'])),
  ({ dice }) => note('reprieve.dev/data-revision', dice.pick(['1', '2', null])),
  (it) => note('reprieve.dev/hard-delete-approved', someApproval(it)),
  (it) => note('reprieve.dev/hard-delete-approved', someApproval(it)),
  (it) => note('reprieve.dev/shorter-period-approved', someShorter(it)),
  ({ dice }) => ({ metadata: { ownerReferences: dice.pick([[OWNER], null]) } }),
  () => ({ metadata: { managedFields: [{}] } }),
  ({ dice }) => ({ metadata: { finalizers: dice.pick([['example.org/hold'], null]) } }),
];

const together = (...patches: readonly object[]) =>
  patches.reduce<object>((all, each) => merged(all, each), {});

/** What Terraform does in one request. */
const WHOLE: readonly ((drawing: Drawing) => object)[] = [
  (it) =>
    together(
      label('reprieve.dev/state', 'soft-deleted'),
      note('reprieve.dev/reclaim-after', someDeadline(it)),
    ),
  (it) => note('reprieve.dev/reclaim-after', someDeadline(it)),
  () => together(label('reprieve.dev/state', 'active'), note('reprieve.dev/reclaim-after', null)),
  ({ dice, place }) =>
    together(
      dice.pick(CONTENTS[place.resource] ?? [{}]),
      note('reprieve.dev/data-revision', dice.pick(['1', '2', '3'])),
    ),
  ({ place }) =>
    together(
      label('reprieve.dev/protected', 'true'),
      label('reprieve.dev/project', place.project),
      note('reprieve.dev/period', '60s'),
    ),
];

/** A merge patch, of one change or a few together. */
export function drawPatch(drawing: Drawing): object {
  const { dice } = drawing;
  const patches = dice.chance(0.35) ? [dice.pick(WHOLE)(drawing)] : [dice.pick(CHANGES)(drawing)];
  while (dice.chance(0.25)) patches.push(dice.pick(CHANGES)(drawing));
  return together(...patches);
}

/** A merge patch applied to an object, as RFC 7386 says. */
export function merged(target: unknown, patch: unknown, keepsNull = true): object {
  const result: Record<string, unknown> = { ...Object(target) };
  for (const [key, value] of Object.entries(Object(patch))) {
    if (value === null && !keepsNull) delete result[key];
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      result[key] = merged(result[key] ?? {}, value, keepsNull);
    } else result[key] = value;
  }
  return result;
}

/** What the API server makes of a patch; of one to the status, only metadata counts. */
export function patched(old: Item, patch: object, subresource: Request['subresource']): Item {
  const { managedFields: _kept, ...metadata } = Object(Object(patch).metadata);
  const counts = subresource === 'status' ? { metadata } : patch;
  const next = Object(merged(old, counts, false));
  if (next.metadata.ownerReferences?.length === 0) delete next.metadata.ownerReferences;
  return next;
}

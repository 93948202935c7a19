import { readFileSync } from 'node:fs';
import { durationOf } from '../../lib/base/duration.js';
import { admissionPolicies } from '../../lib/cluster/admission-policies.js';
import type { Asking } from '../../test/support/control-plane.js';
import { marks, PROJECT } from '../../test/support/protected.js';

const SLACK = 1200;

/** Just longer than the slack, so that what is soft-deleted can be deleted a little later. */
export const PERIOD = `${SLACK / 60}m10s`;

const RULES = {
  clock: 'lease',
  floor: durationOf(10),
  slack: durationOf(SLACK),
  pipelines: ['deploy'],
  approvers: ['bob'],
} as const;

/** How much content an object has; the last has it in very many keys. */
export const SIZES = ['1 KB', '10 KB', '1 MiB', '1 MiB in 5000 keys'] as const;
export type Size = (typeof SIZES)[number];

const CONTENT: Readonly<Record<Size, readonly [keys: number, bytes: number]>> = {
  '1 KB': [4, 250],
  '10 KB': [10, 1000],
  '1 MiB': [16, 64_000],
  '1 MiB in 5000 keys': [5000, 200],
};

/** What is measured: no policies, ours, and those of the files. */
export function sets(files: readonly string[]): readonly (readonly [string, readonly unknown[]])[] {
  return [
    ['none', []],
    ['policies', admissionPolicies(RULES)],
    ...files.map((file): [string, readonly unknown[]] => [
      file,
      JSON.parse(readFileSync(file, 'utf8')),
    ]),
  ];
}

const SECRETS = `/api/v1/namespaces/${PROJECT}/secrets`;
const STATES = ['live', 'deleted'] as const;
const nameOf = (size: Size, state: (typeof STATES)[number]) =>
  `${state}-${size.toLowerCase().replaceAll(' ', '-')}`;
/** The object that a turn deletes. */
const endOf = (size: Size, turn: number) => `${nameOf(size, 'deleted')}-${turn}`;
const pathOf = (size: Size, state: (typeof STATES)[number]) => `${SECRETS}/${nameOf(size, state)}`;

const random = () => String(Math.random()).slice(2);

function data(size: Size): Readonly<Record<string, string>> {
  const [keys, bytes] = CONTENT[size];
  const value = Buffer.alloc(bytes, 'x').toString('base64');
  return Object.fromEntries(Array.from({ length: keys }, (_, at) => [`key-${at}`, value]));
}

function secret(name: string, size: Size) {
  return { metadata: { name, ...marks(PERIOD) }, type: 'Opaque', data: data(size) };
}

const changed = (size: Size) => ({
  ...data(size),
  'key-0': Buffer.from(random()).toString('base64'),
});

/** The deadline as of now, which may be moved later. */
const deadline = (ahead: number) =>
  `${new Date(Date.now() + ahead * 1000).toISOString().slice(0, 19)}Z`;

const softDeleted = () => ({
  metadata: {
    labels: { 'reprieve.dev/state': 'soft-deleted' },
    annotations: { 'reprieve.dev/reclaim-after': deadline(20) },
  },
});

type Send = (path: string, asking: Asking) => Promise<number>;

/**
 * Makes the project, and what is in it: live, and soft-deleted with a deadline that has come, of which
 * each turn of each size can really delete one.
 */
export async function prepare(send: Send, turns: (size: Size) => number): Promise<void> {
  const namespace = { metadata: { name: PROJECT, ...marks(PERIOD) } };
  await send('/api/v1/namespaces', { method: 'POST', body: namespace, as: 'deploy' });
  const create = (name: string, size: Size) =>
    send(SECRETS, { method: 'POST', body: secret(name, size), as: 'deploy' });
  const softDelete = async (name: string, size: Size) => {
    await create(name, size);
    await send(`${SECRETS}/${name}`, { method: 'PATCH', body: softDeleted(), as: 'deploy' });
  };
  for (const size of SIZES) {
    await create(nameOf(size, 'live'), size);
    await softDelete(nameOf(size, 'deleted'), size);
    for (let turn = 0; turn < turns(size); turn += 1) await softDelete(endOf(size, turn), size);
  }
  await new Promise((done) => setTimeout(done, 30_000));
}

const patch = (body: unknown, as: 'ann' | 'deploy'): Asking => ({ method: 'PATCH', body, as });

/** The one that can't be repeated. */
export const DELETE = 'DELETE';

/** Every request that is measured, by its name. All of them are allowed. */
export const requests: Readonly<Record<string, (size: Size, turn: number) => [string, Asking]>> = {
  'PATCH a label': (size) => [
    pathOf(size, 'live'),
    patch({ metadata: { labels: { round: random() } } }, 'ann'),
  ],
  'PATCH nothing': (size) => [pathOf(size, 'live'), patch({}, 'ann')],
  'PATCH content': (size) => [
    pathOf(size, 'live'),
    patch({ data: { 'key-1': Buffer.from(random()).toString('base64') } }, 'deploy'),
  ],
  'PUT content': (size) => [
    pathOf(size, 'live'),
    {
      method: 'PUT',
      body: { ...secret(nameOf(size, 'live'), size), data: changed(size) },
      as: 'deploy',
    },
  ],
  'CREATE (dry run)': (size) => [
    `${SECRETS}?dryRun=All`,
    { method: 'POST', body: secret(`new-${random()}`, size), as: 'deploy' },
  ],
  'PATCH nothing, soft-deleted': (size) => [pathOf(size, 'deleted'), patch({}, 'ann')],
  'RESTORE (dry run)': (size) => [
    `${pathOf(size, 'deleted')}?dryRun=All`,
    patch(
      {
        metadata: {
          labels: { 'reprieve.dev/state': 'active' },
          annotations: { 'reprieve.dev/reclaim-after': null },
        },
      },
      'deploy',
    ),
  ],
  'DELETE (dry run)': (size) => [
    `${pathOf(size, 'deleted')}?dryRun=All`,
    { method: 'DELETE', as: 'ann' },
  ],
  [DELETE]: (size, turn) => [`${SECRETS}/${endOf(size, turn)}`, { method: 'DELETE', as: 'ann' }],
};

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

const sorted = (list: readonly number[]) => list.toSorted((a, b) => a - b);

/** One line: the medians, and what each set adds to the first within a turn. */
export function measured(
  what: string,
  names: readonly string[],
  turns: readonly (readonly number[])[],
): string {
  const of = (at: number) => sorted(turns.map((turn) => turn[at] ?? Number.NaN));
  const added = (at: number) =>
    sorted(turns.map((turn) => (turn[at] ?? Number.NaN) - (turn[0] ?? Number.NaN)));
  const text = (list: readonly number[], part: number) => quantile(list, part).toFixed(2);
  const parts = names.map((name, at) => {
    const median = `${name} ${text(of(at), 0.5)}`;
    if (at === 0) return median;
    const list = added(at);
    return `${median} (+${text(list, 0.5)}, ${text(list, 0.25)} to ${text(list, 0.75)})`;
  });
  return `${what}: ${parts.join('; ')} ms`;
}

import { relative, resolve } from 'node:path';
import { memberOf } from '../../base/guards.js';
import { quote } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import { keyText } from '../../encryption/configuration.js';
import { keyOf } from '../../encryption/stored-object.js';
import { lockedProject } from '../../files/projects-lock.js';
import { stackSettings } from '../../files/settings.js';
import { goesWith } from '../../model/deletion-target.js';
import { KINDS } from '../../model/kinds.js';
import type { Entry } from '../../state/inventory.js';
import {
  type DataPlace,
  type StatePlace,
  type StoredDatum,
  storedData,
} from '../../state/stored-data.js';
import { clusterOf } from '../cluster/access.js';
import { type StandingOptions, withCluster } from '../cluster/standing.js';
import { type EtcdOptions, etcdOf, storedObjects } from '../encryption/etcd-options.js';
import { kindsOf } from '../encryption/reading.js';
import { backendOf } from '../evidence/take.js';
import { EXIT, type ExitCode, type Io, misuse, print } from '../terminal/io.js';
import { type DisplayOptions, printData, sayDifferences, talk } from '../terminal/output.js';
import { type Inventory, sayUnread, takeInventory } from '../workspace/inventory.js';
import { Workspace } from '../workspace/workspace.js';

export interface DataListOptions extends DisplayOptions, StandingOptions, EtcdOptions {
  readonly stack?: string;
}

/** `data list`: what is stored where, who encrypts it, what ends it and what is left elsewhere. */
export async function listData(
  io: Io,
  target: string | undefined,
  options: DataListOptions,
): Promise<ExitCode> {
  talk(io, options, 'Getting what is stored...');
  const workspace = Workspace.find(io);
  const settings = workspace.settings();
  const read = await takeInventory(io, workspace, options.stack);
  const isAsked = (entry: Entry) => target === undefined || goesWith(target, entry.target);
  const inventory = await withCluster(io, read, options, isAsked);
  const entries = inventory.residents.filter(isAsked);
  if (target !== undefined && entries.length === 0) misuse(noTarget(target, inventory));
  const stored = await storedBy(io, options);
  const known = storedData({
    entries,
    lock: inventory.lock,
    periodOf: (stack) => stackSettings(settings, stack).period.text,
    stateOf: (stack) => statePlace(workspace, inventory, stack),
    ...(stored === undefined ? {} : { stored }),
  });
  const undeclared =
    options.cluster === true ? await undeclaredIn(io, options, inventory, entries) : [];
  sayUnread(io, inventory);
  printData(io, options, { schemaVersion: 1, data: known, undeclared }, () => textOf(known));
  if (options.output === undefined) {
    for (const each of undeclared) {
      print(
        io,
        `undeclared: ${each.kind} ${each.name} in namespace ${each.namespace} (${each.stack}): deleted with the namespace`,
      );
    }
    if (options.quiet !== true) sayDifferences(io, entries);
  }
  return inventory.unread.length === 0 ? EXIT.ok : EXIT.engine;
}

/** A local state has a path that can be shown; of other backends the engine alone knows more. */
function statePlace(workspace: Workspace, { stacks }: Inventory, name: string): StatePlace {
  const stack = stacks.find((each) => each.name === name);
  if (stack === undefined) return { file: undefined, plans: 'cdktf.out/plans' };
  const { name: backend, settings } = backendOf(stack);
  const path = memberOf(settings, 'path') ?? 'terraform.tfstate';
  const isFile = backend === 'local' && typeof path === 'string';
  const shown = (...parts: readonly string[]) =>
    relative(workspace.folder, resolve(stack.folder, ...parts));
  return { file: isFile ? shown(path) : undefined, plans: shown('..', '..', 'plans') };
}

/** An object in a project's namespace that nothing declares: it shares the project's fate. */
interface Undeclared {
  readonly stack: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

const HOLDING = ['secrets', 'configmaps', 'cronjobs.batch', 'jobs.batch', 'pods'];

async function undeclaredIn(
  io: Io,
  options: DataListOptions,
  inventory: Inventory,
  entries: readonly Entry[],
): Promise<readonly Undeclared[]> {
  const found: Undeclared[] = [];
  for (const stack of inventory.stacks.filter(({ target }) => target === 'kubernetes')) {
    const own = entries.filter((each) => each.stack === stack.name);
    const projects = new Map(
      own.map((each) => [lockedProject(inventory.lock, each)?.namespace, each]),
    );
    const declared = new Set(own.flatMap((each) => objectOf(inventory, each) ?? []));
    for (const [namespace] of projects) {
      if (namespace === undefined) continue;
      for (const { kind, metadata } of await clusterOf(io, options, stack).metadata(
        namespace,
        HOLDING,
      )) {
        const name = String(memberOf(metadata, 'name') ?? '');
        if (declared.has(`${namespace}/${kind}/${name}`)) continue;
        found.push({ stack: stack.name, namespace, kind, name });
      }
    }
  }
  return found;
}

function objectOf({ lock }: Inventory, entry: Entry): string | undefined {
  const namespace = lockedProject(lock, entry)?.namespace;
  const { item } = entry;
  if (namespace === undefined || item === undefined || item.kind === 'resources') return undefined;
  const { kind, nameFor } = KINDS[item.kind].object;
  return `${namespace}/${kind}/${nameFor(item.name)}`;
}

/** By what etcd shows each object to be encrypted; undefined where etcd was not named. */
async function storedBy(io: Io, options: DataListOptions) {
  const etcd = etcdOf(io, options);
  if (etcd === undefined) return undefined;
  const { objects } = await storedObjects(etcd, kindsOf(), options);
  const texts = new Map(
    objects.map((each) => {
      const key = keyOf(each);
      const text = key === undefined ? 'not known' : keyText(key);
      const shown = text === 'identity' ? 'nobody: plain text, as stored' : `${text}, as stored`;
      return [`${each.resource}/${each.namespace}/${each.name}`, shown] as const;
    }),
  );
  return (resource: string, namespace: string, name: string) =>
    texts.get(`${resource}/${namespace}/${name}`);
}

/** A block for each datum: where it is, and below, what none of these deletions reaches. */
function textOf(data: readonly StoredDatum[]): string {
  if (data.length === 0) return 'Nothing is stored.';
  const places = data.flatMap((each) => each.places);
  const widths = [2, ...(['place', 'where', 'holds'] as const).map((key) => widest(places, key))];
  const blocks = data.map((datum) => {
    const rows = datum.places.map((it) => ['', it.place, it.where, it.holds, it.encryptedBy]);
    const lines = rows.map((row) =>
      row
        .map((cell, at) => (at === 0 ? '' : cell.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    );
    return [
      `${datum.target}: ${kindText(datum)}, ${datum.status}`,
      ...lines,
      `  ${endText(datum)}`,
    ].join('\n');
  });
  const left = new Map<string, Set<string>>();
  for (const { kind, leftElsewhere } of data) {
    for (const each of leftElsewhere) left.set(each, (left.get(each) ?? new Set()).add(kind));
  }
  const rest = [...left].map(([what, kinds]) => `  ${what} (${[...kinds].join(', ')})`);
  return [...blocks, ['Left elsewhere after the deletion:', ...rest].join('\n')].join('\n\n');
}

function widest(places: readonly DataPlace[], key: 'place' | 'where' | 'holds'): number {
  return Math.max(...places.map((each) => each[key].length));
}

function kindText({ kind, name }: StoredDatum): string {
  return kind === 'image reference' ? `${kind} ${name}` : kind;
}

function endText({ end }: StoredDatum): string {
  if (end.by === 'over') return 'Deleted. What is listed here is left.';
  return end.at === null
    ? `Deleted ${end.period} after a deletion request is deployed.`
    : `Deleted by the first deploy after ${end.at}; recoverable until then.`;
}

function noTarget(target: string, { residents }: Inventory) {
  const names = residents.map((each) => each.target);
  return {
    code: 'cli/not-found',
    message: `There is no target ${quote(target)}.${didYouMean(target, names)}`,
    remedy: 'npx reprieve list shows what there is.',
  };
}

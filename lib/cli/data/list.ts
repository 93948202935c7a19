import { relative, resolve } from 'node:path';
import { inert, quote, quoteName } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import { keyText } from '../../encryption/configuration.js';
import { keyOf } from '../../encryption/stored-object.js';
import { stackSettings } from '../../files/settings.js';
import { goesWith } from '../../model/deletion-target.js';
import type { Entry } from '../../state/inventory.js';
import { NOT_IN_ETCD, storedData } from '../../state/stored-data.js';
import { type StandingOptions, withCluster } from '../cluster/standing.js';
import { type EtcdOptions, etcdOf, storedObjects } from '../encryption/etcd-options.js';
import { kindsOf } from '../encryption/reading.js';
import { backendOf } from '../evidence/take.js';
import { EXIT, type ExitCode, type Io, misuse, print } from '../terminal/io.js';
import { type DisplayOptions, printData, sayDifferences, talk } from '../terminal/output.js';
import { type Inventory, sayUnread, takeInventory } from '../workspace/inventory.js';
import { Workspace } from '../workspace/workspace.js';
import { objectsIn, placeText, undeclaredIn } from './objects.js';
import { textOf, undeclaredText } from './text.js';

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
  const stored = await storedBy(io, options, inventory);
  const objects = options.cluster === true ? await objectsIn(io, options, inventory, entries) : [];
  const copies = new Set(objects.filter(({ hasCopy }) => hasCopy).map(placeText));
  const known = storedData({
    entries,
    lock: inventory.lock,
    periodOf: (stack) => stackSettings(settings, stack).period.text,
    backendOf: (name) => {
      const stack = inventory.stacks.find((each) => each.name === name);
      return stack === undefined ? undefined : backendOf(stack);
    },
    shown: (path) => relative(workspace.folder, path),
    plansOf: (name) => {
      const stack = inventory.stacks.find((each) => each.name === name);
      return stack && relative(workspace.folder, resolve(stack.folder, '..', '..', 'plans'));
    },
    hasCopy: (stack, kind, namespace, name) =>
      copies.has(placeText({ stack, kind, namespace, name })),
    ...(stored === undefined ? {} : { stored }),
  });
  // Who asks for one item asks for nothing else of its namespace.
  const isWhole = target === undefined || !target.includes('/');
  const undeclared = isWhole ? undeclaredIn(inventory, objects) : [];
  sayUnread(io, inventory);
  printData(io, options, { schemaVersion: 1, data: known, undeclared }, () => textOf(known));
  if (options.output === undefined) {
    for (const each of undeclared) print(io, undeclaredText(each));
    if (options.quiet !== true) sayDifferences(io, entries);
  }
  return inventory.unread.length === 0 ? EXIT.ok : EXIT.engine;
}

/** By what etcd shows each object to be encrypted; undefined where etcd was not named. */
async function storedBy(io: Io, options: DataListOptions, { stacks }: Inventory) {
  const etcd = etcdOf(io, options);
  if (etcd === undefined) return undefined;
  const clusters = stacks.filter(({ target }) => target === 'kubernetes');
  // Two clusters may have objects of the same name.
  if (clusters.length > 1) misuse(severalClusters(clusters.map(({ name }) => name)));
  const { objects } = await storedObjects(etcd, kindsOf(), options);
  const texts = new Map(
    objects.map((each) => {
      const key = keyOf(each);
      const text = key === undefined ? 'not known' : inert(keyText(key));
      const shown = text === 'identity' ? 'nobody: plain text, as stored' : `${text}, as stored`;
      return [`${each.resource}/${each.namespace}/${each.name}`, shown] as const;
    }),
  );
  return (resource: string, namespace: string, name: string) =>
    texts.get(`${resource}/${namespace}/${name}`) ?? NOT_IN_ETCD;
}

function severalClusters(names: readonly string[]) {
  return {
    code: 'cli/stack',
    message: 'The app has several stacks on clusters, and an etcd belongs to one cluster.',
    remedy: `Name the stack by --stack: ${names.map(quoteName).join(', ')}.`,
  };
}

function noTarget(target: string, { residents }: Inventory) {
  const names = residents.map((each) => each.target);
  return {
    code: 'cli/not-found',
    message: `There is no target ${quote(target)}.${didYouMean(target, names)}`,
    remedy: 'npx reprieve list shows what there is.',
  };
}

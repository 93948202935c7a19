import { escapeInvisible } from '../../base/inert.js';
import { readNamespace } from '../../cluster/audit/namespaces.js';
import {
  type ClusterObject,
  deadlineOf,
  isSoftDeleted,
  readObject,
} from '../../cluster/audit/object.js';
import { standingDifferences } from '../../cluster/standing.js';
import type { Cluster } from '../../engine/cluster.js';
import { lockedProject } from '../../files/projects-lock.js';
import { isItemTarget, RESOURCES } from '../../model/deletion-target.js';
import { KINDS } from '../../model/kinds.js';
import { type LiveObjects, liveUses, liveUsesOf } from '../../policy/uses/live.js';
import type { Entry, InCluster } from '../../state/inventory.js';
import { type Io, say } from '../terminal/io.js';
import type { Inventory } from '../workspace/inventory.js';
import { type ClusterOptions, clusterOf } from './access.js';
import { readLive } from './live.js';

/** What commands take that also look into the cluster. */
export interface StandingOptions extends ClusterOptions {
  readonly cluster?: boolean;
}

/** An object as the cluster has it, looked up by a resident's kind, namespace and name. */
type Find = (kind: string, namespace: string, name: string) => ClusterObject | undefined;

/**
 * Adds to each project and item that is asked about what its cluster says of it, and where that is
 * not what the state says. Of objects only the metadata is read.
 */
export async function withCluster(
  io: Io,
  inventory: Inventory,
  options: StandingOptions,
  isAsked: (resident: Entry) => boolean,
): Promise<Inventory> {
  if (options.cluster !== true) return inventory;
  const seen = new Map<Entry, Entry>();
  const stacks = inventory.stacks.filter(({ target }) => target === 'kubernetes');
  if (stacks.length === 0 && inventory.unread.length === 0)
    say(io, 'note: No cluster was asked: none of these stacks is for one.');
  for (const stack of stacks) {
    const asked = inventory.residents.filter((each) => each.stack === stack.name && isAsked(each));
    const cluster = clusterOf(io, options, stack);
    const find = await objectsOf(cluster, inventory, asked);
    const live = new Map<string, LiveObjects | undefined>();
    for (const each of asked) {
      const namespace = namespaceOf(inventory, each);
      if (namespace === undefined) continue;
      if (each.deletion !== undefined && !live.has(namespace))
        live.set(namespace, await readLive(io, cluster, namespace));
      seen.set(each, held(each, namespace, find, live.get(namespace)));
    }
  }
  return { ...inventory, residents: inventory.residents.map((each) => seen.get(each) ?? each) };
}

async function objectsOf(
  cluster: Cluster,
  inventory: Inventory,
  asked: readonly Entry[],
): Promise<Find> {
  const found: ClusterObject[] = [];
  if (asked.some(({ item }) => item === undefined)) {
    const listed = await cluster.list('/api/v1/namespaces');
    found.push(...listed.flatMap((json) => readNamespace(json) ?? []));
  }
  for (const [namespace, resources] of resourcesIn(inventory, asked)) {
    const listed = await cluster.metadata(namespace, [...resources].sort());
    found.push(...listed.flatMap(({ kind, metadata }) => readObject(kind, metadata) ?? []));
  }
  const objects = new Map(
    found.map((each) => [keyOf(each.kind, each.namespace ?? each.name, each.name), each]),
  );
  return (kind, namespace, name) => objects.get(keyOf(kind, namespace, name));
}

/** By namespace, what kubectl has to be asked for. */
function resourcesIn(
  inventory: Inventory,
  asked: readonly Entry[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const resources = new Map<string, Set<string>>();
  for (const each of asked) {
    const namespace = namespaceOf(inventory, each);
    if (!isItemTarget(each) || namespace === undefined) continue;
    const known = resources.get(namespace) ?? new Set();
    resources.set(namespace, known.add(KINDS[each.item.kind].object.resource));
  }
  return resources;
}

function held(
  resident: Entry,
  namespace: string,
  find: Find,
  live: LiveObjects | undefined,
): Entry {
  const { kind, what, name } = rootOf(resident, namespace);
  const object = find(kind, namespace, name);
  const differences = standingDifferences(resident, what, object);
  return {
    ...resident,
    cluster: { ...inCluster(object), ...inUse(resident, { kind, name }, live) },
    differences: [...resident.differences, ...differences.map(escapeInvisible)],
  };
}

/** Only of what is being deleted: what is active is meant to be in use. */
function inUse(
  resident: Entry,
  root: { readonly kind: string; readonly name: string },
  live: LiveObjects | undefined,
): Pick<InCluster, 'uses'> {
  if (resident.deletion === undefined || live === undefined) return {};
  const uses = resident.item === undefined ? liveUses(live) : liveUsesOf(live, root);
  return { uses: uses.map(escapeInvisible) };
}

function rootOf(entry: Entry, namespace: string) {
  if (!isItemTarget(entry)) return { kind: 'Namespace', what: 'namespace', name: namespace };
  const { kind, title, nameFor } = KINDS[entry.item.kind].object;
  return { kind, what: title, name: nameFor(entry.item.name) };
}

function inCluster(object: ClusterObject | undefined): InCluster {
  if (object === undefined) return { status: 'missing' };
  const reclaimAfter = deadlineOf(object);
  const marked = isSoftDeleted(object) ? 'soft deleted' : 'active';
  return {
    status: object.isTerminating ? 'terminating' : marked,
    ...(reclaimAfter === undefined ? {} : { reclaimAfter }),
    ...(object.created === undefined ? {} : { created: object.created }),
  };
}

function namespaceOf({ lock }: Inventory, resident: Entry): string | undefined {
  if (resident.item?.kind === RESOURCES) return undefined;
  return lockedProject(lock, resident)?.namespace;
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

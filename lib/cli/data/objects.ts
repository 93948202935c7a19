import { memberOf } from '../../base/guards.js';
import { lockedProject } from '../../files/projects-lock.js';
import { isItemTarget } from '../../model/deletion-target.js';
import { KINDS } from '../../model/kinds.js';
import type { Entry } from '../../state/inventory.js';
import { LAST_APPLIED } from '../../state/stored-data.js';
import { type ClusterOptions, clusterOf } from '../cluster/access.js';
import type { Io } from '../terminal/io.js';
import type { Inventory } from '../workspace/inventory.js';

/** An object in a project's namespace, whoever made it. */
export interface FoundObject {
  readonly stack: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  /** Whether an annotation has a copy of its content. */
  readonly hasCopy: boolean;
}

const HOLDING = [
  ...['secrets', 'configmaps', 'cronjobs.batch', 'jobs.batch', 'pods', 'podtemplates'],
  ...['replicationcontrollers', 'deployments.apps', 'replicasets.apps', 'statefulsets.apps'],
  ...['daemonsets.apps', 'controllerrevisions.apps'],
];

/** What is in the namespaces of the projects that are asked for. Of each only the metadata is read. */
export async function objectsIn(
  io: Io,
  options: ClusterOptions,
  inventory: Inventory,
  entries: readonly Entry[],
): Promise<readonly FoundObject[]> {
  const found: FoundObject[] = [];
  for (const stack of inventory.stacks.filter(({ target }) => target === 'kubernetes')) {
    const own = entries.filter((each) => each.stack === stack.name);
    const namespaces = new Set(own.map((it) => lockedProject(inventory.lock, it)?.namespace));
    for (const namespace of namespaces) {
      if (namespace === undefined) continue;
      const cluster = clusterOf(io, options, stack);
      for (const { kind, metadata } of await cluster.metadata(namespace, HOLDING)) {
        const name = String(memberOf(metadata, 'name') ?? '');
        const hasCopy = memberOf(memberOf(metadata, 'annotations'), LAST_APPLIED) !== undefined;
        found.push({ stack: stack.name, namespace, kind, name, hasCopy });
      }
    }
  }
  return found;
}

/** What nothing declares shares the project's fate. */
export function undeclaredIn(
  { residents, lock }: Inventory,
  objects: readonly FoundObject[],
): readonly FoundObject[] {
  const declared = new Set(
    residents.flatMap((entry) => {
      const namespace = lockedProject(lock, entry)?.namespace;
      if (namespace === undefined || !isItemTarget(entry)) return [];
      const { kind, nameFor } = KINDS[entry.item.kind].object;
      return placeText({ stack: entry.stack, namespace, kind, name: nameFor(entry.item.name) });
    }),
  );
  return objects.filter((each) => !declared.has(placeText(each)));
}

/** As both sides of a comparison write it. */
export function placeText({ stack, kind, namespace, name }: Omit<FoundObject, 'hasCopy'>): string {
  return [stack, kind, namespace, name].join('/');
}

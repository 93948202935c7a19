import { readNamespace } from '../cluster/audit/namespaces.js';
import { standingDifferences } from '../cluster/standing.js';
import { escapeInvisible } from '../model/inert.js';
import type { Resident } from '../reclamation/inventory.js';
import { type ClusterOptions, clusterOf } from './cluster-access.js';
import { type Inventory, lockedProject } from './inventory.js';
import type { Io } from './io.js';

/** What commands take that also look into the cluster. */
export interface StandingOptions extends ClusterOptions {
  readonly cluster?: boolean;
}

/** Adds to each project of a cluster where its namespace there is not what the state says. */
export async function withCluster(
  io: Io,
  inventory: Inventory,
  options: StandingOptions,
): Promise<Inventory> {
  if (options.cluster !== true) return inventory;
  const found = new Map<string, readonly string[]>();
  for (const stack of inventory.stacks.filter(({ target }) => target === 'kubernetes')) {
    const listed = await clusterOf(io, options, stack).list('/api/v1/namespaces');
    const namespaces = listed.flatMap((json) => readNamespace(json) ?? []);
    for (const resident of inventory.residents.filter((each) => isProjectOf(each, stack.name))) {
      const name = lockedProject(inventory.lock, resident)?.namespace;
      const namespace = namespaces.find((each) => each.name === name);
      const differences = standingDifferences(resident, namespace).map(escapeInvisible);
      found.set(keyOf(resident), differences);
    }
  }
  return {
    ...inventory,
    residents: inventory.residents.map((each) => ({
      ...each,
      differences: [...each.differences, ...(found.get(keyOf(each)) ?? [])],
    })),
  };
}

function isProjectOf({ stack, item }: Resident, name: string): boolean {
  return stack === name && item === undefined;
}

function keyOf({ stack, target }: Resident): string {
  return JSON.stringify([stack, target]);
}

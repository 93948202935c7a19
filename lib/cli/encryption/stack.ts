import { quoteName } from '../../base/inert.js';
import { accessOf, type ClusterOptions } from '../cluster/access.js';
import { type Io, misuse } from '../terminal/io.js';
import { nearestFolder } from '../workspace/nearest-folder.js';
import { pickStack, type Stack, Workspace } from '../workspace/workspace.js';

/**
 * The stack whose provider names the cluster, where no flag does: the one that is named, or the
 * only one. Undefined outside of an app, and for an app without a cluster: then kubectl's own
 * choice counts.
 */
export function clusterStack(
  io: Io,
  options: ClusterOptions & { readonly stack?: string },
): Stack | undefined {
  if (options.kubeconfig !== undefined || options.context !== undefined) return undefined;
  if (nearestFolder(io.cwd, ['cdktf.json']) === undefined) return undefined;
  const workspace = Workspace.find(io);
  const all = workspace.lastSynthesis() ?? workspace.synthesize();
  const stacks = all.filter(({ target }) => target === 'kubernetes');
  if (options.stack !== undefined) return pickStack(stacks, options.stack);
  const clusters = new Set(stacks.map((stack) => JSON.stringify(accessOf(io, {}, stack))));
  return clusters.size <= 1 ? stacks[0] : misuse(severalClusters(stacks));
}

function severalClusters(stacks: readonly Stack[]) {
  return {
    code: 'encryption/several-clusters',
    message: 'The stacks of this app are for several clusters.',
    remedy: `Name the stack of this cluster by --stack (${stacks.map(({ name }) => quoteName(name)).join(', ')}), or the cluster by --kubeconfig.`,
  };
}

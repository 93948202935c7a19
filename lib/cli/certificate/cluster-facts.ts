import { memberOf } from '../../base/guards.js';
import { inert } from '../../base/inert.js';
import type { Evidence } from '../../certificate/evidence.js';
import type { ClusterFact, ClusterFacts, Seen } from '../../certificate/facts.js';
import { type Cluster, ClusterError } from '../../engine/cluster.js';
import type { ObjectReference } from '../../state/object-reference.js';
import { type ClusterOptions, clusterOf } from '../cluster/access.js';
import { readMembers } from '../cluster/reading.js';
import { isSame } from '../evidence/cluster.js';
import { CommandFailure, type Io } from '../terminal/io.js';
import type { Stack } from '../workspace/workspace.js';

/** Which of a deletion's objects the cluster still has. Only metadata is read. */
export async function clusterFacts(
  io: Io,
  options: ClusterOptions,
  stack: Stack,
  evidence: Evidence,
): Promise<Seen<ClusterFacts>> {
  if (stack.target !== 'kubernetes') {
    return { kind: 'not applicable', why: 'The stack is for no cluster.' };
  }
  try {
    return { kind: 'seen', is: await read(clusterOf(io, options, stack), evidence) };
  } catch (error) {
    if (!ClusterError.isClusterError(error) && !(error instanceof CommandFailure)) throw error;
    const [why = ''] = error.message.split('\n');
    return { kind: 'not known', why: `The cluster could not be asked. ${inert(why)}` };
  }
}

async function read(cluster: Cluster, { objects }: Evidence): Promise<ClusterFacts> {
  const wanted = objects.flatMap(({ object }) => (object === null ? [] : [object]));
  const references = wanted.map(
    ({ resource, namespace, name }): ObjectReference => ({
      resource,
      name,
      ...(namespace === null ? {} : { namespace }),
    }),
  );
  const inNamespaces = references.map((each) =>
    each.resource === 'namespace' ? { ...each, namespace: each.name } : each,
  );
  const found = await readMembers(cluster, inNamespaces);
  return {
    version: String(memberOf(await cluster.get('/version'), 'gitVersion')),
    objects: wanted.map(({ resource, namespace, name }, at): ClusterFact => {
      const reference = references[at];
      const live = reference && found.find((each) => isSame(reference, each));
      return { resource, namespace, name, uid: live?.uid ?? null };
    }),
  };
}

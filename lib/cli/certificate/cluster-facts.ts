import { memberOf } from '../../base/guards.js';
import { inert, quoteName } from '../../base/inert.js';
import type { Evidence } from '../../certificate/evidence.js';
import type { ClusterFact, ClusterFacts, Seen } from '../../certificate/facts.js';
import { type Cluster, ClusterError } from '../../engine/cluster.js';
import { type ClusterOptions, clusterOf } from '../cluster/access.js';
import { identityOf } from '../evidence/cluster.js';
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
    return { kind: 'seen', is: await readObjects(clusterOf(io, options, stack), evidence) };
  } catch (error) {
    if (!ClusterError.isClusterError(error) && !(error instanceof CommandFailure)) throw error;
    // Whoever names a cluster that there is not has mistyped it, and gets no certificate of that.
    const isNamed = options.kubeconfig !== undefined || options.context !== undefined;
    if (isNamed && ClusterError.isClusterError(error) && error.isUsage) throw error;
    const [why = ''] = error.message.split('\n');
    return { kind: 'not known', why: `The cluster could not be asked. ${inert(why)}` };
  }
}

/** What of a cluster is asked. */
export type Asked = Pick<Cluster, 'get' | 'metadata'>;

/**
 * Looks for each object where it was: by its kind and namespace, whether or not that namespace is
 * there. What is in a namespace can outlive it, where somebody took its finalizer away.
 */
export async function readObjects(cluster: Asked, { objects }: Evidence): Promise<ClusterFacts> {
  const wanted = objects.flatMap(({ object, uid }) => (object === null ? [] : [{ object, uid }]));
  const found = new Map<string, Promise<Found>>();
  const lookUp = (resource: string, namespace: string) => {
    const key = JSON.stringify([resource, namespace]);
    const earlier = found.get(key);
    if (earlier !== undefined) return earlier;
    const asked = listOf(cluster, resource, namespace);
    found.set(key, asked);
    return asked;
  };
  const facts: ClusterFact[] = [];
  for (const { object, uid: before } of wanted) {
    const { resource, namespace, name } = object;
    // What is in no namespace is listed whichever is named; what names none is in `default`.
    const { list, unseen } = await lookUp(resource, namespace ?? 'default');
    const named = list.filter((each) => each.name === name);
    const same = list.find(({ uid }) => uid === before) ?? named[0];
    facts.push({ resource, namespace, name, uid: same?.uid ?? null, unseen });
  }
  return {
    version: String(memberOf(await cluster.get('/version'), 'gitVersion')),
    id: await identityOf(cluster),
    objects: facts,
  };
}

interface Found {
  readonly list: readonly { readonly name: unknown; readonly uid: string }[];
  readonly unseen: string | null;
}

/** A kind that can't be listed isn't one without objects. */
async function listOf(cluster: Asked, resource: string, namespace: string): Promise<Found> {
  try {
    const listed = await cluster.metadata(namespace, [resource]);
    const list = listed.flatMap(({ metadata }) => {
      const uid = memberOf(metadata, 'uid');
      return typeof uid === 'string' ? [{ name: memberOf(metadata, 'name'), uid }] : [];
    });
    return { list, unseen: null };
  } catch (error) {
    if (!ClusterError.isClusterError(error) || !OF_ONE_KIND.has(error.failure)) throw error;
    const [why = ''] = error.message.split('\n');
    return {
      list: [],
      unseen: `Objects of the kind ${quoteName(resource)} could not be listed. ${inert(why)}`,
    };
  }
}

/** What may be true of one kind alone: it is not known to the API server, or may not be read. */
const OF_ONE_KIND: ReadonlySet<ClusterError['failure']> = new Set([
  'failed',
  'forbidden',
  'not-found',
]);

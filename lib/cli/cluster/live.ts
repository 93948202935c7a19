import { escapeInvisible, quoteName } from '../../base/inert.js';
import { type Cluster, ClusterError } from '../../engine/cluster.js';
import type { LiveObjects } from '../../policy/uses/live.js';
import { type Io, say } from '../terminal/io.js';

/** What runs in a namespace; undefined, and said, where it may not be read. */
export async function readLive(
  io: Io,
  cluster: Cluster,
  namespace: string,
): Promise<LiveObjects | undefined> {
  const of = (api: string, resource: string) =>
    cluster.list(`${api}/namespaces/${encodeURIComponent(namespace)}/${resource}`);
  try {
    return {
      jobs: await of('/apis/batch/v1', 'jobs'),
      pods: await of('/api/v1', 'pods'),
      claims: await of('/api/v1', 'persistentvolumeclaims'),
      slices: await of('/apis/discovery.k8s.io/v1', 'endpointslices'),
    };
  } catch (error) {
    if (!ClusterError.isClusterError(error) || !NOT_SHOWN.has(error.failure)) throw error;
    const why = escapeInvisible(error.said.slice(0, 200));
    say(io, `note: What is in use in ${quoteName(namespace)} was not looked at: ${why}`);
    return undefined;
  }
}

/** Whoever may read the rest gets the rest. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['forbidden', 'not-found']);

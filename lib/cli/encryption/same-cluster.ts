import type { StoredObject } from '../../encryption/stored-object.js';
import type { Io } from '../terminal/io.js';
import { type ServerOptions, withApi } from './reading.js';

/** Objects that show whose etcd it is: the API server gives etcd's own revisions away. */
const WITNESSES = ['/api/v1/secrets', '/api/v1/configmaps'];

/** Whether what was read from etcd is what the API server shows: the same objects, of the same revision. */
export async function isSameCluster(
  io: Io,
  options: ServerOptions,
  objects: readonly StoredObject[],
): Promise<boolean> {
  const listed = await withApi(io, options, async (api) =>
    (await Promise.all(WITNESSES.map((path) => api.list(path)))).flat(),
  );
  const known = new Set(objects.map((it) => `${it.namespace}/${it.name}@${it.revision}`));
  const same = listed.filter((it) => known.has(`${it.namespace}/${it.name}@${it.resourceVersion}`));
  // Some may have been written meanwhile.
  return same.length * 2 > listed.length;
}

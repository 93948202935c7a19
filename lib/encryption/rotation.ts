import {
  type EncryptionConfiguration,
  isSameKey,
  type KeyName,
  keysOf,
  nameOf,
  providersOf,
} from './configuration.js';
import type { ServerMetrics } from './metrics.js';
import { keyOf, type StoredObject } from './stored-object.js';
import { isOfOldId } from './verification.js';

/** What is to be done next, in the order in which a rotation goes. */
export type RotationStep =
  /** The new key second, in each API server's configuration: all can read before any writes. */
  | 'add'
  /** The new key first: from then on it writes. */
  | 'promote'
  /** An API server has not loaded its file yet. */
  | 'reload'
  /** Objects still carry another key. */
  | 'rewrite'
  /** No object needs the other keys any more. */
  | 'drop'
  | 'done';

/** The configuration of one API server, and whether that server works with it. */
export interface ServerFile {
  /** The file's name, as it was given. */
  readonly name: string;
  readonly configuration: EncryptionConfiguration;
  /** Whether an API server says that it has loaded exactly this file. */
  readonly loaded: 'yes' | 'no' | 'unknown';
}

/** All that a rotation goes by: it keeps no notes of its own, so that it can be stopped anywhere. */
export interface Observations {
  /** The key that everything is to carry. */
  readonly key: KeyName;
  readonly files: readonly ServerFile[];
  /** The kinds that are to be encrypted. */
  readonly resources: readonly string[];
  /** What etcd holds of these kinds. @default - etcd could not be read */
  readonly objects?: readonly StoredObject[] | undefined;
  readonly servers: readonly ServerMetrics[];
}

/** Where a rotation is, and what is next. */
export interface RotationStanding {
  readonly next: RotationStep;
  /** The files that the next step is about. */
  readonly files: readonly string[];
  /** What still carries another key. @default - not known */
  readonly stale?: readonly StoredObject[];
  /** Keys that are configured beside the new one. */
  readonly others: readonly KeyName[];
}

/** Where a rotation is, by what the files, the API servers and etcd show now. */
export function rotationOf(observed: Observations): RotationStanding {
  const { key, files, resources } = observed;
  const stale = staleObjects(observed);
  const standing = {
    others: othersIn(observed),
    ...(stale === undefined ? {} : { stale }),
  };
  const named = (found: readonly ServerFile[]) => found.map(({ name }) => name);
  const lacking = files.filter(({ configuration: it }) => !everyKind(it, resources, key, reads));
  if (lacking.length > 0) return { next: 'add', files: named(lacking), ...standing };
  const unloaded = files.filter(({ loaded }) => loaded !== 'yes');
  // A file that isn't in use says nothing of what its server can read.
  if (unloaded.length > 0) return { next: 'reload', files: named(unloaded), ...standing };
  const behind = files.filter(({ configuration: it }) => !everyKind(it, resources, key, writes));
  if (behind.length > 0) return { next: 'promote', files: named(behind), ...standing };
  const isLeft = stale === undefined ? standing.others.length > 0 : stale.length > 0;
  if (isLeft) return { next: 'rewrite', files: [], ...standing };
  const holding = files.filter(({ configuration: it }) => keysOf(it).length > 1);
  if (holding.length > 0) return { next: 'drop', files: named(holding), ...standing };
  return { next: 'done', files: [], ...standing };
}

type Has = (configuration: EncryptionConfiguration, resource: string, key: KeyName) => boolean;

const reads: Has = (configuration, resource, key) =>
  providersOf(configuration, resource).some((each) => isSameKey(nameOf(each), key));

const writes: Has = (configuration, resource, key) => {
  const [first] = providersOf(configuration, resource);
  return first !== undefined && isSameKey(nameOf(first), key);
};

function everyKind(
  configuration: EncryptionConfiguration,
  resources: readonly string[],
  key: KeyName,
  has: Has,
): boolean {
  return resources.every((resource) => has(configuration, resource, key));
}

/** What carries another key than the new one, or an older version of it in its service. */
function staleObjects({ key, objects, servers }: Observations) {
  return objects?.filter((object) => {
    const own = keyOf(object);
    return own === undefined || !isSameKey(own, key) || isOfOldId(object, servers);
  });
}

function othersIn({ key, files }: Observations): readonly KeyName[] {
  const all = files.flatMap(({ configuration }) => keysOf(configuration).map(nameOf));
  return all.filter(
    (each, index) => !isSameKey(each, key) && all.findIndex((it) => isSameKey(it, each)) === index,
  );
}

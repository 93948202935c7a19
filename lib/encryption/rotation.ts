import {
  type ConfigurationEntry,
  type EncryptionConfiguration,
  entriesOf,
  isPlain,
  isSameKey,
  type KeyName,
  nameOf,
  providersOf,
} from './configuration.js';
import { breadthOf, type StoredKind } from './kinds.js';
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
  /** What etcd holds, of all kinds. @default - etcd could not be read */
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
  const lacking = files.filter(({ configuration: it }) => !everywhere(it, resources, key, reads));
  if (lacking.length > 0) return { next: 'add', files: named(lacking), ...standing };
  const unloaded = files.filter(({ loaded }) => loaded !== 'yes');
  // A file that isn't in use says nothing of what its server can read.
  if (unloaded.length > 0) return { next: 'reload', files: named(unloaded), ...standing };
  const behind = files.filter(({ configuration: it }) => !everywhere(it, resources, key, writes));
  if (behind.length > 0) return { next: 'promote', files: named(behind), ...standing };
  const holding = files.filter(({ configuration }) => holdsOthers(configuration, key));
  const isLeft = stale === undefined ? holding.length > 0 : stale.length > 0;
  if (isLeft) return { next: 'rewrite', files: [], ...standing };
  if (holding.length > 0) return { next: 'drop', files: named(holding), ...standing };
  return { next: 'done', files: [], ...standing };
}

/** The entries that a rotation is about: all but those that leave their kinds in plain text. */
export function rotatedEntries({
  entries,
}: EncryptionConfiguration): readonly ConfigurationEntry[] {
  return entries.filter((entry) => !isPlain(entry));
}

/** Whether something would be dropped: another key beside the new one. */
export function holdsOthers(configuration: EncryptionConfiguration, key: KeyName): boolean {
  return rotatedEntries(configuration).some(({ providers }) =>
    providers.some((each) => !isSameKey(nameOf(each), key)),
  );
}

/**
 * The names that make an API server encrypt more kinds than those that can be listed without etcd:
 * wildcards, and kinds that nobody declared.
 */
export function unlistedNames(
  configuration: EncryptionConfiguration,
  kinds: readonly StoredKind[],
): readonly string[] {
  return rotatedEntries(configuration)
    .flatMap(({ resources }) => resources)
    .filter((name) => !kinds.some(({ resource }) => breadthOf(resource, name) === 'kind'));
}

type Has = (providers: ConfigurationEntry['providers'], key: KeyName) => boolean;

const reads: Has = (providers, key) => providers.some((each) => isSameKey(nameOf(each), key));

const writes: Has = ([first], key) => first !== undefined && isSameKey(nameOf(first), key);

/** Whether it holds for each kind that is asked for, and for all others that are encrypted too. */
function everywhere(
  configuration: EncryptionConfiguration,
  resources: readonly string[],
  key: KeyName,
  has: Has,
): boolean {
  return (
    resources.every((resource) => has(providersOf(configuration, resource), key)) &&
    rotatedEntries(configuration).every(({ providers }) => has(providers, key))
  );
}

/**
 * What still needs another key than the new one, whatever kind it is: dropping a key locks readers
 * out of all that carries it. Plain text counts where it is to be encrypted.
 */
function staleObjects({ key, objects, servers, resources, files }: Observations) {
  const asked = new Set(resources);
  const isRotated = (resource: string) =>
    asked.has(resource) ||
    files.some(({ configuration }) => !entriesOf(configuration, resource).every(isPlain));
  return objects?.filter((object) => {
    const own = keyOf(object);
    if (own !== undefined && isSameKey(own, key)) return isOfOldId(object, servers);
    return object.stored.form === 'encrypted' || isRotated(object.resource);
  });
}

function othersIn({ key, files }: Observations): readonly KeyName[] {
  const all = files.flatMap(({ configuration }) =>
    rotatedEntries(configuration).flatMap(({ providers }) => providers.map(nameOf)),
  );
  return all.filter(
    (each, index) => !isSameKey(each, key) && all.findIndex((it) => isSameKey(it, each)) === index,
  );
}

import {
  type EncryptionConfiguration,
  isSameKey,
  type KeyName,
  nameOf,
  providersOf,
} from './configuration.js';
import type { ServerMetrics } from './metrics.js';
import { keyOf, type StoredObject } from './stored-object.js';
import { hashOfKeyId } from './stored-value.js';

/** What an object's stored bytes come to. */
export type ObjectStanding =
  /** Encrypted, by the key that is asked for. */
  | 'encrypted'
  /** Encrypted by another key than the one that is asked for. */
  | 'other-key'
  | 'plain-text'
  /** No API server with this configuration could read it. */
  | 'unreadable'
  /** The bytes are in no form that Kubernetes writes. */
  | 'unknown';

/** A whole cluster's: the worst of its objects', and `unknown` where none could be looked at. */
export type Verdict = ObjectStanding;

/** What objects are held against. */
export interface Expectation {
  /** The key that is asked for. @default - any key */
  readonly key?: KeyName | undefined;
  /** What has to be able to read them. @default - not asked */
  readonly configurations: readonly EncryptionConfiguration[];
  /** The kinds that are to be encrypted. @default - all that were read */
  readonly resources?: readonly string[];
  /** What the API servers say: the keys that their KMS plugins use now. */
  readonly servers: readonly ServerMetrics[];
}

export interface JudgedObject {
  readonly object: StoredObject;
  readonly standing: ObjectStanding;
}

/**
 * How each object stands. Of kinds that nobody asked to be encrypted, only those are told that a
 * configuration could not read.
 */
export function judgeObjects(
  objects: readonly StoredObject[],
  expected: Expectation,
): readonly JudgedObject[] {
  const asked = expected.resources === undefined ? undefined : new Set(expected.resources);
  return objects
    .map((object) => ({ object, standing: standingOf(object, expected) }))
    .filter(
      ({ object, standing }) =>
        standing === 'unreadable' || asked === undefined || asked.has(object.resource),
    );
}

const WORST: readonly Verdict[] = ['unreadable', 'plain-text', 'unknown', 'other-key'];

/** The worst of all. Without an object there is nothing in plain text. */
export function verdictOf(judged: readonly JudgedObject[]): Verdict {
  const found = new Set(judged.map(({ standing }) => standing));
  return WORST.find((each) => found.has(each)) ?? 'encrypted';
}

function standingOf(object: StoredObject, expected: Expectation): ObjectStanding {
  const key = keyOf(object);
  if (key === undefined) return 'unknown';
  const version = versionOf(object);
  if (expected.configurations.some((each) => !canRead(each, object.resource, key, version))) {
    return 'unreadable';
  }
  if (key.provider === 'identity') return 'plain-text';
  if (expected.key !== undefined && !isSameKey(expected.key, key)) return 'other-key';
  return isOfOldId(object, expected.servers) ? 'other-key' : 'encrypted';
}

/**
 * Whether a configuration has the key that an object's bytes name. What a KMS plugin's first version
 * wrote, its second one can't read, whatever its name.
 */
export function canRead(
  configuration: EncryptionConfiguration,
  resource: string,
  key: KeyName,
  version?: 'v1' | 'v2',
): boolean {
  return providersOf(configuration, resource).some(
    (each) =>
      isSameKey(nameOf(each), key) &&
      (each.provider !== 'kms' || version === undefined || each.apiVersion === version),
  );
}

function versionOf({ stored }: StoredObject): 'v1' | 'v2' | undefined {
  if (stored.form !== 'encrypted' || stored.provider !== 'kms') return undefined;
  return stored.keyId === undefined ? 'v1' : 'v2';
}

/** Whether a key management service has a newer key than the one that an object names. */
export function isOfOldId({ stored }: StoredObject, servers: readonly ServerMetrics[]): boolean {
  if (stored.form !== 'encrypted' || stored.keyId === undefined) return false;
  const own = hashOfKeyId(stored.keyId);
  const current = servers.flatMap(({ keyIdHashes }) => keyIdHashes.get(stored.key) ?? []);
  return current.some((hash) => hash !== own);
}

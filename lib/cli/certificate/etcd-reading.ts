import { KeysOf } from '../../certificate/etcd-keys.js';
import type { Evidence } from '../../certificate/evidence.js';
import {
  type EtcdFacts,
  type EtcdHistory,
  PLAIN,
  type StoredFact,
  UNREADABLE,
} from '../../certificate/facts.js';
import { COVERED } from '../../encryption/kinds.js';
import { hashOfKeyId, readStoredValue } from '../../encryption/stored-value.js';
import type { Etcd } from '../../engine/etcd.js';

/** What of an etcd is asked. */
export type Asked = Pick<Etcd, 'range' | 'keys'>;

/** Its keys at the current revision, what its earlier ones say, and which keys encrypt what it stores. */
export async function readEtcd(
  etcd: Asked,
  endpoint: string,
  prefix: string,
  evidence: Evidence,
): Promise<{ readonly facts: EtcdFacts; readonly stored: readonly StoredFact[] }> {
  const revision = await currentRevision(etcd, prefix);
  const { keys, scanned } = await theirKeys(etcd, prefix, evidence, revision);
  const facts = {
    endpoint,
    prefix,
    revision: revision.toString(),
    isOfCluster: await isOfCluster(etcd, prefix, evidence.cluster?.id ?? null),
    scanned,
    keys: keys.map(({ key, created }) => ({ key, created: created.toString() })),
    history: await historyOf(etcd, prefix, evidence),
  };
  return { facts, stored: await storedKeys(etcd, prefix) };
}

async function currentRevision(etcd: Asked, prefix: string): Promise<bigint> {
  const now = await etcd.range({ key: prefix, end: 'prefix', limit: 1, keysOnly: true });
  if (now.kind !== 'found') throw new Error('the current revision can’t be compacted');
  return now.revision;
}

/** The cluster's own etcd has its namespace kube-system, with the uid that the API server shows. */
async function isOfCluster(
  etcd: Asked,
  prefix: string,
  id: string | null,
): Promise<EtcdFacts['isOfCluster']> {
  const answer = await etcd.range({ key: `${prefix}namespaces/kube-system` });
  if (answer.kind !== 'found') return 'not known';
  const [stored] = answer.keys;
  if (stored === undefined) return 'no';
  if (id === null || readStoredValue(stored.value).form !== 'plain') return 'not known';
  return stored.value.includes(id) ? 'yes' : 'no';
}

async function theirKeys(etcd: Asked, prefix: string, evidence: Evidence, revision: bigint) {
  const isTheirs = new KeysOf(evidence, prefix);
  const keys: { key: string; created: bigint }[] = [];
  let scanned = 0;
  for await (const each of etcd.keys({ key: prefix, end: 'prefix', keysOnly: true, revision })) {
    scanned += 1;
    const key = each.key.toString('utf8');
    if (isTheirs.includes(key)) keys.push({ key, created: each.created });
  }
  return { keys, scanned };
}

/** It may be compacted between two reads: then the search begins again. */
const TRIES = 3;

async function historyOf(
  etcd: Asked,
  prefix: string,
  evidence: Evidence,
): Promise<EtcdHistory | null> {
  const revision = evidence.cluster?.revision ?? null;
  if (revision === null) return null;
  const before = BigInt(revision);
  const answer = await answerAt(etcd, prefix, before);
  if (answer === 'future') return { answer };
  if (answer === 'found') return { answer: 'readable' };
  for (let attempt = 1; ; attempt += 1) {
    const earliest = await earliestAfter(etcd, prefix, before);
    try {
      const { keys } = await theirKeys(etcd, prefix, evidence, earliest);
      const old = keys.filter(({ created }) => created <= before);
      return { answer: 'compacted', earliest: earliest.toString(), keys: old.length };
    } catch (error) {
      const isCompacted = (await answerAt(etcd, prefix, earliest)) === 'compacted';
      if (!isCompacted || attempt === TRIES) throw error;
    }
  }
}

/** The earliest revision that can be read, of those after one that can't be. */
async function earliestAfter(etcd: Asked, prefix: string, compacted: bigint): Promise<bigint> {
  let [low, high] = [compacted, await currentRevision(etcd, prefix)];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if ((await answerAt(etcd, prefix, middle)) === 'compacted') low = middle;
    else high = middle;
  }
  return high;
}

async function answerAt(etcd: Asked, key: string, revision: bigint) {
  const answer = await etcd.range({ key, end: 'prefix', revision, limit: 1, keysOnly: true });
  return answer.kind;
}

/** By kind, provider and key, how many objects there are. Of each only the beginning is looked at. */
async function storedKeys(etcd: Asked, prefix: string): Promise<readonly StoredFact[]> {
  const found: StoredFact[] = [];
  for (const { folder } of COVERED) {
    const counts = new Map<string, number>();
    for await (const { value } of etcd.keys({ key: `${prefix}${folder}/`, end: 'prefix' })) {
      const name = storedKeyName(value);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    found.push(...[...counts].sort().map(([key, objects]) => ({ folder, key, objects })));
  }
  return found;
}

/** The provider and key that a stored object carries: `aesgcm:v1:key1`. */
function storedKeyName(value: Uint8Array): string {
  const stored = readStoredValue(value);
  if (stored.form !== 'encrypted') return stored.form === 'plain' ? PLAIN : UNREADABLE;
  const { provider, key, keyId } = stored;
  return keyId === undefined
    ? `${provider}:v1:${key}`
    : `${provider}:v2:${key}:${hashOfKeyId(keyId)}`;
}

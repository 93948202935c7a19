import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { inert, quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { KeysOf } from '../../certificate/etcd-keys.js';
import type { Evidence } from '../../certificate/evidence.js';
import {
  type EtcdFacts,
  type EtcdFileFact,
  PLAIN,
  type Seen,
  UNREADABLE,
} from '../../certificate/facts.js';
import { hashOfKeyId, readStoredValue } from '../../encryption/stored-value.js';
import { Etcd, type EtcdAccess, EtcdError } from '../../engine/etcd.js';
import { readKeyFile } from '../../files/key-file.js';
import { type Io, misuse } from '../terminal/io.js';

/** How etcd is reached. */
export interface EtcdOptions {
  readonly etcd?: string;
  readonly etcdCa?: string;
  readonly etcdCert?: string;
  readonly etcdKey?: string;
  /** @default '/registry/' */
  readonly etcdPrefix?: string;
  /** Snapshots, a member's `db`, its write-ahead log. */
  readonly etcdFiles?: readonly string[];
}

/** What etcd says, and which keys its secrets are encrypted with. */
export interface EtcdReading {
  readonly facts: Seen<EtcdFacts>;
  readonly stored: Seen<readonly { readonly key: string; readonly objects: number }[]>;
}

const NOT_GIVEN =
  'No etcd was named. Give --etcd URL with the client’s certificate, where you may read it.';

/** Reads etcd's keys at its current revision, and asks for the revision before the deletion. */
export async function etcdFacts(
  io: Io,
  options: EtcdOptions,
  evidence: Evidence,
  isCluster: boolean,
): Promise<EtcdReading> {
  if (!isCluster) {
    const nothing = { kind: 'not applicable', why: 'The stack is for no cluster.' } as const;
    return { facts: nothing, stored: nothing };
  }
  const { etcd: endpoint } = options;
  if (endpoint === undefined) {
    const nothing = { kind: 'not checked', why: NOT_GIVEN } as const;
    return { facts: nothing, stored: nothing };
  }
  try {
    const etcd = new Etcd(accessOf(io, endpoint, options));
    return await read(etcd, new URL(endpoint).host, options, evidence);
  } catch (error) {
    if (!EtcdError.isEtcdError(error)) throw error;
    if (error.failure === 'endpoint') misuse(wrongEndpoint(error));
    const nothing = { kind: 'not known', why: inert(error.message.split('\n')[0] ?? '') } as const;
    return { facts: nothing, stored: nothing };
  }
}

async function read(
  etcd: Etcd,
  endpoint: string,
  { etcdPrefix: prefix = '/registry/' }: EtcdOptions,
  evidence: Evidence,
): Promise<EtcdReading> {
  const now = await etcd.range({ key: prefix, end: 'prefix', limit: 1, keysOnly: true });
  if (now.kind !== 'found') throw new Error('the current revision can’t be compacted');
  const isTheirs = new KeysOf(evidence, prefix);
  const keys: { key: string; created: string }[] = [];
  let scanned = 0;
  const { revision } = now;
  for await (const each of etcd.keys({ key: prefix, end: 'prefix', keysOnly: true, revision })) {
    scanned += 1;
    const key = each.key.toString('utf8');
    if (isTheirs.includes(key)) keys.push({ key, created: each.created.toString() });
  }
  const before = evidence.cluster?.revision ?? null;
  return {
    facts: {
      kind: 'seen',
      is: {
        endpoint,
        prefix,
        revision: revision.toString(),
        scanned,
        keys,
        history: before === null ? null : await history(etcd, prefix, BigInt(before)),
      },
    },
    stored: { kind: 'seen', is: await storedKeys(etcd, `${prefix}secrets/`) },
  };
}

async function history(etcd: Etcd, key: string, revision: bigint) {
  const answer = await etcd.range({ key, end: 'prefix', revision, limit: 1, keysOnly: true });
  return answer.kind === 'found' ? 'readable' : answer.kind;
}

/** By provider and key, how many secrets there are. Of each only the beginning is looked at. */
async function storedKeys(etcd: Etcd, key: string) {
  const counts = new Map<string, number>();
  for await (const { value } of etcd.keys({ key, end: 'prefix' })) {
    const name = storedKeyName(value);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort().map(([name, objects]) => ({ key: name, objects }));
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

function accessOf(io: Io, endpoint: string, options: EtcdOptions): EtcdAccess {
  const problems: Problem[] = [];
  const read = (file: string | undefined) => {
    if (file === undefined) return undefined;
    try {
      return readFileSync(resolve(io.cwd, file), 'utf8');
    } catch (error) {
      problems.push(unreadable(file, error));
      return undefined;
    }
  };
  const { etcdCa, etcdCert, etcdKey } = options;
  const [ca, cert] = [read(etcdCa), read(etcdCert)];
  const key = etcdKey === undefined ? undefined : readKeyFile(resolve(io.cwd, etcdKey));
  problems.push(...(key?.problems ?? []));
  if (problems.length > 0) return misuse(...problems);
  return {
    endpoint,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key?.value === undefined ? {} : { key: key.value }),
  };
}

/** Searches files for keys and uids of the deletion's objects, whatever their format. */
export async function etcdFileFacts(
  io: Io,
  { etcdFiles: files = [], etcdPrefix: prefix = '/registry/' }: EtcdOptions,
  evidence: Evidence,
  isCluster: boolean,
): Promise<Seen<readonly EtcdFileFact[]>> {
  if (files.length > 0) {
    const is: EtcdFileFact[] = [];
    for (const file of files) is.push(await searched(io, file, needles(evidence, prefix)));
    return { kind: 'seen', is };
  }
  return isCluster
    ? {
        kind: 'not checked',
        why: 'No file was given. Give snapshots, a member’s db and its write-ahead log with --etcd-files.',
      }
    : { kind: 'not applicable', why: 'The stack is for no cluster.' };
}

/** Keys stand in the clear in etcd's files; uids do where the content isn't encrypted. */
function needles({ objects }: Evidence, prefix: string): readonly string[] {
  const texts = objects.flatMap(({ object, uid }) => {
    if (object === null) return [];
    const { resource, namespace, name } = object;
    const key = resource === 'namespace' ? `${prefix}namespaces/${name}` : `/${namespace}/${name}`;
    return [key, ...(uid === null ? [] : [uid])];
  });
  return [...new Set(texts)];
}

const MOST = 1000;

async function searched(io: Io, file: string, texts: readonly string[]): Promise<EtcdFileFact> {
  const wanted = texts.slice(0, MOST).map((text) => [text, Buffer.from(text)] as const);
  const overlap = Math.max(0, ...wanted.map(([, bytes]) => bytes.length));
  const found = new Set<string>();
  const hash = createHash('sha256');
  try {
    const path = resolve(io.cwd, file);
    const { size } = statSync(path);
    let before = Buffer.alloc(0);
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 22 })) {
      hash.update(chunk);
      const window = Buffer.concat([before, chunk]);
      for (const [text, bytes] of wanted) if (window.includes(bytes)) found.add(text);
      before = window.subarray(Math.max(0, window.length - overlap));
    }
    return {
      file: basename(file),
      bytes: size,
      sha256: hash.digest('hex'),
      found: [...found].sort(),
    };
  } catch (error) {
    return misuse(unreadable(file, error));
  }
}

function unreadable(file: string, error: unknown): Problem {
  return {
    code: 'certificate/unreadable',
    message: `${quoteName(file)} can't be read: ${error instanceof Error ? error.message : String(error)}.`,
    remedy: 'Check the path, and that you may read it.',
    source: { file },
  };
}

function wrongEndpoint(error: EtcdError): Problem {
  const [message = ''] = error.message.split('\n');
  return { code: 'certificate/etcd', message, remedy: error.remedy };
}

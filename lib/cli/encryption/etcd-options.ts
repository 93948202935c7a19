import { resolve } from 'node:path';
import type { Command } from 'commander';
import { quote } from '../../base/inert.js';
import { placeOf, type StoredKind } from '../../encryption/kinds.js';
import { byName, type StoredObject } from '../../encryption/stored-object.js';
import { readStoredValue } from '../../encryption/stored-value.js';
import { Etcd, EtcdError, type StoredKey } from '../../engine/etcd.js';
import { readKeyFile } from '../../files/key-file.js';
import { type Io, misuse } from '../terminal/io.js';
import { readNamedFile } from './private-file.js';

/** Where etcd is, and what it is spoken to with. */
export interface EtcdOptions {
  readonly etcd?: string;
  readonly etcdCa?: string;
  readonly etcdCert?: string;
  readonly etcdKey?: string;
  /** @default /registry/ */
  readonly etcdPrefix?: string;
}

/** What etcd holds of some kinds, all at one revision. */
export interface StoredObjects {
  readonly revision: string;
  readonly objects: readonly StoredObject[];
}

const DEFAULT_PREFIX = '/registry/';

export function etcdOptions(command: Command): Command {
  return command
    .option('--etcd <url>', 'etcd’s client URL, to look at the stored bytes: https://10.0.0.1:2379')
    .option('--etcd-ca <file>', 'whom etcd’s certificate comes from')
    .option('--etcd-cert <file>', 'the client’s certificate')
    .option('--etcd-key <file>', 'its key; only its owner may be able to read it')
    .option('--etcd-prefix <prefix>', 'where the API server keeps its keys (default: /registry/)');
}

/** etcd by the flags; undefined where none is named. */
export function etcdOf(io: Io, options: EtcdOptions): Etcd | undefined {
  const { etcd: endpoint, etcdCa, etcdCert, etcdKey } = options;
  if (endpoint === undefined) {
    const named = [etcdCa, etcdCert, etcdKey].some((each) => each !== undefined);
    return named ? misuse(withoutUrl()) : undefined;
  }
  const text = (flag: string, path: string) => readNamedFile(io, flag, path).toString('utf8');
  checkWay(endpoint);
  const key = etcdKey === undefined ? undefined : readKeyFile(resolve(io.cwd, etcdKey));
  if (key !== undefined && key.problems.length > 0) return misuse(...key.problems);
  const access = {
    endpoint,
    ...(etcdCa === undefined ? {} : { ca: text('--etcd-ca', etcdCa) }),
    ...(etcdCert === undefined ? {} : { cert: text('--etcd-cert', etcdCert) }),
    ...(key?.value === undefined ? {} : { key: key.value }),
  };
  try {
    return new Etcd(access);
  } catch (error) {
    return unfit(error);
  }
}

/** A wrong address or certificate is the call's fault, and not etcd's. */
function unfit(error: unknown): never {
  if (!EtcdError.isEtcdError(error)) throw error;
  if (error.failure !== 'endpoint' && error.failure !== 'certificate') throw error;
  const [message = ''] = error.message.split('\n');
  return misuse({ code: `cli/etcd-${error.failure}`, message, remedy: error.remedy });
}

/** What etcd holds of these kinds, or of all: of each object how it is encrypted, and nothing else. */
export async function storedObjects(
  etcd: Etcd,
  kinds: readonly StoredKind[] | 'all',
  { etcdPrefix = DEFAULT_PREFIX }: EtcdOptions,
): Promise<StoredObjects> {
  const prefix = `/${etcdPrefix.replace(/^\/+|\/+$/g, '')}/`;
  const objects: StoredObject[] = [];
  let revision: bigint | undefined;
  for (const folder of kinds === 'all' ? [''] : kinds.map((kind) => `${kind.folder}/`)) {
    const range = { key: `${prefix}${folder}`, end: 'prefix' } as const;
    const pages = etcd.pages(revision === undefined ? range : { ...range, revision });
    for await (const page of usable(pages)) {
      revision ??= page.revision;
      for (const each of page.keys) objects.push(...storedObject(each, prefix));
    }
  }
  // Every cluster has config maps: to take this for "nothing needs the key" would lock it out.
  if (objects.length === 0) misuse(empty(prefix));
  return { revision: String(revision ?? ''), objects: objects.sort(byName) };
}

async function* usable<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (error) {
    unfit(error);
  }
}

/** Nothing where an API server keeps something for itself. */
function storedObject({ key, value, modified }: StoredKey, prefix: string): StoredObject[] {
  const place = placeOf(key.toString('utf8').slice(prefix.length));
  if (place === undefined) return [];
  return [{ ...place, revision: String(modified), stored: readStoredValue(value) }];
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Values travel to us: in the clear only on this machine. */
function checkWay(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== 'http:' || LOOPBACK.test(url.hostname)) return;
  misuse({
    code: 'cli/etcd',
    message: `etcd at ${quote(url.host)} would send what it holds in the clear.`,
    remedy: 'Use https://. Without TLS, only an etcd on this machine is read.',
  });
}

function empty(prefix: string) {
  return {
    code: 'cli/etcd-empty',
    message: `This etcd has no object below ${quote(prefix)}.`,
    remedy: 'Check --etcd, and --etcd-prefix against the API server’s own flag.',
  };
}

function withoutUrl() {
  return {
    code: 'cli/etcd',
    message: 'Certificates for etcd are named, but not where it is.',
    remedy: 'Add --etcd https://HOST:2379.',
  };
}

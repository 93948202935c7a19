import { resolve } from 'node:path';
import type { Command } from 'commander';
import { quote } from '../../base/inert.js';
import type { StoredKind } from '../../encryption/kinds.js';
import { byName, type StoredObject } from '../../encryption/stored-object.js';
import { readStoredValue } from '../../encryption/stored-value.js';
import { Etcd, EtcdError } from '../../engine/etcd.js';
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
/** A value may have 1.5 MiB: a page of them has to fit into what is read at once. */
const PAGE = 20;

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

/** What etcd holds of these kinds: of each object how it is encrypted, and nothing else. */
export async function storedObjects(
  etcd: Etcd,
  kinds: readonly StoredKind[],
  { etcdPrefix = DEFAULT_PREFIX }: EtcdOptions,
): Promise<StoredObjects> {
  const prefix = `/${etcdPrefix.replace(/^\/+|\/+$/g, '')}/`;
  const objects: StoredObject[] = [];
  let revision: bigint | undefined;
  for (const { resource, folder } of kinds) {
    const below = `${prefix}${folder}/`;
    for await (const page of pagesOf(etcd, below, revision)) {
      revision ??= page.revision;
      for (const { key, value, modified } of page.keys) {
        const path = key.toString('utf8').slice(below.length);
        const [name = '', namespace = ''] = path.split('/').reverse();
        const stored = readStoredValue(value);
        objects.push({ resource, namespace, name, revision: String(modified), stored });
      }
    }
  }
  // Every cluster has config maps: to take this for "nothing needs the key" would lock it out.
  if (objects.length === 0) misuse(empty(prefix));
  return { revision: String(revision ?? ''), objects: objects.sort(byName) };
}

/** Everything below a prefix, all at one revision. A page is let go before the next one is read. */
async function* pagesOf(etcd: Etcd, below: string, at: bigint | undefined) {
  let [from, revision]: [Uint8Array | string, bigint | undefined] = [below, at];
  for (;;) {
    const end = typeof from === 'string' ? 'prefix' : endOf(below);
    const range = { key: from, end, limit: PAGE } as const;
    const asked = revision === undefined ? range : { ...range, revision };
    const page = await etcd.range(asked).catch(unfit);
    if (page.kind !== 'found') throw compacted();
    revision ??= page.revision;
    yield { revision, keys: page.keys };
    const last = page.keys.at(-1);
    if (!page.more || last === undefined) return;
    from = Buffer.concat([last.key, Buffer.of(0)]);
  }
}

/** A prefix of ours ends in a slash: what follows it is the next character. */
function endOf(below: string): Uint8Array {
  return Buffer.from(`${below.slice(0, -1)}0`);
}

function compacted(): EtcdError {
  const why = 'What was being read is compacted meanwhile';
  return new EtcdError('unreadable', `${why}.`, 'Run the command again.');
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

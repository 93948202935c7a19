import type { Command } from 'commander';
import { quote } from '../../base/inert.js';
import type { StoredKind } from '../../encryption/kinds.js';
import { byName, type StoredObject } from '../../encryption/stored-object.js';
import { readStoredValue } from '../../encryption/stored-value.js';
import { Etcd } from '../../engine/etcd.js';
import { several } from '../command/flags.js';
import { type Io, misuse } from '../terminal/io.js';
import { readNamedFile, readPrivateFile } from './private-file.js';

/** Where etcd is, as etcdctl is told. */
export interface EtcdOptions {
  readonly etcd?: readonly string[];
  readonly etcdCacert?: string;
  readonly etcdCert?: string;
  readonly etcdKey?: string;
  /** @default /registry */
  readonly etcdPrefix?: string;
}

/** What etcd holds of some kinds, all at one revision. */
export interface StoredObjects {
  readonly revision: string;
  readonly objects: readonly StoredObject[];
}

const DEFAULT_PREFIX = '/registry';

export function etcdOptions(command: Command): Command {
  return command
    .option('--etcd <url>', 'where etcd is, to look at the stored bytes; repeatable', several)
    .option('--etcd-cacert <file>', 'the authority of etcd’s certificate, PEM')
    .option('--etcd-cert <file>', 'the certificate that etcd lets in, PEM')
    .option('--etcd-key <file>', 'its key, PEM; only its owner may read it')
    .option('--etcd-prefix <path>', 'the API server’s --etcd-prefix; otherwise /registry');
}

/** etcd by the flags; undefined where none is named. */
export function etcdOf(io: Io, options: EtcdOptions): Etcd | undefined {
  const { etcd: urls, etcdCacert, etcdCert, etcdKey } = options;
  const isAsked = urls !== undefined;
  if (!isAsked) {
    const named = [etcdCacert, etcdCert, etcdKey].some((each) => each !== undefined);
    return named ? misuse(withoutUrl()) : undefined;
  }
  const endpoints = urls.map(endpointOf);
  if ((etcdCert === undefined) !== (etcdKey === undefined)) return misuse(halfACertificate());
  return Etcd.open({
    endpoints,
    ...(etcdCacert === undefined ? {} : { ca: readNamedFile(io, '--etcd-cacert', etcdCacert) }),
    ...(etcdCert === undefined ? {} : { cert: readNamedFile(io, '--etcd-cert', etcdCert) }),
    ...(etcdKey === undefined ? {} : { key: readPrivateFile(io, '--etcd-key', etcdKey) }),
  });
}

/** What etcd holds of these kinds: of each object how it is encrypted, and nothing else. */
export async function storedObjects(
  etcd: Etcd,
  kinds: readonly StoredKind[],
  { etcdPrefix = DEFAULT_PREFIX }: EtcdOptions,
): Promise<StoredObjects> {
  const prefix = `/${etcdPrefix.replace(/^\/+|\/+$/g, '')}`;
  const objects: StoredObject[] = [];
  let revision: string | undefined;
  for (const { resource, folder } of kinds) {
    const below = `${prefix}/${folder}/`;
    for await (const page of etcd.below(below, revision)) {
      revision ??= page.revision;
      for (const { key, value, revision: written } of page.entries) {
        const [name = '', namespace = ''] = key.slice(below.length).split('/').reverse();
        objects.push({
          resource,
          namespace,
          name,
          revision: written,
          stored: readStoredValue(value),
        });
      }
    }
  }
  return { revision: revision ?? '', objects: objects.sort(byName) };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttps = url?.protocol === 'https:';
  const isLocal = url?.protocol === 'http:' && LOOPBACK.test(url.hostname);
  const isBare = url?.username === '' && url.password === '' && /^\/?$/.test(url.pathname);
  if (url !== undefined && (isHttps || isLocal) && isBare) return url;
  return misuse({
    code: 'cli/etcd',
    message: `${quote(url === undefined || isBare ? text : '…')} is not an address of etcd.`,
    remedy: 'Write --etcd https://10.0.0.5:2379. Without TLS only this machine’s own is read.',
  });
}

function withoutUrl() {
  return {
    code: 'cli/etcd',
    message: 'Certificates for etcd are named, but not where it is.',
    remedy: 'Add --etcd https://HOST:2379.',
  };
}

function halfACertificate() {
  return {
    code: 'cli/etcd',
    message: 'A certificate and its key belong together.',
    remedy: 'Name both --etcd-cert and --etcd-key, or neither.',
  };
}

import { basename, dirname, resolve } from 'node:path';
import { inert } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import type { Evidence } from '../../certificate/evidence.js';
import type { EtcdFacts, Seen, StoredFact } from '../../certificate/facts.js';
import { Etcd, type EtcdAccess, EtcdError } from '../../engine/etcd.js';
import { readProjectFile } from '../../files/disk.js';
import { readKeyFile } from '../../files/key-file.js';
import { type Io, misuse } from '../terminal/io.js';
import { readEtcd } from './etcd-reading.js';
import { unreadable } from './named-file.js';

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
  readonly stored: Seen<readonly StoredFact[]>;
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
    const { facts, stored } = await readEtcd(
      etcd,
      new URL(endpoint).host,
      prefixOf(options),
      evidence,
    );
    return { facts: { kind: 'seen', is: facts }, stored: { kind: 'seen', is: stored } };
  } catch (error) {
    if (!EtcdError.isEtcdError(error)) throw error;
    if (error.failure === 'endpoint') misuse(wrongEndpoint(error));
    const nothing = { kind: 'not known', why: inert(error.message.split('\n')[0] ?? '') } as const;
    return { facts: nothing, stored: nothing };
  }
}

/** Without its slash, a prefix would begin other keys, too. */
export function prefixOf({ etcdPrefix = '/registry/' }: EtcdOptions): string {
  return etcdPrefix.endsWith('/') ? etcdPrefix : `${etcdPrefix}/`;
}

function accessOf(io: Io, endpoint: string, options: EtcdOptions): EtcdAccess {
  const problems: Problem[] = [];
  const read = (file: string | undefined) => {
    if (file === undefined) return undefined;
    const path = resolve(io.cwd, file);
    const { text, problem } = readProjectFile(dirname(path), basename(path));
    if (text === undefined)
      problems.push(problem ?? unreadable(file, new Error('it is not there')));
    return text;
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

function wrongEndpoint(error: EtcdError): Problem {
  const [message = ''] = error.message.split('\n');
  return { code: 'certificate/etcd', message, remedy: error.remedy };
}

import { inert } from '../../base/inert.js';
import { type KeyName, keyText } from '../../encryption/configuration.js';
import { useOf } from '../../encryption/declared-use.js';
import { lockedStack } from '../../files/projects-lock.js';
import type { ClusterOptions } from '../cluster/access.js';
import type { Io } from '../terminal/io.js';
import type { Stack, Workspace } from '../workspace/workspace.js';
import { askServers, keyNameOf } from './reading.js';

/** What a command says of a cluster's encryption: of its counters, which prove no object. */
export interface EncryptionStanding {
  readonly level: 'ok' | 'unknown' | 'wrong';
  readonly message: string;
  readonly remedy: string;
}

const VERIFY = 'Look at the stored bytes: npx reprieve encryption verify --etcd https://HOST:2379';

/** The key that a stack declares, by its own property or by reprieve.yaml. */
export function declaredKey(workspace: Workspace, stack: string): KeyName | undefined {
  const locked = lockedStack(workspace.lock(), stack)?.encryption;
  return keyNameOf(locked ?? workspace.settings().encryption);
}

/** Counters name a plugin, and of local keys only the kind. */
function asDeclared({ provider }: KeyName): string {
  const isNamed = provider === 'kms' || provider === 'identity';
  return isNamed
    ? 'the API server writes so'
    : `the API server writes by ${provider}, by which key it doesn’t show`;
}

/** Holds what a stack declares against what its API server counts. */
export async function encryptionStanding(
  io: Io,
  options: ClusterOptions,
  declared: KeyName,
  stack: Stack,
): Promise<EncryptionStanding> {
  const [asked] = await askServers(io, options, stack);
  const what = inert(keyText(declared));
  if (asked?.metrics === undefined) {
    const why = asked?.failure?.split('\n')[0] ?? 'it did not answer';
    return {
      level: 'unknown',
      message: `declared: ${what}; the API server’s metrics could not be read (${inert(why)})`,
      remedy: `Ask for the right to get /metrics. ${VERIFY}`,
    };
  }
  const { kind, prefixes } = useOf(declared, asked.metrics);
  const shown = prefixes.map(inert).join(', ');
  switch (kind) {
    case 'as-declared':
      return { level: 'ok', message: `declared: ${what}; ${asDeclared(declared)}`, remedy: '' };
    case 'not-shown': {
      const message = `declared: ${what}; the API server has written no secret since its start`;
      return { level: 'unknown', message, remedy: VERIFY };
    }
    case 'none':
      return {
        level: 'wrong',
        message: `${what} is declared, and the API server shows no encryption at all: secrets are in plain text.`,
        remedy: 'npx reprieve encryption config --out encryption.yaml writes what it needs.',
      };
    case 'otherwise':
      return {
        level: 'wrong',
        message: `${what} is declared, and since its start the API server has written secrets by ${shown}.`,
        remedy:
          'npx reprieve encryption rotate shows what is next. After a rotation, these numbers stay until the API server is restarted.',
      };
  }
}

import { escapeInvisible, inert } from '../../base/inert.js';
import { keyText } from '../../encryption/configuration.js';
import { type DeclaredKey, useOf } from '../../encryption/declared-use.js';
import { isWithoutKey } from '../../encryption/operations.js';
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
export function declaredKey(workspace: Workspace, stack: string): DeclaredKey | undefined {
  const locked = lockedStack(workspace.lock(), stack)?.encryption;
  return keyNameOf(locked ?? workspace.settings().encryption);
}

/** Of local keys, not every API server counts which one it was. */
function asDeclared({ provider }: DeclaredKey, prefixes: readonly string[]): string {
  return prefixes.some(isWithoutKey)
    ? `the API server writes by ${provider}, by which key it doesn’t show`
    : 'the API server writes so';
}

/** A service doesn't show its users what its API server does. */
function asManaged(what: string): EncryptionStanding {
  const message = `declared: ${what}; the service that runs the cluster doesn’t show more`;
  return { level: 'ok', message, remedy: '' };
}

/** Holds what a stack declares against what its API server counts. */
export async function encryptionStanding(
  io: Io,
  options: ClusterOptions,
  declared: DeclaredKey,
  stack: Stack,
): Promise<EncryptionStanding> {
  const [asked] = await askServers(io, options, stack);
  const what = `${escapeInvisible(keyText(declared))}${declared.managed === true ? ', managed' : ''}`;
  if (asked?.metrics === undefined && declared.managed === true) return asManaged(what);
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
      return {
        level: 'ok',
        message: `declared: ${what}; ${asDeclared(declared, prefixes)}`,
        remedy: '',
      };
    case 'not-shown': {
      const message = `declared: ${what}; the API server has written no secret since its start`;
      return { level: 'unknown', message, remedy: VERIFY };
    }
    case 'both':
      return {
        level: 'unknown',
        message: `declared: ${what}; since its start the API server has written secrets by ${shown}`,
        remedy: `After a rotation, the older numbers stay until the API server is restarted. ${VERIFY}`,
      };
    case 'none':
      if (declared.managed === true) return asManaged(what);
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

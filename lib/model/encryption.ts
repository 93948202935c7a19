import { quote } from '../base/inert.js';
import type { Problem } from '../base/problem.js';

/** How objects can be encrypted in etcd. `identity` is plain text. */
export const ENCRYPTION_PROVIDERS = ['kms', 'secretbox', 'aesgcm', 'identity'] as const;

/** How a cluster encrypts what it keeps in etcd: `kms`, `secretbox`, `aesgcm`, or `identity`, which is plain text. */
export type EncryptionProvider = (typeof ENCRYPTION_PROVIDERS)[number];

/**
 * How a cluster is to encrypt what it keeps in etcd. It names keys, and holds none.
 *
 * @example
 * const encryption: EncryptionSpec = { provider: 'secretbox', key: 'key-1' };
 */
export interface EncryptionSpec {
  /**
   * `kms`: by a key management service, whose root key stays yours. `secretbox`, `aesgcm`: by a key
   * in a file of the API server. `identity`: not at all.
   */
  readonly provider: EncryptionProvider;
  /** The name of the key, with `kms` that of the plugin: objects carry it in front of their bytes. */
  readonly key?: string;
  /** Where the KMS plugin listens: `unix:///run/kms.sock`. */
  readonly endpoint?: string;
  /** How long the API server waits for the plugin. @default '3s' */
  readonly timeout?: string;
  /** Further kinds, such as `widgets.example.org`. @default - secrets, config maps and templates */
  readonly resources?: readonly string[];
}

/** A problem with a field; `field` is where it stands in the specification. */
export interface EncryptionFault {
  readonly field: keyof EncryptionSpec;
  readonly problem: Problem;
}

/** A name is written before every object's bytes, with a colon after it. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;
const SOCKET = /^unix:\/\/(?:\/|@)[^\s?#]{1,104}$/;
/** The durations of Go that are in use here. */
const TIMEOUT = /^(?:\d{1,6}(?:\.\d{1,3})?(?:ms|s|m|h))+$/;

/** Everything that is wrong with a specification. */
export function encryptionFaults(spec: EncryptionSpec): readonly EncryptionFault[] {
  const { provider, key, endpoint, timeout } = spec;
  const faults: EncryptionFault[] = [];
  const add = (field: EncryptionFault['field'], problems: readonly Problem[]) => {
    for (const each of problems) faults.push({ field, problem: each });
  };
  if (provider === 'identity') {
    for (const field of ['key', 'endpoint', 'timeout'] as const) {
      if (spec[field] !== undefined) add(field, [unused(field, 'identity, which has no key')]);
    }
    return faults;
  }
  add('key', key === undefined ? [missing('key', provider)] : checkKeyName(key));
  if (provider === 'kms') {
    add(
      'endpoint',
      endpoint === undefined ? [missing('endpoint', provider)] : checkSocket(endpoint),
    );
    if (timeout !== undefined) add('timeout', checkTimeout(timeout));
    return faults;
  }
  for (const field of ['endpoint', 'timeout'] as const) {
    if (spec[field] !== undefined) add(field, [unused(field, `${provider}: only kms has one`)]);
  }
  return faults;
}

/** What is wrong with a key's name. */
export function checkKeyName(name: string): readonly Problem[] {
  const code = 'encryption/name';
  if (KEY_LIKE.test(name)) {
    const message = `A text of ${name.length} characters looks like a key, and not like a key's name.`;
    const remedy =
      'Use a short name, such as key-1: it is in this file, in the lock, and in front of every object. If this was a key, it is no secret any more: make another.';
    return [{ code, message, remedy }];
  }
  if (NAME.test(name)) return [];
  const message = `${shownText(name)} is not a name for a key.`;
  const remedy = 'Use letters, digits, dots, dashes and underscores, 253 at most.';
  return [{ code, message, remedy }];
}

/** Keys of 16 bytes and more in hexadecimal or Base64. */
const KEY_LIKE = /^(?:[0-9a-fA-F]{32,}|[A-Za-z0-9+/]{22,}==|[A-Za-z0-9+/]{40,}=?)$/;
/** What a key, or a piece of one, may look like. */
const PERHAPS_KEY = /[A-Za-z0-9+/]{16,}/;

/** A value of a file that holds keys, for a message: one that may be a key is not shown. */
export function shownText(value: unknown): string {
  return isPerhapsKey(value) ? `(${value.length} characters, not shown)` : quote(value);
}

/** Whether a text may be a key, or have one in it. */
export function isPerhapsKey(value: unknown): value is string {
  return typeof value === 'string' && PERHAPS_KEY.test(value);
}

/** What is wrong with a plugin's address. */
export function checkSocket(endpoint: string): readonly Problem[] {
  if (SOCKET.test(endpoint)) return [];
  const message = `${shownText(endpoint)} is not the address of a socket.`;
  return [{ code: 'encryption/endpoint', message, remedy: 'Write unix:///run/kms.sock.' }];
}

/** What is wrong with a plugin's timeout. */
export function checkTimeout(timeout: unknown): readonly Problem[] {
  const isTime = typeof timeout === 'string' && TIMEOUT.test(timeout) && /[1-9]/.test(timeout);
  if (isTime) return [];
  const message = `${shownText(timeout)} is not a timeout.`;
  return [{ code: 'encryption/timeout', message, remedy: 'Write 3s, or leave it out.' }];
}

function missing(field: string, provider: string): Problem {
  return {
    code: `encryption/${field}`,
    message: `Encryption by ${provider} has no ${field}.`,
    remedy: field === 'key' ? 'Write key: NAME.' : 'Write endpoint: unix:///run/kms.sock.',
  };
}

function unused(field: string, why: string): Problem {
  return {
    code: `encryption/${field}`,
    message: `The ${field} is not for ${why}.`,
    remedy: `Remove ${field}, or choose another provider.`,
  };
}

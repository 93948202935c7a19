import type { Problem } from '../base/problem.js';
import { checkKeyName, checkSocket, checkTimeout, shownText } from '../model/encryption.js';
import type { KmsKey, LocalKey } from './configuration.js';

/**
 * The lengths of keys in bytes.
 *
 * @see https://kubernetes.io/docs/reference/config-api/apiserver-encryption.v1/
 */
const LENGTHS: Readonly<Record<LocalKey['provider'], readonly number[]>> = {
  secretbox: [32],
  aesgcm: [16, 24, 32],
  aescbc: [16, 24, 32],
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const REMEDY = 'Have `reprieve encryption config` make a key, or use 32 random bytes in Base64.';

/** What is wrong with a key of the API server's own. Its secret is in no message. */
export function keyProblems({ provider, name, secret }: LocalKey): readonly Problem[] {
  const code = 'encryption/secret';
  if (!BASE64.test(secret)) {
    const message = `The secret of the ${provider} key ${shownText(name)} is not Base64.`;
    return [...checkKeyName(name), { code, message, remedy: REMEDY }];
  }
  const length = Buffer.from(secret, 'base64').length;
  const allowed = LENGTHS[provider];
  if (allowed.includes(length)) return checkKeyName(name);
  const message = `The ${provider} key ${shownText(name)} has ${length} bytes; it needs ${allowed.join(', ')}.`;
  return [...checkKeyName(name), { code, message, remedy: REMEDY }];
}

/** What is wrong with a plugin. `timeout` is what stands there, whatever its type. */
export function kmsProblems(
  { name, endpoint }: Pick<KmsKey, 'name' | 'endpoint'>,
  timeout: unknown,
): readonly Problem[] {
  return [
    ...checkKeyName(name),
    ...checkSocket(endpoint),
    ...(timeout === undefined ? [] : checkTimeout(timeout)),
  ];
}

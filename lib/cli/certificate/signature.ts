import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { quoteName } from '../../base/inert.js';
import { readProjectFile } from '../../files/disk.js';
import { readKeyFile } from '../../files/key-file.js';
import { misuse } from '../terminal/io.js';

/** Reads the key that certificates are signed with: 64 bytes, as `openssl pkeyutl -rawin` makes them. */
export function readSigner(file: string): (bytes: Uint8Array) => Uint8Array {
  const { value, problems } = readKeyFile(file);
  if (value === undefined) return misuse(...problems);
  const key = keyOf(file, () => createPrivateKey(value));
  return (bytes) => sign(null, bytes, key);
}

/** Reads the public key that a signature is checked with; a private one will do. */
export function readVerifier(file: string): (bytes: Uint8Array, signature: Uint8Array) => boolean {
  const { text = '', problem } = readProjectFile(dirname(file), basename(file));
  if (problem !== undefined) misuse(problem);
  const key = keyOf(file, () => createPublicKey(text));
  return (bytes, signature) => verify(null, bytes, key, signature);
}

/** What OpenSSL says of a key could repeat a part of it, so that isn't shown. */
function keyOf(file: string, read: () => KeyObject): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Reported below.
  }
  return misuse({
    code: 'key/ed25519',
    message: `${quoteName(file)} is not an Ed25519 key in PEM without a passphrase.`,
    remedy:
      'Make one: openssl genpkey -algorithm ed25519 -out KEY.pem; its public half: openssl pkey -in KEY.pem -pubout.',
    source: { file },
  });
}

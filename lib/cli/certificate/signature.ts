import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { readProjectFile } from '../../files/disk.js';
import { readKeyFile } from '../../files/key-file.js';
import { type Io, misuse } from '../terminal/io.js';
import { unreadable } from './named-file.js';

/** Reads the key that certificates are signed with: 64 bytes, as `openssl pkeyutl -rawin` makes them. */
export function readSigner(file: string): (bytes: Uint8Array) => Uint8Array {
  const { value, problems } = readKeyFile(file);
  if (value === undefined) return misuse(...problems);
  const key = keyOf(file, () => createPrivateKey(value));
  return (bytes) => sign(null, bytes, key);
}

/** Reads the public key that a signature is checked with. A private one is not for whoever checks. */
export function readVerifier(
  io: Io,
  named: string,
): (bytes: Uint8Array, signature: Uint8Array) => boolean {
  const path = resolve(io.cwd, named);
  const { text, problem } = readProjectFile(dirname(path), basename(path));
  if (problem !== undefined) misuse({ ...problem, source: { file: named } });
  if (text === undefined) return misuse(unreadable(named, new Error('it is not there')));
  if (PRIVATE.test(text)) misuse(isPrivate(named));
  const key = keyOf(named, () => createPublicKey(text));
  return (bytes, signature) => verify(null, bytes, key, signature);
}

const PRIVATE = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

function isPrivate(file: string): Problem {
  return {
    code: 'key/private',
    message: `${quoteName(file)} is a private key. A signature is checked with the public one.`,
    remedy:
      'Make it of the private key: openssl pkey -in KEY.pem -pubout. Whoever has the private key can sign: if others got it, make a new one.',
    source: { file },
  };
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

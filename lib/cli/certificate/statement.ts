import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { parseTimestamp, rfc3339 } from '../../base/timestamp.js';
import { goneFrom } from '../../certificate/certificate.js';
import type { Evidence } from '../../certificate/evidence.js';
import type { KeyStatement } from '../../certificate/facts.js';
import { misuse } from '../terminal/io.js';

/** What is stated of the key that encrypted the objects. */
export interface Stating {
  readonly oldKey?: string;
  readonly keyDestroyedBy?: string;
  readonly keyDestroyedAt?: string;
}

/** A person's word that the old key is destroyed: all three parts, or none. */
export function statementIn(
  { oldKey, keyDestroyedBy, keyDestroyedAt }: Stating,
  now: Date,
): KeyStatement | null {
  const given = [oldKey, keyDestroyedBy, keyDestroyedAt].filter((each) => each !== undefined);
  if (given.length === 0) return null;
  const at = parseTimestamp(keyDestroyedAt ?? '').value;
  const by = keyDestroyedBy?.trim() ?? '';
  if (oldKey !== undefined && by !== '' && at !== undefined) {
    if (!STORED_KEY.test(oldKey)) misuse(noStoredKey(oldKey));
    if (at > now.getTime()) misuse(notYetDestroyed(rfc3339(new Date(at))));
    return { key: oldKey, by, destroyedAt: rfc3339(new Date(at)) };
  }
  return misuse({
    code: 'certificate/statement',
    message:
      'A statement that a key was destroyed names the key, the person who answers for it, and when.',
    remedy:
      'Give --old-key KEY --key-destroyed-by NAME --key-destroyed-at 2026-01-31T12:00:00Z together.',
  });
}

/**
 * What is stored is read with its key: one that was destroyed while the objects were there encrypted
 * them no more, and its end says nothing of what was stored last.
 */
export function requireKeyOf(evidence: Evidence, { key, destroyedAt }: KeyStatement): void {
  const gone = goneFrom(evidence);
  if (Date.parse(destroyedAt) >= Date.parse(gone)) return;
  misuse({
    code: 'certificate/statement',
    message: `${quoteName(key)} is not the key that the objects were last encrypted with: it was destroyed at ${destroyedAt}, and they were still there at ${gone}.`,
    remedy: 'Name the key that they were encrypted with when they were deleted, or check the time.',
  });
}

/** As etcd has it before each object, and `encryption verify` prints it. */
const STORED_KEY =
  /^(?:(?:aescbc|aesgcm|secretbox):v1|kms:v[12]):[^:\s]+(?::sha256:[0-9a-f]{64})?$/;

function noStoredKey(key: string): Problem {
  return {
    code: 'certificate/statement',
    message: `${quoteName(key)} is not a key as etcd stores it, so no object would ever carry it.`,
    remedy:
      'Write provider, version and name, as `encryption verify` prints them: aesgcm:v1:key1, or kms:v2:cloud.',
  };
}

function notYetDestroyed(at: string): Problem {
  return {
    code: 'certificate/statement',
    message: `The key can't have been destroyed at ${at}: that is yet to come.`,
    remedy: 'State it when it has happened, or check the clock of this machine.',
  };
}

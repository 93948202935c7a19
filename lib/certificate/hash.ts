import { createHash } from 'node:crypto';
import { canonical } from '../base/canonical.js';

/** The SHA-256 of bytes or of a text in UTF-8, in hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The same of a value, whatever the order of its keys. */
export function sha256Of(value: unknown): string {
  return sha256(canonical(value));
}

import { createHash } from 'node:crypto';

/** What stays the same for one thing told from run to run, so that tools know it again. */
export function fingerprintOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { type Io, misuse } from '../terminal/io.js';

/** No file of a certificate is larger. */
const MAX_BYTES = 256 * 2 ** 20;

/** The bytes of a file, by the name that problems have it by. */
export function bytesOf(io: Io, name: string): Buffer {
  const path = resolve(io.cwd, name);
  try {
    const about = statSync(path);
    if (!about.isFile()) throw new Error('it is not a file');
    if (about.size > MAX_BYTES) throw new Error('it is larger than 256 MiB');
    return readFileSync(path);
  } catch (error) {
    return misuse(unreadable(name, error));
  }
}

/** A file that was named and can't be read. */
export function unreadable(file: string, error: unknown): Problem {
  return {
    code: 'certificate/unreadable',
    message: `${quoteName(file)} can't be read: ${error instanceof Error ? error.message : String(error)}.`,
    remedy: 'Check the path, and that you may read it.',
    source: { file },
  };
}

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { quoteName } from '../base/inert.js';
import type { Checked } from '../base/problem.js';

const MAX_KEY = 2 ** 16;

/**
 * Reads a file with a private key. One that others than its owner may read or write is refused: what
 * it signs or opens would prove nothing. Its content is in no message.
 */
export function readKeyFile(path: string): Checked<string> {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) return fault(path, 'key/unreadable', 'is not a file', 'Name the file.');
      if (stats.size > MAX_KEY) {
        return fault(path, 'key/unreadable', 'is larger than 64 KiB', 'Name the key’s own file.');
      }
      if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
        const mode = (stats.mode & 0o777).toString(8).padStart(4, '0');
        const open = `can be read or written by others than its owner (mode ${mode})`;
        return fault(
          path,
          'key/open',
          open,
          'Run chmod 600 on it; if others could read it, make a new key.',
        );
      }
      return { value: readFileSync(descriptor, 'utf8'), problems: [] };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const remedy = 'Check the path, and that you may read it.';
    return fault(path, 'key/unreadable', `can't be read (${code})`, remedy);
  }
}

function fault(path: string, code: string, what: string, remedy: string): Checked<never> {
  const message = `The key file ${quoteName(path)} ${what}.`;
  return { problems: [{ code, message, remedy, source: { file: path } }] };
}

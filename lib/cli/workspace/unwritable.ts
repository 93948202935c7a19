import { quote, quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { FileLockedError } from '../../files/file-lock.js';

/** Why a file or folder could not be written. Throws again what is no fault of files. */
export function unwritable(name: string, error: unknown): Problem {
  const source = { file: name };
  if (error instanceof FileLockedError) {
    return {
      code: 'file/locked',
      message: `${quoteName(name)} is being changed by another command: ${error.message}. Nothing was changed.`,
      remedy: `Wait for it and try again. If it does not run any more, remove ${error.lock}.`,
      source,
    };
  }
  if (!(error instanceof Error && 'syscall' in error)) throw error;
  return {
    code: 'file/unwritable',
    message: `${quote(name)} can't be written: ${error.message}. Nothing was changed.`,
    remedy: 'Check the permissions of the file and of its folder, and the room on the disk.',
    source,
  };
}

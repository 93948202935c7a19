import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';
import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { type Io, misuse } from '../terminal/io.js';

const MAX_BYTES = 2 ** 20;

/** Whether others than a file's owner could read it. */
const OTHERS = 0o077;

/** What is wrong with a file that holds keys and that others can read. */
export function exposed(path: string, mode: number): Problem | undefined {
  if ((mode & OTHERS) === 0) return undefined;
  return {
    code: 'file/exposed',
    message: `${quoteName(path)} holds a key, and others than its owner can read it (mode ${(mode & 0o777).toString(8).padStart(4, '0')}).`,
    remedy: `chmod 600 ${path}; if others may have read it, rotate the key. Nothing was written.`,
    source: { file: path },
  };
}

/** A file's mode, for who has read it already. */
export function modeOf(io: Io, path: string): number {
  const descriptor = openSync(resolve(io.cwd, path), constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return fstatSync(descriptor).mode;
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a file that a flag names, whoever may read it. */
export function readNamedFile(io: Io, flag: string, path: string): Buffer {
  let descriptor: number | undefined;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
    descriptor = openSync(resolve(io.cwd, path), constants.O_RDONLY | constants.O_NONBLOCK);
    const problem = unfit(path, fstatSync(descriptor));
    return problem === undefined ? readFileSync(descriptor) : misuse(problem);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    return misuse(unreadable(flag, path, code));
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function unfit(path: string, stats: Stats): Problem | undefined {
  const source = { file: path };
  if (!stats.isFile()) {
    const message = `${quoteName(path)} is not a file.`;
    return { code: 'file/not-a-file', message, remedy: 'Name a file.', source };
  }
  if (stats.size <= MAX_BYTES) return undefined;
  const message = `${quoteName(path)} is larger than ${MAX_BYTES / 2 ** 20} MiB.`;
  const remedy = 'Check whether this is the file you mean.';
  return { code: 'file/too-large', message, remedy, source };
}

function unreadable(flag: string, path: string, code: string): Problem {
  const isMissing = code === 'ENOENT';
  return {
    code: 'file/unreadable',
    message: isMissing
      ? `There is no file ${quoteName(path)}, which ${flag} names.`
      : `${quoteName(path)}, which ${flag} names, can't be read (${code}).`,
    remedy: isMissing ? 'Check the path.' : 'Run this as a user that may read it.',
    source: { file: path },
  };
}

import {
  closeSync,
  constants,
  existsSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';

/** A file beside main.ts: its text, or why it can't be read. Neither where it isn't there. */
export interface ProjectFile {
  /** The name, as problems show it. */
  readonly file: string;
  readonly text?: string;
  readonly problem?: Problem;
}

/** No file beside main.ts is larger; each reader has its own, smaller limit. */
export const MAX_BYTES = 2 ** 24;

/** How many leftovers of killed processes are stepped over. */
const MAX_LEFTOVERS = 100;

/** Reads a file of a project's folder as UTF-8. A file that isn't there is no problem. */
export function readProjectFile(dir: string, name: string): ProjectFile {
  try {
    return { file: name, ...readText(name, join(dir, name)) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { file: name };
    return { file: name, problem: unreadable(name, codeOf(error)) };
  }
}

/**
 * Replaces a file's text so that a reader sees the old text or the new, whole in both cases, even
 * if the machine stops in between. A symbolic link stays: the file that it leads to is replaced.
 * Throws what the file system says; the old text is then still there.
 *
 * @param lasts - whether to wait until it is on the disk; not for what the next command writes again
 */
export function writeAtomically(path: string, text: string | Uint8Array, lasts = true): void {
  const known = lstatSync(path, { throwIfNoEntry: false });
  const real = known === undefined ? path : realpathSync(path);
  const stats = known === undefined ? undefined : lstatSync(real, { throwIfNoEntry: false });
  const { temporary, descriptor } = openTemporary(
    real,
    stats === undefined ? undefined : stats.mode & 0o777,
  );
  try {
    if (stats !== undefined) keepOwner(descriptor, stats);
    writeAndClose(descriptor, text, lasts);
    renameSync(temporary, real);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (lasts) syncFolder(dirname(real));
}

/**
 * Writes a new file, whole or not at all. Throws `EEXIST` where there is one, also where another
 * process has made it in the meantime.
 */
export function createAtomically(path: string, text: string | Uint8Array): void {
  const { temporary, descriptor } = openTemporary(path, undefined);
  try {
    writeAndClose(descriptor, text, true);
    linkSync(temporary, path);
  } catch (error) {
    // Some file systems have no links: there, what was looked for before has to do.
    if (!WITHOUT_LINKS.has(codeOf(error)) || existsSync(path)) throw error;
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(path));
}

/**
 * Creates a folder, and those above it that are missing. Node's own `recursive` never ends where a
 * file system creates nothing in a folder that is there, as in `/proc`. Throws what the file system says.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !isFolder(at); at = dirname(at)) {
    missing.push(at);
    if (at === dirname(at)) break;
  }
  for (const each of missing.reverse()) makeOne(each);
}

/** Another process may create it in the meantime. */
function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !isFolder(path)) throw error;
  }
}

/** What can't be looked at is for `mkdir` to say. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

function readText(name: string, path: string): Omit<ProjectFile, 'file'> {
  // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const problem = unfit(name, fstatSync(descriptor));
    return problem === undefined ? decodeText(name, readFileSync(descriptor)) : { problem };
  } finally {
    closeSync(descriptor);
  }
}

function unfit(name: string, stats: Stats): Problem | undefined {
  if (!stats.isFile()) {
    return fault(name, 'file/not-a-file', 'is not a file.', 'Put a file there, or remove it.');
  }
  if (stats.size <= MAX_BYTES) return undefined;
  const size = `is larger than ${MAX_BYTES / 2 ** 20} MiB.`;
  return fault(name, 'file/too-large', size, 'Check whether this is the file you mean.');
}

/** A file's bytes as UTF-8. */
export function decodeText(name: string, bytes: Buffer): Omit<ProjectFile, 'file'> {
  try {
    // A byte order mark is kept, so that the reader can tell where it is.
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { problem: notUtf8(name, bytes) };
  }
}

function notUtf8(name: string, bytes: Buffer): Problem {
  // What isn't UTF-8 is decoded to U+FFFD: the first byte where that differs is the culprit.
  const decoded = bytes.toString('utf8');
  const again = Buffer.from(decoded, 'utf8');
  const at = again.findIndex((byte, index) => byte !== bytes[index]);
  const before = bytes.subarray(0, at === -1 ? bytes.length : at).toString('utf8');
  const line = before.split('\n');
  const problem = fault(
    name,
    'file/encoding',
    'is not UTF-8.',
    'Save it as UTF-8, without a byte order mark.',
  );
  const column = (line.at(-1) ?? '').length + 1;
  return { ...problem, source: { file: name, line: line.length, column } };
}

function unreadable(name: string, code: string): Problem {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'You have no permission to read it: change its mode, or run as its owner.',
    EPERM: 'You have no permission to read it: change its mode, or run as its owner.',
    EISDIR: 'It is a folder: put a file there, or remove it.',
    ELOOP: 'It is a symbolic link that leads to itself: remove it.',
    ENOTDIR: 'Its folder is not a folder: check the path.',
  };
  const remedy = reasons[code] ?? 'Check that the file is there and can be read.';
  return fault(name, 'file/unreadable', `can't be read (${code}).`, remedy);
}

function fault(name: string, code: string, what: string, remedy: string): Problem {
  return { code, message: `${quoteName(name)} ${what}`, remedy, source: { file: name } };
}

/** A new file in the same folder: only within one file system is a rename atomic. */
function openTemporary(path: string, mode: number | undefined) {
  for (let attempt = 0; ; attempt += 1) {
    const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${attempt}.tmp`);
    try {
      return { temporary, descriptor: openSync(temporary, 'wx', mode ?? 0o666) };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || attempt >= MAX_LEFTOVERS) throw error;
    }
  }
}

function writeAndClose(descriptor: number, text: string | Uint8Array, lasts: boolean): void {
  try {
    writeFileSync(descriptor, text);
    if (lasts) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Whoever reads it by its owner or group goes on to. Only root can give a file to somebody else. */
function keepOwner(descriptor: number, { uid, gid }: Stats): void {
  const now = fstatSync(descriptor);
  if (now.uid === uid && now.gid === gid) return;
  try {
    fchownSync(descriptor, uid, gid);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

/** Makes the rename itself last. Not every file system can, and the file is whole without. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

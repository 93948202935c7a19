import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { quoteName } from '../../base/inert.js';
import { shellWord } from '../../base/shell.js';
import type { LocalKey } from '../../encryption/configuration.js';
import { writeAtomically } from '../../files/disk.js';
import { type Io, misuse } from '../terminal/io.js';
import { unwritable } from '../workspace/unwritable.js';
import { removeLeftovers } from './leftovers.js';

const KEY_BYTES = 32;

/** A new key from the system's random source. It goes into a file, and nowhere else. */
export function newKey(provider: LocalKey['provider'], name: string): LocalKey {
  return { provider, name, secret: randomBytes(KEY_BYTES).toString('base64') };
}

/** Writes a file that only its owner can read. A file that is there already stays as it is. */
export function createPrivateFile(io: Io, path: string, text: string): void {
  const target = resolve(io.cwd, path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  if (/[/\\]$/.test(path) || isFolder(target)) misuse(aFolder(path));
  removeLeftovers(io, target);
  if (existsSync(target)) misuse(inTheWay(path));
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      // Whatever the umask takes away, nothing is added.
      fchmodSync(descriptor, 0o600);
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    // Unlike a rename, a link fails where somebody else was quicker.
    linkSync(temporary, target);
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    misuse(isThere ? inTheWay(path) : unwritable(path, error));
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** So many copies of one file are kept; each has other keys. */
const MAX_COPIES = 100;

/**
 * Keeps a text beside the file that it is from, for the file's owner alone, and says under which
 * name. One that is there already with the same text will do: the last run may have been killed.
 */
export function keepBeside(io: Io, name: string, text: string): string {
  for (let count = 1; count <= MAX_COPIES; count += 1) {
    const copy = `${name}.before-drop${count === 1 ? '' : `-${count}`}`;
    const path = resolve(io.cwd, copy);
    if (isFolder(path)) continue;
    if (!existsSync(path)) {
      createPrivateFile(io, copy, text);
      return copy;
    }
    if (readFileSync(path, 'utf8') === text) return copy;
  }
  return misuse(inTheWay(`${name}.before-drop`));
}

/** A file with what it is to become. */
export interface FileChange {
  readonly name: string;
  /** SHA-256 of what the change was made from. */
  readonly hash: string;
  readonly text: string;
}

/** Changes files whose content is still what was read; none where one of them isn't. */
export function replaceFiles(io: Io, changes: readonly FileChange[]): void {
  for (const { name, hash } of changes) {
    const bytes = readFileSync(resolve(io.cwd, name));
    const now = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (now !== hash) misuse(changedMeanwhile(name));
  }
  for (const { name, text } of changes) {
    try {
      removeLeftovers(io, resolve(io.cwd, name));
      writeAtomically(resolve(io.cwd, name), text);
    } catch (error) {
      misuse(unwritable(name, error));
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function aFolder(path: string) {
  return {
    code: 'encryption/folder',
    message: `${quoteName(path)} is a folder, not a file.`,
    remedy: `Name a file that does not exist yet: --out ${shellWord(join(path, 'encryption.yaml'))}.`,
  };
}

function inTheWay(path: string) {
  return {
    code: 'encryption/exists',
    message: `${quoteName(path)} is there already. It was not changed: it may hold the only copy of a key.`,
    remedy: 'Name another file, or add a key to this one: npx reprieve encryption rotate.',
    source: { file: path },
  };
}

function changedMeanwhile(name: string) {
  return {
    code: 'encryption/changed',
    message: `${quoteName(name)} was changed by somebody else meanwhile. Nothing was written.`,
    remedy: 'Run the command again.',
    source: { file: name },
  };
}

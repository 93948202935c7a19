import {
  existsSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { quote, quoteName } from '../../base/inert.js';
import { makeFolder } from '../../files/disk.js';
import { EXIT, type ExitCode, type Io, misuse, print, refuse, say } from '../terminal/io.js';
import { unwritable } from '../workspace/unwritable.js';
import { scaffold } from './scaffold.js';

type Files = ReadonlyMap<string, string>;

/**
 * `init [folder]`: makes an app that deploys to the sandbox as it stands. Nothing is overwritten: a
 * file that is there and says something else stops it before anything is written.
 */
export function initialise(io: Io, name: string): ExitCode {
  const folder = resolve(io.cwd, name);
  const files = scaffold(folder, io.now());
  try {
    mustBeFree(name, folder, files);
    print(io, `Creating app in '${name}'...`);
    if (existsSync(folder)) fill(folder, files);
    else create(folder, files);
  } catch (error) {
    misuse(unwritable(name, error));
  }
  print(io, 'OK');
  sayNext(io, folder);
  return EXIT.ok;
}

function mustBeFree(name: string, folder: string, files: Files): void {
  const file = nearestFile(folder);
  if (file !== undefined) {
    misuse({
      code: 'init/file',
      message: `${quote(name)} can't be a folder: ${quoteName(basename(file))} is a file. Nothing was written.`,
      remedy: 'Name a folder that is new or has none of the files of an app.',
    });
  }
  const taken = [...files].filter(([path, text]) => isTaken(join(folder, path), text));
  if (taken.length > 0) {
    refuse({
      code: 'init/exists',
      message: `${quote(name)} already has ${taken
        .map(([path]) => path)
        .map(quoteName)
        .join(', ')}. Nothing was written.`,
      remedy: 'Name a folder that is new or has no such files.',
    });
  }
}

/** A file where the folder, or one above it, would have to be. */
function nearestFile(folder: string): string | undefined {
  // Below a file there is nothing, which is no missing entry.
  const stats = existsSync(folder) ? statSync(folder) : undefined;
  if (stats !== undefined) return stats.isDirectory() ? undefined : folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestFile(parent);
}

/** A folder that is not there yet appears with everything in it, or not at all. */
function create(folder: string, files: Files): void {
  const parent = dirname(folder);
  makeFolder(parent);
  const staged = mkdtempSync(join(parent, `.${basename(folder)}-`));
  try {
    const whole = join(staged, 'app');
    writeAll(whole, files);
    renameSync(whole, folder);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

/** Into a folder that is there, files are linked one by one: a link never replaces what exists. */
function fill(folder: string, files: Files): void {
  const staged = mkdtempSync(join(folder, '.reprieve-init-'));
  const placed: string[] = [];
  try {
    writeAll(staged, files);
    for (const path of files.keys()) {
      if (existsSync(join(folder, path))) continue;
      makeFolder(dirname(join(folder, path)));
      linkSync(join(staged, path), join(folder, path));
      placed.push(path);
    }
  } catch (error) {
    for (const path of placed) rmSync(join(folder, path), { force: true });
    throw error;
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

function writeAll(folder: string, files: Files): void {
  for (const [path, text] of files) {
    makeFolder(dirname(join(folder, path)));
    writeFileSync(join(folder, path), text, { flag: 'wx' });
  }
}

/** Whether something else is there; the same file is left by an `init` that was killed. */
function isTaken(path: string, text: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  return !stats.isFile() || readFileSync(path, 'utf8') !== text;
}

function sayNext(io: Io, folder: string): void {
  const there = relative(io.cwd, folder);
  const enter = there === '' ? [] : [`  cd ${/^[\w./-]+$/.test(there) ? there : `'${there}'`}`];
  const steps = ['  npm install', '  npx reprieve deploy sandbox', '  npx reprieve doctor'];
  say(io, ['Next:', ...enter, ...steps].join('\n'));
}

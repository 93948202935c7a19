import type { Checked } from '../model/problem.js';
import { type DeletionRequest, type ReadOptions, readDeletions } from './deletions.js';
import { DELETIONS_FILE, LOCK_FILE, SETTINGS_FILE } from './file-names.js';
import { readProjectFile } from './files.js';
import { type LockFile, readLock } from './lock.js';
import { readSettings, type Settings } from './settings.js';

/** Reads reprieve.yaml in a folder; without one, or without a folder, these are the defaults. */
export function settingsIn(folder: string | undefined): Checked<Settings> {
  return read(folder, SETTINGS_FILE, (text) => readSettings(SETTINGS_FILE, text));
}

/** Reads deletions.yaml in a folder; without one there are no requests. */
export function deletionsIn(
  folder: string | undefined,
  settings: Settings,
  options: ReadOptions = {},
): Checked<readonly DeletionRequest[]> {
  return read(folder, DELETIONS_FILE, (text) =>
    readDeletions(DELETIONS_FILE, text, settings, options),
  );
}

/** Reads projects.lock.yaml in a folder; without one it is empty. */
export function lockIn(folder: string | undefined): Checked<LockFile> {
  return read(folder, LOCK_FILE, (text) => readLock(LOCK_FILE, text));
}

function read<T>(
  folder: string | undefined,
  name: string,
  check: (text: string | undefined) => Checked<T>,
): Checked<T> {
  const { text, problem } = folder === undefined ? {} : readProjectFile(folder, name);
  return problem === undefined ? check(text) : { problems: [problem] };
}

import type { Checked } from '../base/problem.js';
import { type DeletionRequest, type ReadOptions, readDeletions } from './deletions.js';
import { readProjectFile } from './disk.js';
import { DELETIONS_FILE, LOCK_FILE, SETTINGS_FILE } from './file-names.js';
import { type LockFile, readLock } from './projects-lock.js';
import { readSettings, type Settings } from './settings.js';

/** The three files as text. What is left out does not exist. */
export interface FileTexts {
  readonly settings?: string;
  readonly deletions?: string;
  readonly lock?: string;
}

/** Where the three files are: in a folder, or given as text; nowhere means that none exists. */
export type FileSource = string | FileTexts | undefined;

const NAMES = { settings: SETTINGS_FILE, deletions: DELETIONS_FILE, lock: LOCK_FILE } as const;

/** Reads reprieve.yaml; where there is none, these are the defaults. */
export function settingsIn(source: FileSource): Checked<Settings> {
  return read(source, 'settings', readSettings);
}

/** Reads deletions.yaml; where there is none, there are no requests. */
export function deletionsIn(
  source: FileSource,
  settings: Settings,
  options: ReadOptions = {},
): Checked<readonly DeletionRequest[]> {
  return read(source, 'deletions', (name, text) => readDeletions(name, text, settings, options));
}

/** Reads projects.lock.yaml; where there is none, it is empty. */
export function lockIn(source: FileSource): Checked<LockFile> {
  return read(source, 'lock', readLock);
}

function read<T>(
  source: FileSource,
  key: keyof FileTexts,
  check: (name: string, text: string | undefined) => Checked<T>,
): Checked<T> {
  const name = NAMES[key];
  if (typeof source !== 'string') return check(name, source?.[key]);
  const { text, problem } = readProjectFile(source, name);
  return problem === undefined ? check(name, text) : { problems: [problem] };
}

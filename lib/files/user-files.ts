import type { Checked } from '../base/problem.js';
import { type DeletionRequest, type ReadOptions, readDeletions } from './deletions.js';
import { type LockFile, readLock } from './projects-lock.js';
import type { Settings } from './settings.js';
import { type FileSource, readUserFile } from './user-file.js';

export { settingsIn } from './settings-file.js';
export type { FileSource, FileTexts } from './user-file.js';

/** Reads deletions.yaml; where there is none, there are no requests. */
export function deletionsIn(
  source: FileSource,
  settings: Settings,
  options: ReadOptions = {},
): Checked<readonly DeletionRequest[]> {
  return readUserFile(source, 'deletions', (name, text) =>
    readDeletions(name, text, settings, options),
  );
}

/** Reads projects.lock.yaml; where there is none, it is empty. */
export function lockIn(source: FileSource): Checked<LockFile> {
  return readUserFile(source, 'lock', readLock);
}

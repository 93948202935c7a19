import type { Checked } from '../base/problem.js';
import { readSettings, type Settings } from './settings.js';
import { type FileSource, readUserFile } from './user-file.js';

/** Reads reprieve.yaml; where there is none, these are the defaults. */
export function settingsIn(source: FileSource): Checked<Settings> {
  return readUserFile(source, 'settings', readSettings);
}

import type { Checked } from '../base/problem.js';
import { readProjectFile } from './disk.js';
import { DELETIONS_FILE, LOCK_FILE, SETTINGS_FILE } from './file-names.js';

/** The three files as text. What is left out does not exist. */
export interface FileTexts {
  readonly settings?: string;
  readonly deletions?: string;
  readonly lock?: string;
}

/** Where the three files are: in a folder, or given as text; nowhere means that none exists. */
export type FileSource = string | FileTexts | undefined;

const NAMES = { settings: SETTINGS_FILE, deletions: DELETIONS_FILE, lock: LOCK_FILE } as const;

/** Reads one of the three files, wherever it is. */
export function readUserFile<T>(
  source: FileSource,
  key: keyof FileTexts,
  check: (name: string, text: string | undefined) => Checked<T>,
): Checked<T> {
  const name = NAMES[key];
  if (typeof source !== 'string') return check(name, source?.[key]);
  const { text, problem } = readProjectFile(source, name);
  return problem === undefined ? check(name, text) : { problems: [problem] };
}

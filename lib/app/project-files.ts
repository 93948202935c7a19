import type { ProjectFiles } from '../constructs/project-files.js';
import { emptyProjectFiles } from '../constructs/project-files.js';
import { type Problem, Problems } from '../model/problem.js';
import { readDeletions } from '../reclamation/deletions.js';
import { readProjectFile } from '../reclamation/files.js';
import { readLock } from '../reclamation/lock.js';
import { readSettings } from '../reclamation/settings.js';

export const DELETIONS_FILE = 'deletions.yaml';
export const SETTINGS_FILE = 'reprieve.yaml';
export const LOCK_FILE = 'projects.lock.yaml';

/** The three files beside main.ts as text. What is left out does not exist. */
export interface FileTexts {
  readonly settings?: string;
  readonly deletions?: string;
  readonly lock?: string;
}

/** Reads the three files beside main.ts. What is missing is empty; what is wrong is a problem. */
export function loadProjectFiles(folder: string): ProjectFiles {
  const unreadable: Problem[] = [];
  const text = (key: keyof FileTexts, name: string): FileTexts => {
    const read = readProjectFile(folder, name);
    if (read.problem !== undefined) unreadable.push(read.problem);
    return read.text === undefined ? {} : { [key]: read.text };
  };
  const files = readProjectFiles({
    ...text('settings', SETTINGS_FILE),
    ...text('deletions', DELETIONS_FILE),
    ...text('lock', LOCK_FILE),
  });
  return { ...files, problems: [...unreadable, ...files.problems] };
}

/** The same of texts. */
export function readProjectFiles(texts: FileTexts): ProjectFiles {
  const problems = new Problems();
  const empty = emptyProjectFiles();
  const settings = problems.take(readSettings(SETTINGS_FILE, texts.settings)) ?? empty.settings;
  const deletions = problems.take(readDeletions(DELETIONS_FILE, texts.deletions, settings));
  const lock = problems.take(readLock(LOCK_FILE, texts.lock));
  return {
    settings,
    deletions: deletions ?? [],
    lock: lock ?? empty.lock,
    problems: problems.all,
  };
}

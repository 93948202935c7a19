import type { ProjectFiles } from '../constructs/project-files.js';
import { emptyProjectFiles } from '../constructs/project-files.js';
import { Problems } from '../model/problem.js';
import { readDeletions } from '../reclamation/deletions.js';
import { readProjectFile } from '../reclamation/files.js';
import { readLock } from '../reclamation/lock.js';
import { readSettings } from '../reclamation/settings.js';

export const DELETIONS_FILE = 'deletions.yaml';
export const SETTINGS_FILE = 'reprieve.yaml';
export const LOCK_FILE = 'projects.lock.yaml';

/** Reads the three files beside main.ts. What is missing is empty; what is wrong is a problem. */
export function loadProjectFiles(folder: string): ProjectFiles {
  const problems = new Problems();
  const text = (name: string) => {
    const read = readProjectFile(folder, name);
    if (read.problem !== undefined) problems.add(read.problem);
    return read.text;
  };
  const empty = emptyProjectFiles();
  const settings =
    problems.take(readSettings(SETTINGS_FILE, text(SETTINGS_FILE))) ?? empty.settings;
  const deletions = problems.take(readDeletions(DELETIONS_FILE, text(DELETIONS_FILE), settings));
  const lock = problems.take(readLock(LOCK_FILE, text(LOCK_FILE)));
  return {
    settings,
    deletions: deletions ?? [],
    lock: lock ?? empty.lock,
    problems: problems.all,
  };
}

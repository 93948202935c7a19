import { emptyProjectFiles, type ProjectFiles } from '../constructs/project-files.js';
import { Problems } from '../model/problem.js';
import { deletionsIn, lockIn, settingsIn } from '../reclamation/user-files.js';

/** Reads the three files beside main.ts. What is missing is empty; what is wrong is a problem. */
export function loadProjectFiles(folder: string): ProjectFiles {
  const problems = new Problems();
  const empty = emptyProjectFiles();
  const settings = problems.take(settingsIn(folder)) ?? empty.settings;
  const deletions = problems.take(deletionsIn(folder, settings));
  const lock = problems.take(lockIn(folder));
  return {
    settings,
    deletions: deletions ?? [],
    lock: lock ?? empty.lock,
    problems: problems.all,
  };
}

import { Problems } from '../base/problem.js';
import { emptyProjectFiles, type ProjectFiles } from '../constructs/project-files.js';
import { deletionsIn, type FileSource, lockIn, settingsIn } from '../files/user-files.js';

/** Reads the three files beside main.ts. What is missing is empty; what is wrong is a problem. */
export function loadProjectFiles(source: FileSource): ProjectFiles {
  const problems = new Problems();
  const empty = emptyProjectFiles();
  const settings = problems.take(settingsIn(source)) ?? empty.settings;
  const deletions = problems.take(deletionsIn(source, settings));
  const lock = problems.take(lockIn(source));
  return {
    settings,
    deletions: deletions ?? [],
    lock: lock ?? empty.lock,
    problems: problems.all,
  };
}

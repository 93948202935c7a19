import { type Checked, Problems } from '../base/problem.js';
import type { DeletionRequest } from '../files/deletions.js';
import type { ProjectsLock } from '../files/projects-lock.js';
import { deletionsIn, lockIn } from '../files/user-files.js';
import type { PolicyProject } from './load-policies.js';

/** What the project's own files say of its stacks: the things that policies can be about. */
export interface DeclaringFiles {
  readonly lock: ProjectsLock;
  readonly deletions: readonly DeletionRequest[];
}

/** Reads projects.lock.yaml and deletions.yaml beside reprieve.yaml; what is missing is empty. */
export function readDeclaringFiles({ folder, settings }: PolicyProject): Checked<DeclaringFiles> {
  const problems = new Problems();
  const lock = problems.take(lockIn(folder))?.lock;
  const deletions = problems.take(deletionsIn(folder, settings));
  return problems.result(
    lock === undefined || deletions === undefined ? undefined : { lock, deletions },
  );
}

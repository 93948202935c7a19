import { type Checked, Problems } from '../model/problem.js';
import { type DeletionRequest, readDeletions } from '../reclamation/deletions.js';
import { readProjectFile } from '../reclamation/files.js';
import { type Lock, readLock } from '../reclamation/lock.js';
import type { PolicyProject } from './load-policies.js';

/** What the project's own files say of its stacks: the things that policies can be about. */
export interface DeclaringFiles {
  readonly lock: Lock;
  readonly deletions: readonly DeletionRequest[];
}

/** Reads projects.lock.yaml and deletions.yaml beside reprieve.yaml; what is missing is empty. */
export function readDeclaringFiles({ folder, settings }: PolicyProject): Checked<DeclaringFiles> {
  const problems = new Problems();
  const text = (name: string) => {
    const read = folder === undefined ? undefined : readProjectFile(folder, name);
    if (read?.problem !== undefined) problems.add(read.problem);
    return read?.text;
  };
  const [lockFile, deletionsFile] = ['projects.lock.yaml', 'deletions.yaml'] as const;
  const lock = problems.take(readLock(lockFile, text(lockFile)))?.lock;
  const deletions = problems.take(readDeletions(deletionsFile, text(deletionsFile), settings));
  return problems.result(
    lock === undefined || deletions === undefined ? undefined : { lock, deletions },
  );
}

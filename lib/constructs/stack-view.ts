import type { Source } from '../base/problem.js';
import type { DeletionRequest } from '../files/deletions.js';
import type { LockedStack } from '../files/projects-lock.js';
import type { StackContext } from './context.js';
import type { Project } from './project.js';
import type { Reclamation } from './reclamation.js';

/** A stack as the checks see it once everything in it is declared. */
export interface StackView extends StackContext {
  /** The projects of this stack, the rehydrated ones included. */
  readonly projects: readonly Project[];
  /** Everything that can be restored: the projects' and that of other resources. */
  readonly reclamations: readonly Reclamation[];
  /** What projects.lock.yaml knows of this stack. */
  readonly locked: LockedStack | undefined;
  /** The open deletion requests that name this stack, or none at all. */
  readonly requests: readonly DeletionRequest[];
  /** Where the lock describes the stack or a project, for messages. */
  lockSource(project?: string): Source;
}

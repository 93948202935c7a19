import type { Source } from '../base/problem.js';
import type { ProjectSpec } from '../model/specification.js';

/** What has been declared so far: the content of projects.lock.yaml. */
export interface ProjectsLock {
  readonly version: 1;
  readonly stacks: Readonly<Record<string, LockedStack>>;
}

/** A stack's projects by name. */
export interface LockedStack {
  readonly target: 'kubernetes' | 'sandbox';
  readonly projects: Readonly<Record<string, LockedProject>>;
}

/** All that is needed to declare a project again once its code is gone. */
export interface LockedProject {
  /** The construct's path: its addresses follow from it. */
  readonly path: string;
  /** The namespace's name in the cluster. */
  readonly namespace: string;
  readonly spec: ProjectSpec;
  /** The addresses, without an index, of what belongs to the project as a whole. */
  readonly resources: readonly string[];
}

/** A lock with the places of its entries. */
export interface LockFile {
  readonly lock: ProjectsLock;
  /** Where a stack, or a project of it, is described. */
  at(stack: string, project?: string): Source;
}

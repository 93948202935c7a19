import type { Source } from '../base/problem.js';
import type { EncryptionSpec } from '../model/encryption.js';
import type { ProjectSpec } from '../model/specification.js';

/** What has been declared so far: the content of projects.lock.yaml. */
export interface ProjectsLock {
  /** Version 1 has projects alone, and of them no `parts`; synth writes version 2. */
  readonly version: 1 | 2;
  readonly stacks: Readonly<Record<string, LockedStack>>;
}

/** A stack's projects by name, and what else can be restored. */
export interface LockedStack {
  readonly target: 'kubernetes' | 'sandbox' | 'terraform';
  /** How its cluster is to encrypt: which key by name, never a key. @default - not declared */
  readonly encryption?: LockedEncryption;
  readonly projects: Readonly<Record<string, LockedProject>>;
  /** Resources that belong to no project, by target; left out where there are none. */
  readonly reclaimables?: Readonly<Record<string, LockedReclaimable>>;
}

/** By what a cluster is to encrypt what it keeps in etcd. */
export type LockedEncryption = Pick<EncryptionSpec, 'provider' | 'key' | 'resources'>;

/**
 * Where resources of other libraries are. Never what is in them, which may be secret: they can't be
 * declared again from here, so their code has to stay until their deletion is over.
 */
export interface LockedReclaimable {
  /** The construct's path. */
  readonly path: string;
  /** Addresses of what belongs to it as a whole; with an index where the code says how many. */
  readonly resources: readonly string[];
  /** Addresses of what has a target of its own, by its name there; left out where there is none. */
  readonly parts?: Readonly<Record<string, readonly string[]>>;
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
  /** Addresses of the resources of other libraries in it, by name; left out where there are none. */
  readonly parts?: Readonly<Record<string, readonly string[]>>;
}

/** A lock with the places of its entries. */
export interface LockFile {
  readonly lock: ProjectsLock;
  /** Where a stack, or a project or other target of it, is described. */
  at(stack: string, project?: string): Source;
}

import { type DeletionTarget, parseTarget } from '../model/deletion-target.js';
import type { ProjectSpec } from '../model/specification.js';
import type { LockedProject, LockedStack, ProjectsLock } from './projects-lock-types.js';

export { diffLocks } from './projects-lock-diff.js';
export { readLock } from './projects-lock-reader.js';
export type { LockedProject, LockedStack, LockFile, ProjectsLock } from './projects-lock-types.js';
export { formatLock } from './projects-lock-writer.js';

/** What the lock has of a stack. */
export function lockedStack({ stacks }: ProjectsLock, stack: string): LockedStack | undefined {
  return Object.hasOwn(stacks, stack) ? stacks[stack] : undefined;
}

/** What the lock has of a project. */
export function lockedProject(
  lock: ProjectsLock,
  { stack, project }: { readonly stack: string; readonly project: string },
): LockedProject | undefined {
  const projects = lockedStack(lock, stack)?.projects ?? {};
  return Object.hasOwn(projects, project) ? projects[project] : undefined;
}

/**
 * The lock without a target, once its deletion is over. What isn't there can't be removed: the
 * lock is then returned as it is. A stack stays, even without projects.
 */
export function removeFromLock(lock: ProjectsLock, stack: string, target: string): ProjectsLock {
  const parsed = parseTarget(target).value;
  if (parsed === undefined) return lock;
  return { ...lock, stacks: update(lock.stacks, stack, (it) => withoutTarget(it, parsed)) };
}

function withoutTarget(stack: LockedStack, { project, item }: DeletionTarget): LockedStack {
  const change = (locked: LockedProject): LockedProject | undefined =>
    item === undefined ? undefined : { ...locked, spec: withoutItem(locked.spec, item) };
  return { ...stack, projects: update(stack.projects, project, change) };
}

function withoutItem(spec: ProjectSpec, item: NonNullable<DeletionTarget['item']>): ProjectSpec {
  const { [item.kind]: items, ...others } = spec;
  const left = update<unknown>(items ?? {}, item.name, () => undefined);
  return Object.keys(left).length === 0 ? others : { ...others, [item.kind]: left };
}

/** A copy with one entry changed, or left out; safe for names such as `__proto__`. */
function update<T>(
  record: Readonly<Record<string, T>>,
  name: string,
  change: (value: T) => T | undefined,
): Readonly<Record<string, T>> {
  const entries = Object.entries(record).flatMap(([key, value]): [string, T][] => {
    const changed = key === name ? change(value) : value;
    return changed === undefined ? [] : [[key, changed]];
  });
  return Object.fromEntries(entries);
}

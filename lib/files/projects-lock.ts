import { type DeletionTarget, isItemTarget, parseTarget } from '../model/deletion-target.js';
import type { ItemKind, ProjectSpec } from '../model/specification.js';
import type {
  LockedProject,
  LockedReclaimable,
  LockedStack,
  ProjectsLock,
} from './projects-lock-types.js';

export { unreadableLock } from './projects-lock-check.js';
export { diffLocks } from './projects-lock-diff.js';
export { readLock } from './projects-lock-reader.js';
export type {
  LockedProject,
  LockedReclaimable,
  LockedStack,
  LockFile,
  ProjectsLock,
} from './projects-lock-types.js';
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

/** What the lock has of resources that belong to no project. */
export function lockedReclaimable(
  lock: ProjectsLock,
  { stack, project }: { readonly stack: string; readonly project: string },
): LockedReclaimable | undefined {
  const reclaimables = lockedStack(lock, stack)?.reclaimables ?? {};
  return Object.hasOwn(reclaimables, project) ? reclaimables[project] : undefined;
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

function withoutTarget(stack: LockedStack, target: DeletionTarget): LockedStack {
  const { project, item } = target;
  const projects = update(stack.projects, project, (locked) => {
    if (item === undefined) return undefined;
    return isItemTarget(target)
      ? { ...locked, spec: withoutItem(locked.spec, target.item) }
      : withoutPart(locked, item.name);
  });
  const { reclaimables, ...rest } = stack;
  if (reclaimables === undefined) return { ...rest, projects };
  const left = update(reclaimables, project, (locked) =>
    item === undefined ? undefined : withoutPart(locked, item.name),
  );
  const isEmpty = Object.keys(left).length === 0;
  return { ...rest, projects, ...(isEmpty ? {} : { reclaimables: left }) };
}

function withoutPart<T extends LockedProject | LockedReclaimable>(locked: T, name: string): T {
  const { parts, ...rest } = locked;
  const left = update(parts ?? {}, name, () => undefined);
  return Object.assign(rest, Object.keys(left).length === 0 ? {} : { parts: left }) as T;
}

function withoutItem(
  spec: ProjectSpec,
  item: { readonly kind: ItemKind; readonly name: string },
): ProjectSpec {
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

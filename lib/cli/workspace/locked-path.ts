import { LOST_RESOURCE, NOT_DECLARED, NOT_REBUILT, type Problem } from '../../base/problem.js';
import { lockedProject, lockedReclaimable, type ProjectsLock } from '../../files/projects-lock.js';
import { type DeletionTarget, isItemTarget, RESOURCES } from '../../model/deletion-target.js';
import { itemsOf } from '../../model/specification.js';

/** What only says that code is gone: the last synthesis does for looking into the state. */
export function isOnlyGone(problems: readonly Problem[]): boolean {
  return problems.every(({ code }) => GONE.has(code));
}

const GONE: ReadonlySet<string> = new Set([NOT_DECLARED, NOT_REBUILT, LOST_RESOURCE]);

/**
 * Whether the code of something is gone, by the problems of a synthesis. A project that has lost a
 * resource is still declared; a part that has is not.
 */
export function isWithoutCode(
  problems: readonly Problem[],
  path: string | undefined,
  { item }: DeletionTarget,
): boolean {
  const counts = ({ code }: Problem) => code !== LOST_RESOURCE || item?.kind === RESOURCES;
  return problems.some((each) => GONE.has(each.code) && counts(each) && each.path === path);
}

/** The construct's path that such a problem names. */
export function lockedPath(
  lock: ProjectsLock,
  stack: string,
  target: DeletionTarget,
): string | undefined {
  const { project, item } = target;
  const place = { stack, project };
  const locked = lockedProject(lock, place);
  const path = (locked ?? lockedReclaimable(lock, place))?.path;
  if (path === undefined || item === undefined) return path;
  if (item.kind === RESOURCES) return `${path}/${RESOURCES}/${item.name}`;
  if (locked === undefined || !isItemTarget(target)) return undefined;
  return `${path}/${itemsOf(locked.spec, target.item.kind)[target.item.name]?.path ?? item.name}`;
}

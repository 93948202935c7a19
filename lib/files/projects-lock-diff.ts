import { canonical } from '../base/canonical.js';
import { compareCodePoints } from '../base/order.js';
import { itemTarget, RESOURCES } from '../model/deletion-target.js';
import { ITEM_KINDS } from '../model/specification.js';
import type { LockedProject, LockedStack, ProjectsLock } from './projects-lock-types.js';

/** Each entry's path, and a text that differs whenever its content does. */
type Entries = ReadonlyMap<string, string>;

/**
 * What differs between two locks, a line each: `+ production/billing` for what is new,
 * `~ production/billing/job-templates/nightly` for what changed, `- …` for what is gone. What is
 * in a new or vanished project gets no lines of its own. Empty if, and only if, the locks say the
 * same.
 */
export function diffLocks(before: ProjectsLock, after: ProjectsLock): string[] {
  const [old, now] = [entriesOf(before), entriesOf(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort(compareCodePoints);
  const lines: string[] = [];
  let whole: string | undefined;
  for (const path of paths) {
    if (whole !== undefined && path.startsWith(whole)) continue;
    const sign = signOf(old.get(path), now.get(path));
    if (sign !== undefined) lines.push(`${sign} ${path.replace(/\/$/, '')}`);
    whole = sign === '+' || sign === '-' ? path : undefined;
  }
  return lines;
}

function signOf(old: string | undefined, now: string | undefined): '+' | '-' | '~' | undefined {
  if (old === now) return undefined;
  if (old === undefined) return '+';
  return now === undefined ? '-' : '~';
}

/** Paths end in a slash, so that what lies below `a` is not confused with `ab`. */
function entriesOf(lock: ProjectsLock): Entries {
  const entries = new Map<string, string>();
  for (const [name, stack] of Object.entries(lock.stacks)) {
    entries.set(`${name}/`, canonical({ target: stack.target, encryption: stack.encryption }));
    addProjects(entries, name, stack);
    for (const [target, { parts, path, resources }] of Object.entries(stack.reclaimables ?? {})) {
      const sorted = [...resources].sort(compareCodePoints);
      entries.set(`${name}/${target}/`, canonical({ path, resources: sorted }));
      addParts(entries, name, target, parts);
    }
  }
  return entries;
}

function addProjects(entries: Map<string, string>, stack: string, { projects }: LockedStack): void {
  for (const [name, project] of Object.entries(projects)) {
    entries.set(`${stack}/${name}/`, canonical(withoutItems(project)));
    for (const kind of ITEM_KINDS) {
      for (const [item, specification] of Object.entries(project.spec[kind] ?? {})) {
        entries.set(`${stack}/${itemTarget(name, kind, item)}/`, canonical(specification));
      }
    }
    addParts(entries, stack, name, project.parts);
  }
}

function addParts(
  entries: Map<string, string>,
  stack: string,
  target: string,
  parts: LockedProject['parts'],
): void {
  for (const [part, addresses] of Object.entries(parts ?? {})) {
    const sorted = [...addresses].sort(compareCodePoints);
    entries.set(`${stack}/${itemTarget(target, RESOURCES, part)}/`, canonical(sorted));
  }
}

function withoutItems(project: LockedProject) {
  const { path, namespace, resources, spec } = project;
  const { period, quota, adoptNamespace, labels, annotations, ingress } = spec;
  const sorted = [...resources].sort(compareCodePoints);
  const metadata = { labels, annotations };
  return {
    path,
    namespace,
    resources: sorted,
    period,
    quota,
    adoptNamespace,
    ...metadata,
    ingress,
  };
}

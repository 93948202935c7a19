import { Construct } from 'constructs';
import { quoteName } from '../base/inert.js';
import { formatSource, NOT_DECLARED, type Problem, type Source } from '../base/problem.js';
import type { LockedProject } from '../files/projects-lock.js';
import { closeCommand, deleteCommand, forgetCommand } from '../model/commands.js';
import { itemTarget } from '../model/deletion-target.js';
import { checkRotation } from '../model/revisions.js';
import { ITEM_KINDS, type ItemKind, type ItemSpecs, itemsOf } from '../model/specification.js';
import { isOfKind } from './context.js';
import { LockedItem } from './item.js';
import { fromLock } from './locked-project.js';
import { Project } from './project.js';
import type { ProjectProps } from './project-declaration.js';
import { report } from './report.js';
import type { StackView } from './stack-view.js';

/**
 * Compares what the code declares with what the lock says has been declared. Something that is
 * gone from the code comes back from the lock while its deletion runs; without a deletion request
 * it is a problem, since its objects would go with the next plan.
 */
export function reconcile(stack: StackView): void {
  const locked = stack.locked;
  if (locked === undefined) return;
  // A stack may get a cluster later: its other resources stay where they are.
  const isGrown = locked.target === 'terraform' && stack.target.name === 'kubernetes';
  if (locked.target !== stack.target.name && !isGrown)
    report(stack, changedTarget(stack, locked.target));
  for (const [name, entry] of Object.entries(locked.projects)) {
    const declared = stack.projects.find((project) => project.name === name);
    if (declared !== undefined) reconcileProject(stack, declared, entry);
    else reconcileGone(stack, name, entry);
  }
}

/** A project whose name is no longer declared: renamed, being deleted, or a mistake. */
function reconcileGone(stack: StackView, name: string, entry: LockedProject): void {
  const heir = stack.projects.find((project) => project.movedFrom === entry.path);
  const deleting = stack.requestOf(name) !== undefined;
  if (heir !== undefined && deleting) report(heir, movedWhileDeleting(name));
  else if (heir !== undefined && isKnown(stack, heir)) report(heir, merged(name, heir));
  else if (heir !== undefined) reconcileItems(stack, heir, entry, name);
  else if (deleting) rehydrateProject(stack, name, entry);
  else report(stack, { ...missing(stack, name, name), path: entry.path });
}

/** Whether the lock has a project at this one's own place already. */
function isKnown(stack: StackView, project: Project): boolean {
  const entries = Object.values(stack.locked?.projects ?? {});
  return entries.some(({ path }) => path === project.node.path);
}

function reconcileProject(stack: StackView, project: Project, entry: LockedProject): void {
  const deleting = stack.requestOf(project.name) !== undefined;
  if (project.node.path !== entry.path && project.movedFrom !== entry.path) {
    report(project, deleting ? nameTaken(stack, project) : moved(project, entry.path));
  }
  if (deleting && project.movedFrom !== undefined)
    report(project, movedWhileDeleting(project.name));
  if (deleting && !sameSpecification(withoutItems(project.locked), withoutItems(entry))) {
    report(project, changedWhileDeleting(project.name));
  }
  reconcileItems(stack, project, entry, project.name);
}

/** `lockedAs`: the project's name in the lock, which a rename changes. */
function reconcileItems(
  stack: StackView,
  project: Project,
  entry: LockedProject,
  lockedAs: string,
): void {
  const place = { project, lockedAs };
  for (const kind of ITEM_KINDS) {
    forEachItem(entry, kind, (name, locked) => reconcileItem(stack, place, kind, name, locked));
  }
}

function forEachItem<K extends ItemKind>(
  entry: LockedProject,
  kind: K,
  visit: (name: string, specification: ItemSpecs[K]) => void,
): void {
  for (const [name, specification] of Object.entries(itemsOf(entry.spec, kind))) {
    visit(name, specification);
  }
}

function reconcileItem<K extends ItemKind>(
  stack: StackView,
  { project, lockedAs }: { readonly project: Project; readonly lockedAs: string },
  kind: K,
  name: string,
  locked: ItemSpecs[K],
): void {
  const target = itemTarget(project.name, kind, name);
  const deleting = [target, project.name].some((each) => stack.requestOf(each) !== undefined);
  const declared = project.items
    .filter((item) => isOfKind(item, kind))
    .find((item) => item.name === name);
  if (declared === undefined) {
    if (deleting) rehydrateItem(stack, project, kind, name, locked);
    else {
      const path = `${project.node.path}/${locked.path ?? name}`;
      report(project, { ...missing(stack, target, lockedAs), path });
    }
    return;
  }
  const specification = declared.specification;
  if (specification === undefined) return;
  if (deleting && !sameSpecification(specification, locked)) {
    report(declared, changedWhileDeleting(target));
  }
  if ((specification.path ?? name) !== (locked.path ?? name) && declared.movedFrom === undefined) {
    report(declared, moved(declared, `${project.node.path}/${locked.path ?? name}`));
  }
  report(declared, ...checkRotation(kind, locked, specification));
}

function rehydrateProject(stack: StackView, name: string, entry: LockedProject): void {
  const source = stack.lockSource(name);
  const path = entry.path.split('/').slice(1);
  const id = path.at(-1) ?? name;
  const scope = scopeAt(stack, path.slice(0, -1));
  if (scope.node.tryFindChild(id) !== undefined) {
    report(stack, pathTaken(name, entry.path, source));
    return;
  }
  const project = new Project(scope, id, lockedProps(name, entry, source));
  for (const kind of ITEM_KINDS) {
    forEachItem(entry, kind, (item, locked) => rehydrateItem(stack, project, kind, item, locked));
  }
}

function lockedProps(name: string, { namespace, spec }: LockedProject, lockedAt: Source) {
  const { period, quota, adoptNamespace, labels, annotations, ingress = [] } = spec;
  const props: ProjectProps = {
    name,
    namespace,
    quota,
    ...(period === undefined ? {} : { reclamationPeriod: period }),
    ...(adoptNamespace === undefined ? {} : { adoptNamespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return fromLock(props, { lockedAt, ingress });
}

function rehydrateItem<K extends ItemKind>(
  stack: StackView,
  project: Project,
  kind: K,
  name: string,
  specification: ItemSpecs[K],
): void {
  const path = (specification.path ?? name).split('/');
  const id = path.at(-1) ?? name;
  const scope = scopeAt(project, path.slice(0, -1));
  const lockedAt = stack.lockSource(project.name);
  if (scope.node.tryFindChild(id) !== undefined) {
    report(project, pathTaken(itemTarget(project.name, kind, name), path.join('/'), lockedAt));
    return;
  }
  const checked = { value: specification, problems: [] };
  new LockedItem<K>(scope, id, { kind, name, specification: checked, lockedAt });
}

/** The scope at a path, made anew where the code that made it is gone. */
function scopeAt(from: Construct, path: readonly string[]): Construct {
  return path.reduce<Construct>((scope, id) => {
    const child = scope.node.tryFindChild(id);
    return child instanceof Construct ? child : new Construct(scope, id);
  }, from);
}

/** What a project is apart from its items; a changed period has no effect on a running clock. */
function withoutItems({ namespace, spec }: LockedProject): object {
  const { quota, adoptNamespace, labels, annotations, ingress } = spec;
  return { namespace, quota, adoptNamespace, labels, annotations, ingress };
}

function sameSpecification(a: object, b: object): boolean {
  return JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sortKeys(entry)]));
}

function missing(stack: StackView, target: string, project: string): Problem {
  const source = stack.lockSource(project);
  const command = deleteCommand(target, stack.node.id);
  return {
    code: NOT_DECLARED,
    message: `${quoteName(target)} is no longer declared, and nobody asked for its deletion: the next deploy would end it for good.`,
    remedy: [
      `Restore its code, or request the deletion (${command}), or write it in deletions.yaml:`,
      `    - stack: ${stack.node.id}`,
      `      target: ${target}`,
      '      mode: soft',
      '      reason: "…"',
      '      requestedBy: you@example.org',
      '      requestedAt: 2026-01-01T00:00:00Z',
      `  ${target === project ? 'If it was renamed or moved, give its new declaration movedFrom. ' : ''}If it was never deployed: ${forgetCommand(target, stack.node.id)}`,
    ].join('\n'),
    source,
  };
}

function moved(construct: { readonly node: { readonly path: string } }, former: string): Problem {
  return {
    code: 'lock/moved',
    message: `${quoteName(construct.node.path)} used to stand at ${quoteName(former)}: its objects would be deleted and made anew.`,
    remedy: `Say movedFrom: '${former}' to keep them.`,
  };
}

function movedWhileDeleting(name: string): Problem {
  return {
    code: 'lock/moved-while-deleting',
    message: `${quoteName(name)} is being deleted, so it can't be moved.`,
    remedy: 'Restore it first, or leave its code where it is until the deletion is over.',
  };
}

/** Terraform moves nothing to where an object is, and would delete what it can't move. */
function merged(name: string, heir: Project): Problem {
  return {
    code: 'lock/merged',
    message: `${quoteName(heir.node.path)} can't take over ${quoteName(name)}: it has objects of its own, so those of ${quoteName(name)} would be deleted.`,
    remedy: `Give ${name} a declaration of its own, or request its deletion in deletions.yaml.`,
  };
}

function nameTaken(stack: StackView, project: Project): Problem {
  return {
    code: 'project/name-taken',
    message: `The name \`${project.name}\` is taken until the project that has it is reclaimed.`,
    remedy: `Choose another name, or restore the one in ${formatSource(stack.lockSource(project.name))}. After the period: ${closeCommand(project.name, stack.node.id)}`,
  };
}

function changedWhileDeleting(target: string): Problem {
  return {
    code: 'lock/changed-while-deleting',
    message: `${quoteName(target)} is being deleted, so it can't be changed: what could be restored would not be what was deleted.`,
    remedy: 'Undo the change, or remove the deletion request first.',
  };
}

function pathTaken(target: string, path: string, source: Source): Problem {
  return {
    code: 'lock/path-taken',
    message: `${quoteName(target)} is being deleted and has to stay at ${quoteName(path)}, where the code now has something else.`,
    remedy: 'Give the new construct another id until the deletion is over.',
    source,
  };
}

function changedTarget(stack: StackView, former: string): Problem {
  return {
    code: 'stack/target-changed',
    message: `The stack's target was ${quoteName(former)} and is now ${quoteName(stack.target.name)}: its state describes other objects.`,
    remedy: `Give the new target a stack of its own. Once nothing of the former one is left, delete the key \`${stack.node.id}\` at ${formatSource(stack.lockSource())}, with everything indented below it.`,
    source: stack.lockSource(),
  };
}

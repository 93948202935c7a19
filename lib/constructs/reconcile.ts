import { Construct } from 'constructs';
import { quote } from '../model/inert.js';
import { formatSource, type Problem, type Source } from '../model/problem.js';
import { checkRotation } from '../model/revisions.js';
import { ITEM_KINDS, type ItemKind, type ItemSpecs, itemsOf } from '../model/specification.js';
import type { LockedProject } from '../reclamation/lock.js';
import { itemTarget, parseTarget } from '../reclamation/target.js';
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
  if (locked.target !== stack.target.name) report(stack, changedTarget(stack, locked.target));
  const taken = new Set(stack.projects.map((project) => project.movedFrom));
  for (const [name, entry] of Object.entries(locked.projects)) {
    const declared = stack.projects.find((project) => project.name === name);
    if (declared !== undefined) reconcileProject(stack, declared, entry);
    else if (stack.requestOf(name) !== undefined) rehydrateProject(stack, name, entry);
    else if (!taken.has(entry.path)) report(stack, missing(stack, name, name));
  }
}

function reconcileProject(stack: StackView, project: Project, entry: LockedProject): void {
  const deleting = stack.requestOf(project.name) !== undefined;
  if (project.node.path !== entry.path && project.movedFrom !== entry.path) {
    report(project, deleting ? nameTaken(stack, project) : moved(project, entry.path));
  }
  if (deleting && project.movedFrom !== undefined) report(project, movedWhileDeleting(project));
  if (deleting && !sameSpecification(withoutItems(project.locked), withoutItems(entry))) {
    report(project, changedWhileDeleting(project.name));
  }
  for (const kind of ITEM_KINDS) {
    forEachItem(entry, kind, (name, locked) => reconcileItem(stack, project, kind, name, locked));
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
  project: Project,
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
    else report(project, missing(stack, target, project.name));
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
  const rebuilt = project.locked.resources;
  const lost = entry.resources.filter((address) => !rebuilt.includes(address));
  if (lost.length > 0) report(project, rawConstructs(name, lost));
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
  return {
    code: 'lock/missing',
    message: `${target} is no longer declared, and nobody asked for its deletion: the next deploy would end it for good.`,
    remedy: [
      `Restore its code, or request the deletion${commandFor(target, stack.node.id)} in deletions.yaml:`,
      `    - stack: ${stack.node.id}`,
      `      target: ${target}`,
      '      mode: soft',
      '      reason: "…"',
      '      requestedBy: you@example.org',
      '      requestedAt: 2026-01-01T00:00:00Z',
      `  If it was renamed or moved, give its new declaration movedFrom. If it was never deployed, take it out of ${formatSource(source)}.`,
    ].join('\n'),
    source,
  };
}

/** The command that requests a deletion; config maps have none of their own. */
function commandFor(target: string, stack: string): string {
  const { item } = parseTarget(target).value ?? {};
  const groups: Readonly<Partial<Record<ItemKind, string>>> = {
    'registry-secrets': 'secret',
    secrets: 'secret',
    'job-templates': 'job',
  };
  const group = item === undefined ? 'project' : groups[item.kind];
  return group === undefined
    ? ''
    : ` (npx reprieve ${group} delete ${quote(target)} --stack ${stack}), or write it`;
}

function moved(construct: { readonly node: { readonly path: string } }, former: string): Problem {
  return {
    code: 'lock/moved',
    message: `${construct.node.path} used to stand at ${former}: its objects would be deleted and made anew.`,
    remedy: `Say movedFrom: '${former}' to keep them.`,
  };
}

function movedWhileDeleting(project: Project): Problem {
  return {
    code: 'lock/moved-while-deleting',
    message: `${project.name} is being deleted, so it can't be moved.`,
    remedy: 'Restore it first, or leave its code where it is until the deletion is over.',
  };
}

function nameTaken(stack: StackView, project: Project): Problem {
  return {
    code: 'project/name-taken',
    message: `The name \`${project.name}\` is taken until the project that has it is reclaimed.`,
    remedy: `Choose another name, or restore the one in ${formatSource(stack.lockSource(project.name))}. After the period: npx reprieve reclamation close ${project.name}`,
  };
}

function changedWhileDeleting(target: string): Problem {
  return {
    code: 'lock/changed-while-deleting',
    message: `${target} is being deleted, so it can't be changed: what could be restored would not be what was deleted.`,
    remedy: 'Undo the change, or remove the deletion request first.',
  };
}

function pathTaken(target: string, path: string, source: Source): Problem {
  return {
    code: 'lock/path-taken',
    message: `${target} is being deleted and has to stay at ${path}, where the code now has something else.`,
    remedy: 'Give the new construct another id until the deletion is over.',
    source,
  };
}

function rawConstructs(name: string, lost: readonly string[]): Problem {
  return {
    code: 'lock/raw-construct',
    message: `${name} also had ${lost.join(', ')}, which the lock can't rebuild: the next deploy would end them for good.`,
    remedy: `Keep the code of ${name} until its deletion is over: a construct of another library below a project has no specification here.`,
  };
}

function changedTarget(stack: StackView, former: string): Problem {
  return {
    code: 'stack/target-changed',
    message: `The stack's target was ${former} and is now ${stack.target.name}: its state describes other objects.`,
    remedy: `Give the new target a stack of its own, or take ${stack.node.id} out of projects.lock.yaml once nothing of it is left.`,
    source: stack.lockSource(),
  };
}

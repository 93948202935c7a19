import type { IConstruct } from 'constructs';
import { quoteName } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import type { Problem } from '../base/problem.js';
import type { LockedStack } from '../files/projects-lock.js';
import { checkIndexed } from '../model/array-indices.js';
import { itemTarget, RESOURCES } from '../model/deletion-target.js';
import { NAMES_SHARED_BY } from '../model/kinds.js';
import { cronJobNameFor, findCollisions } from '../model/names.js';
import {
  checkQuotaUse,
  checkReferences,
  type ForeignReferences,
  type UnsoundItem,
} from '../model/project.js';
import { ITEM_KINDS, type ItemKind, type ProjectSpec } from '../model/specification.js';
import type { ItemContext } from './context.js';
import type { Project } from './project.js';
import { report } from './report.js';
import type { StackView } from './stack-view.js';

/** Checks what can only be seen once everything in the stack is declared. */
export function checkStack(stack: StackView, lost: ReadonlySet<string>): void {
  const { projects } = stack;
  report(stack, ...unknownTargets(stack, lost));
  const others = stack.reclamations.filter((each) => !each.ofProject);
  reportDuplicates<IConstruct & { readonly name?: string; readonly target?: string }>(
    [...projects, ...others],
    (each) => each.name ?? each.target ?? '',
    sameName,
  );
  reportCollisions(projects);
  for (const project of projects) checkProject(project);
}

function checkProject(project: Project): void {
  for (const kinds of NAMES_SHARED_BY) {
    const items = project.items.filter((item) => kinds.includes(item.kind));
    reportDuplicates(items, (item) => item.name, sameName);
  }
  reportTemplateCollisions(project);
  report(project, ...checkQuotaUse(project.specification));
  const missing = checkReferences(remaining(project), elsewhere(project), unsound(project));
  for (const { template, ...problem } of missing) {
    report(templateOf(project, template), problem);
  }
  for (const item of project.items) report(item, ...notIndexed(item));
}

/** Where a job template is declared: its problems are at its own line. */
function templateOf(project: Project, name: string): ItemContext | Project {
  const found = project.items.find((item) => item.kind === 'job-templates' && item.name === name);
  return found ?? project;
}

/**
 * What is left of a project once its items' deletions are over: a template must not need what is
 * about to go. If the whole project goes, nothing is left that could miss anything.
 */
function remaining(project: Project): ProjectSpec {
  if (project.marksOf(project.name).fate.doomed) return { quota: project.specification.quota };
  const { specification } = project;
  const gone = new Set(
    project.items
      .filter((item) => project.marksOf(item.target).fate.doomed)
      .map((item) => `${item.kind}/${item.name}`),
  );
  const items = ITEM_KINDS.map((kind) => [kind, without(specification, kind, gone)] as const);
  return { quota: specification.quota, ...Object.fromEntries(items) };
}

/** Items with other problems: what they name is reported in the same run, and they aren't missing. */
function unsound(project: Project): readonly UnsoundItem[] {
  if (project.marksOf(project.name).fate.doomed) return [];
  return project.items.filter(({ specification }) => specification === undefined);
}

/** What templates name that something else makes: the project's own are not among these. */
function elsewhere(project: Project): ForeignReferences {
  const own = new Set(project.items.map(({ kind, name }) => `${kind}/${name}`));
  const templates = project.items.filter(({ kind }) => kind === 'job-templates');
  const entries = templates.map(
    (item) =>
      [item.name, item.elsewhere.filter(({ kind, name }) => !own.has(`${kind}/${name}`))] as const,
  );
  return new Map(entries);
}

function without(specification: ProjectSpec, kind: ItemKind, gone: ReadonlySet<string>) {
  const entries = Object.entries(specification[kind] ?? {});
  return Object.fromEntries(entries.filter(([name]) => !gone.has(`${kind}/${name}`)));
}

function unknownTargets(stack: StackView, lost: ReadonlySet<string>): readonly Problem[] {
  const known = [
    ...new Set([
      ...stack.projects.flatMap((project) => [
        project.name,
        ...project.items.map((item) => item.target),
      ]),
      ...stack.reclamations.flatMap((each) => each.resourceTargets),
      // What is gone from the code is a problem of its own.
      ...lost,
      ...lostParts(stack.locked, lost),
    ]),
  ];
  return stack.requests
    .filter((request) => !known.includes(request.target))
    .map((request) => {
      return {
        code: 'deletions/unknown-target',
        message: `${quoteName(stack.node.id)} has no ${quoteName(request.target)}.${didYouMean(request.target, known)}`,
        remedy: `Correct the target, or remove the request. Known: ${known.join(', ') || 'nothing'}.`,
        path: `deletions[${request.index}].target`,
        source: request.source,
      };
    });
}

/** The parts of what is gone as a whole. */
function lostParts(locked: LockedStack | undefined, lost: ReadonlySet<string>): readonly string[] {
  return Object.entries(locked?.reclaimables ?? {})
    .filter(([name]) => lost.has(name))
    .flatMap(([name, { parts }]) =>
      Object.keys(parts ?? {}).map((part) => itemTarget(name, RESOURCES, part)),
    );
}

function notIndexed(item: ItemContext): readonly Problem[] {
  const { specification } = item;
  if (specification === undefined || !('arrayIndices' in specification)) return [];
  return checkIndexed(specification.arrayIndices);
}

function reportCollisions(projects: readonly Project[]): void {
  const entries = projects.map(({ name, namespaceName }) => ({ name, slug: namespaceName }));
  for (const { slug, names } of findCollisions(entries)) {
    for (const project of projects.filter((it) => it.namespaceName === slug)) {
      report(project, {
        code: 'project/namespace-taken',
        message: `The namespace \`${slug}\` belongs to several projects: ${names.map(quoteName).join(', ')}.`,
        remedy: 'Give all but one of them a `namespace` of its own.',
      });
    }
  }
}

function reportTemplateCollisions(project: Project): void {
  const templates = project.items.filter((item) => item.kind === 'job-templates');
  const entries = templates.map(({ name }) => ({ name, slug: cronJobNameFor(name) }));
  for (const { slug, names } of findCollisions(entries)) {
    report(project, {
      code: 'job-template/cron-job-taken',
      message: `The CronJob \`${slug}\` would stand for several job templates: ${names.map(quoteName).join(', ')}.`,
      remedy: 'Rename all but one of them.',
    });
  }
}

function reportDuplicates<T extends IConstruct>(
  constructs: readonly T[],
  key: (construct: T) => string,
  problem: (name: string, first: T) => Problem,
): void {
  const first = new Map<string, T>();
  for (const construct of constructs) {
    const name = key(construct);
    const known = first.get(name);
    if (known === undefined) first.set(name, construct);
    else report(construct, problem(name, known));
  }
}

function sameName(name: string, first: IConstruct): Problem {
  return {
    code: 'construct/name-taken',
    message: `The name \`${name}\` is taken by ${quoteName(first.node.path)}.`,
    remedy: 'Give one of them another `name`.',
  };
}

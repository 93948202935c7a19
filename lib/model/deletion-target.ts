import { quote } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { checkItemName, checkProjectName } from './names.js';
import { ITEM_KINDS, type ItemKind } from './specification.js';

/** What a deletion can be asked for: a project with all that is in it, or one item of it. */
export interface DeletionTarget {
  /** The project's name. */
  readonly project: string;
  /** Left out where the whole project is meant. */
  readonly item?: { readonly kind: ItemKind; readonly name: string };
}

const KINDS: readonly string[] = ITEM_KINDS;

/**
 * Reads a target: `billing`, `billing/registry-secrets/dockerhub`, `billing/job-templates/nightly`.
 * A project's name has no slash, so the parts can't be mistaken.
 */
export function parseTarget(text: string): Checked<DeletionTarget> {
  if (typeof text !== 'string') return { problems: [wrongShape(text)] };
  const [project = '', kind, name, ...more] = text.split('/');
  if (more.length > 0) return { problems: [wrongShape(text)] };
  const problems = new Problems();
  for (const problem of checkProjectName(project)) problems.add(problem);
  if (kind === undefined) return problems.result({ project });
  if (name === undefined) problems.add(wrongShape(text));
  if (!isItemKind(kind)) problems.add(unknownKind(kind));
  if (name === undefined || !isItemKind(kind)) return { problems: problems.all };
  for (const problem of checkItemName(kind, name)) problems.add(problem);
  return problems.result({ project, item: { kind, name } });
}

/** The text that `parseTarget` reads back. */
export function formatTarget(target: DeletionTarget): string {
  const { project, item } = target;
  return item === undefined ? project : itemTarget(project, item.kind, item.name);
}

/** The text form of an item's target. */
export function itemTarget(project: string, kind: ItemKind, name: string): string {
  return `${project}/${kind}/${name}`;
}

/** The project that a target is, or belongs to. */
export function projectOf(target: string): string {
  return lineage(target).at(-1) ?? target;
}

/** A target and its project, the nearest first. */
export function lineage(target: string): readonly string[] {
  const slash = target.indexOf('/');
  return slash === -1 ? [target] : [target, target.slice(0, slash)];
}

/** Whether something goes with a target: the target itself, or what is in it. */
export function goesWith(target: string, other: string): boolean {
  return lineage(other).includes(target);
}

/** Whether text is a kind of item as targets name it. */
export function isItemKind(text: string): text is ItemKind {
  return KINDS.includes(text);
}

function wrongShape(text: unknown): Problem {
  return {
    code: 'target/shape',
    message: `${quote(text)} is neither a project nor an item of one.`,
    remedy: `Write PROJECT or PROJECT/KIND/NAME with one of the kinds ${ITEM_KINDS.join(', ')}: billing, or billing/job-templates/nightly.`,
  };
}

function unknownKind(kind: string): Problem {
  return {
    code: 'target/kind',
    message: `${quote(kind)} is not a kind of item.${didYouMean(kind, KINDS)}`,
    remedy: `Use one of ${ITEM_KINDS.join(', ')}.`,
  };
}

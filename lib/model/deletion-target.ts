import { quote } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { checkItemName, checkProjectName, checkResourceName } from './names.js';
import { ITEM_KINDS, type ItemKind } from './specification.js';

/** The kind of a target that is one Terraform resource, of any provider. */
export const RESOURCES = 'resources';

/** The kinds that a target can name: those of items, and any Terraform resource. */
export const TARGET_KINDS = [...ITEM_KINDS, RESOURCES] as const;
/** One of them. */
export type TargetKind = (typeof TARGET_KINDS)[number];

/**
 * What a deletion can be asked for: a project or a named group of resources with all that is in it,
 * or one part of it.
 */
export interface DeletionTarget {
  /** The name of the project, or of the resources that belong to none: `orders-db`. */
  readonly project: string;
  /** Left out where the whole is meant. */
  readonly item?: { readonly kind: TargetKind; readonly name: string };
}

/** A target that is an item of a project. */
export interface ItemTarget extends DeletionTarget {
  readonly item: { readonly kind: ItemKind; readonly name: string };
}

/** Whether a target is an item of a project, which the lock has a specification of. */
export function isItemTarget(target: DeletionTarget): target is ItemTarget {
  return target.item !== undefined && target.item.kind !== RESOURCES;
}

const KINDS: readonly string[] = TARGET_KINDS;

/**
 * Reads a target: `billing`, `billing/job-templates/nightly`, `billing/resources/archive`, or
 * `orders-db` for resources without a project. Names have no slash, so the parts can't be mistaken.
 */
export function parseTarget(text: string): Checked<DeletionTarget> {
  if (typeof text !== 'string') return { problems: [wrongShape(text)] };
  const [project = '', kind, name, ...more] = text.split('/');
  if (more.length > 0) return { problems: [wrongShape(text)] };
  const problems = new Problems();
  for (const problem of checkProjectName(project)) problems.add(problem);
  if (kind === undefined) return problems.result({ project });
  if (name === undefined) problems.add(wrongShape(text));
  if (!isTargetKind(kind)) problems.add(unknownKind(kind));
  if (name === undefined || !isTargetKind(kind)) return { problems: problems.all };
  const checked = kind === RESOURCES ? checkResourceName(name) : checkItemName(kind, name);
  for (const problem of checked) problems.add(problem);
  return problems.result({ project, item: { kind, name } });
}

/** The text that `parseTarget` reads back. */
export function formatTarget(target: DeletionTarget): string {
  const { project, item } = target;
  return item === undefined ? project : itemTarget(project, item.kind, item.name);
}

/** The text form of the target of a part. */
export function itemTarget(project: string, kind: TargetKind, name: string): string {
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

function isTargetKind(text: string): text is TargetKind {
  return KINDS.includes(text);
}

function wrongShape(text: unknown): Problem {
  return {
    code: 'target/shape',
    message: `${quote(text)} is neither a project nor a part of one.`,
    remedy: `Write NAME or NAME/KIND/PART with one of the kinds ${TARGET_KINDS.join(', ')}: billing, billing/job-templates/nightly, or orders-db.`,
  };
}

function unknownKind(kind: string): Problem {
  return {
    code: 'target/kind',
    message: `${quote(kind)} is not a kind of target.${didYouMean(kind, KINDS)}`,
    remedy: `Use one of ${TARGET_KINDS.join(', ')}.`,
  };
}

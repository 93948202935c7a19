import { App, type TerraformResource } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import type { DeletionRequest } from '../files/deletions.js';
import type { Settings } from '../files/settings.js';
import type { Referring } from '../model/project.js';
import type { CredentialSpec, ItemKind, ItemSpecs } from '../model/specification.js';
import type { ObjectLabels } from './kubernetes/metadata.js';
import type { Foreign, IItem, IProject } from './references.js';
import type { StackTarget } from './targets/index.js';
import type { ProtectedResource, WhileSoftDeleted } from './while-soft-deleted.js';

/** What a construct needs of the stack it is in. */
export interface StackContext extends IConstruct {
  readonly target: StackTarget;
  readonly settings: Settings;
  requestOf(target: string): DeletionRequest | undefined;
  addProject(project: ProjectContext): void;
  addReclamation(reclamation: ReclamationContext): void;
  useCredential(credential: CredentialSpec, neededBy: string | undefined): void;
}

/** What an item needs of the project it is in. */
export interface ProjectContext extends IProject {
  /** The root of what the project consists of: what everything in it depends on. */
  readonly namespace: TerraformResource;
  addItem(item: ItemContext): void;
  marksOf(target: string): ObjectLabels;
  protect(target: string, resource: TerraformResource): void;
}

/** What a stack needs of everything in it that can be restored. */
export interface ReclamationContext extends IConstruct {
  /** The target that takes all of it along. */
  readonly target: string;
}

/** How a resource is named within what it belongs to. */
export interface PartOptions {
  readonly name: string;
  readonly identity?: string;
  readonly whileSoftDeleted?: WhileSoftDeleted;
}

/** A construct whose deletion takes along every resource below it: a project, a reclaimable. */
export interface OwnerContext extends IConstruct {
  /** Gives a resource below a target of its own. */
  namePart(resource: TerraformResource, options: PartOptions): ProtectedResource;
}

/** What a project needs of an item. */
export interface ItemContext<K extends ItemKind = ItemKind> extends IConstruct, IItem<K> {
  /** As in a deletion request: `billing/job-templates/nightly`. */
  readonly target: string;
  /** Not there where the declaration has problems. */
  readonly specification: ItemSpecs[K] | undefined;
  /** What it names that something other than this app declares. */
  readonly elsewhere: readonly Foreign[];
  /** What a job template names whose declaration has problems. */
  readonly refers?: Referring;
  readonly rehydrated: boolean;
  readonly movedFrom?: string;
}

const STACK = Symbol.for('reprieve/stack');
const PROJECT = Symbol.for('reprieve/project');
const OWNER = Symbol.for('reprieve/owner');

/** Marks a construct so that it is known without `instanceof`, which fails across copies. */
export function mark(construct: Construct, as: 'stack' | 'project' | 'owner'): void {
  const symbol = { stack: STACK, project: PROJECT, owner: OWNER }[as];
  Object.defineProperty(construct, symbol, { value: true });
}

export function isStackContext(x: unknown): x is StackContext {
  return typeof x === 'object' && x !== null && STACK in x;
}

export function isProjectContext(x: unknown): x is ProjectContext {
  return typeof x === 'object' && x !== null && PROJECT in x;
}

function isOwnerContext(x: unknown): x is OwnerContext {
  return typeof x === 'object' && x !== null && OWNER in x;
}

/** What a construct belongs to, the nearest first; it itself is none of them. */
export function ownersOf(construct: IConstruct): readonly OwnerContext[] {
  return construct.node.scopes.slice(0, -1).reverse().filter(isOwnerContext);
}

/** Whether an item is of a kind. */
export function isOfKind<K extends ItemKind>(item: ItemContext, kind: K): item is ItemContext<K> {
  return item.kind === kind;
}

/** The stack that a construct belongs to. */
export function stackOf(construct: IConstruct): StackContext {
  const stack = construct.node.scopes.find(isStackContext);
  if (stack !== undefined) return stack;
  throw new UsageError(
    `${describe(construct)} is not inside a ReprieveStack.`,
    "Let its stack be a ReprieveStack (`class Databases extends ReprieveStack`, or `new ReprieveStack(app, 'production')`) in the app that `synthesize` provides: only such a stack knows the deletion requests and the lock. For projects it needs a target: `{ target: Target.sandbox() }`.",
  );
}

/** The project that a construct belongs to. */
export function projectOf(construct: IConstruct): ProjectContext {
  const project = [...construct.node.scopes].reverse().find(isProjectContext);
  if (project !== undefined) return project;
  throw new UsageError(
    `${describe(construct)} is not inside a Project.`,
    'Pass a Project, or a construct below one, as its scope.',
  );
}

/** A mistake in the code that leaves nothing to go on with. Told without a stack trace. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
    this.name = 'UsageError';
  }

  static isUsageError(x: unknown): x is UsageError {
    return x instanceof Error && x.name === 'UsageError' && 'remedy' in x;
  }
}

function describe(construct: IConstruct): string {
  const path = construct.node.path;
  return path === '' ? App.name : path;
}

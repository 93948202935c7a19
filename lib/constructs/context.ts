import { App, type TerraformResource } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import type { DeletionRequest } from '../files/deletions.js';
import type { Settings } from '../files/settings.js';
import type { CredentialSpec, ItemKind, ItemSpecs } from '../model/specification.js';
import type { ObjectLabels } from './kubernetes/metadata.js';
import type { Foreign, IItem, IProject } from './references.js';
import type { StackTarget } from './targets/index.js';

/** What a construct needs of the stack it is in. */
export interface StackContext extends IConstruct {
  readonly target: StackTarget;
  readonly settings: Settings;
  requestOf(target: string): DeletionRequest | undefined;
  addProject(project: ProjectContext): void;
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

/** What a project needs of an item. */
export interface ItemContext<K extends ItemKind = ItemKind> extends IConstruct, IItem<K> {
  /** As in a deletion request: `billing/job-templates/nightly`. */
  readonly target: string;
  /** Not there where the declaration has problems. */
  readonly specification: ItemSpecs[K] | undefined;
  /** What it names that something other than this app declares. */
  readonly elsewhere: readonly Foreign[];
  readonly rehydrated: boolean;
  readonly movedFrom?: string;
}

const STACK = Symbol.for('reprieve/stack');
const PROJECT = Symbol.for('reprieve/project');

/** Marks a construct so that it is known without `instanceof`, which fails across copies. */
export function mark(construct: Construct, as: 'stack' | 'project'): void {
  Object.defineProperty(construct, { stack: STACK, project: PROJECT }[as], { value: true });
}

export function isStackContext(x: unknown): x is StackContext {
  return typeof x === 'object' && x !== null && STACK in x;
}

export function isProjectContext(x: unknown): x is ProjectContext {
  return typeof x === 'object' && x !== null && PROJECT in x;
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
    "Create a `new ReprieveStack(app, 'sandbox', { target: Target.sandbox() })` and declare it there: the stack knows the target and the deletion requests.",
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

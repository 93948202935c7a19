import type { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { type Checked, type Problem, Problems, type Source } from '../base/problem.js';
import { itemTarget } from '../model/deletion-target.js';
import { checkMetadata } from '../model/metadata.js';
import { checkItemName } from '../model/names.js';
import type { Referring } from '../model/project.js';
import {
  type ItemKind,
  type ItemSpecs,
  type MetadataSpec,
  SERVICE_ACCOUNTS,
  type ServiceAccount,
} from '../model/specification.js';
import { rememberSource } from './call-site.js';
import { type ProjectContext, projectOf, stackOf } from './context.js';
import { definitionOf } from './definitions.js';
import { type ReadGrant, renderReadGrant } from './kubernetes/grants.js';
import type { Foreign, IItem, IProject } from './references.js';
import { report } from './report.js';
import { findTokens } from './tokens.js';

/** What can be said of every object in the cluster. */
export interface MetadataProps {
  /**
   * Labels of the object, beside Reprieve's own. Keys below `reprieve.dev` are refused.
   *
   * @default - none
   * @example { 'example.org/team': 'finance' }
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Annotations of the object, beside Reprieve's own. Keys below `reprieve.dev` are refused.
   *
   * @default - none
   * @example { 'example.org/contact': 'finance@example.org' }
   */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What can be said of every item. */
export interface ItemProps extends MetadataProps {
  /** The item's name. @default - the construct's id */
  readonly name?: string;
  /**
   * The construct's path before its code was moved, such as `production/billing/nightly`: the
   * object is kept. Can go once every stack was deployed with it.
   *
   * @default - it was not moved
   */
  readonly movedFrom?: string;
}

/** An item as a declaration in code or an entry of the lock describes it. */
export interface Declaration<K extends ItemKind> {
  readonly kind: K;
  readonly name: string;
  readonly specification: Checked<ItemSpecs[K]>;
  readonly movedFrom?: string;
  /** What it names that something other than this app declares. */
  readonly elsewhere?: readonly Foreign[];
  /** What it names, as it was written, where it has problems. */
  readonly refers?: Referring;
  /** Where the lock describes it; left out where code declares it. */
  readonly lockedAt?: Source;
}

/** Something in a project that can be deleted, and restored, by itself. */
export abstract class Item<K extends ItemKind = ItemKind> extends Construct implements IItem<K> {
  /** What it is, as in a deletion's target. */
  readonly kind: K;
  /** The item's name in its project. */
  readonly name: string;
  /** The project that it is in. */
  readonly project: IProject;
  /** As in a deletion request: `billing/job-templates/nightly`. */
  readonly target: string;
  /** Whether it is there only because the lock knows it, its code being gone. */
  readonly rehydrated: boolean;
  /** Where the code used to be, if it was moved. */
  readonly movedFrom?: string;
  /**
   * The object in the cluster, for what the typed properties don't reach; the same as
   * `node.defaultChild`. Not there where the declaration has problems.
   */
  readonly resource?: TerraformResource;
  /** @internal */
  readonly elsewhere: readonly Foreign[];
  /** @internal */
  readonly refers?: Referring;
  private declared: ItemSpecs[K] | undefined;
  private grant?: ReadGrant;

  /** @internal */
  protected constructor(
    scope: Construct,
    id: string,
    declaring: (project: ProjectContext) => Declaration<K>,
  ) {
    super(scope, id);
    const project = projectOf(this);
    const declaration = declaring(project);
    rememberSource(this, declaration.lockedAt);
    this.kind = declaration.kind;
    this.name = declaration.name;
    this.project = project;
    this.target = itemTarget(project.name, this.kind, this.name);
    this.rehydrated = declaration.lockedAt !== undefined;
    this.elsewhere = declaration.elsewhere ?? [];
    if (declaration.refers !== undefined) this.refers = declaration.refers;
    if (declaration.movedFrom !== undefined) this.movedFrom = declaration.movedFrom;
    report(this, ...checkItemName(this.kind, this.name), ...declaration.specification.problems);
    const specification = declaration.specification.value;
    if (specification !== undefined) {
      this.declared = this.placed(project, specification);
      this.resource = this.render(project, specification);
      this.node.defaultChild = this.resource;
      this.letRead(readersOf(specification));
    }
    project.addItem(this);
  }

  /** The labels that were declared, without Reprieve's own. */
  get labels(): Readonly<Record<string, string>> {
    return { ...this.declared?.labels };
  }

  /** The annotations that were declared, without Reprieve's own. */
  get annotations(): Readonly<Record<string, string>> {
    return { ...this.declared?.annotations };
  }

  /** @internal */
  get specification(): ItemSpecs[K] | undefined {
    return this.declared;
  }

  /**
   * Lets accounts of the project read the object, those that may already included.
   *
   * @internal
   */
  protected letRead(added: readonly ServiceAccount[]): void {
    if (this.declared === undefined || added.length === 0) return;
    const before = this.grant === undefined ? [] : readersOf(this.declared);
    const readers = SERVICE_ACCOUNTS.filter((each) => [...before, ...added].includes(each));
    this.declared = { ...this.declared, readers };
    this.grant ??= this.renderGrant();
    this.grant.allow(readers);
  }

  private renderGrant(): ReadGrant {
    const project = projectOf(this);
    const { resource } = definitionOf(this.kind);
    const marks = project.marksOf(this.target);
    const grant = renderReadGrant(this, resource, this.name, marks, project.namespace);
    for (const each of grant.resources) project.protect(this.target, each);
    return grant;
  }

  private render(project: ProjectContext, specification: ItemSpecs[K]): TerraformResource {
    const definition = definitionOf(this.kind);
    const { labels = {}, annotations = {} } = specification;
    const marks = { ...project.marksOf(this.target), own: { labels, annotations } };
    const resource = definition.render(this, this.name, specification, marks, project.namespace);
    project.protect(this.target, resource);
    for (const credential of definition.credentials(specification)) {
      stackOf(this).useCredential(credential, marks.fate.doomed ? undefined : this.node.path);
    }
    return resource;
  }

  /** The lock keeps the construct's path where the name doesn't say it. */
  private placed(project: ProjectContext, specification: ItemSpecs[K]): ItemSpecs[K] {
    const { path: _former, ...rest } = specification;
    const path = this.node.path.slice(project.node.path.length + 1);
    return Object.assign(rest, path === this.name ? {} : { path }) as ItemSpecs[K];
  }
}

/** An item that only the lock knows, its code being gone. */
export class LockedItem<K extends ItemKind> extends Item<K> {
  constructor(scope: Construct, id: string, declaration: Declaration<K>) {
    super(scope, id, () => declaration);
  }
}

function readersOf(specification: ItemSpecs[ItemKind]): readonly ServiceAccount[] {
  return 'readers' in specification ? (specification.readers ?? []) : [];
}

/** A declaration without what every item has; a union stays one. */
type Content<P> = P extends unknown ? Omit<P, keyof ItemProps> : never;

/** What code declares: checks it and keeps every problem. */
export function declare<K extends ItemKind, P extends ItemProps>(
  kind: K,
  id: string,
  props: P,
  check: (name: string, rest: Content<P>) => Checked<ItemSpecs[K]>,
): Declaration<K> {
  const { name = id, movedFrom, ...rest } = props;
  const { labels, annotations } = rest;
  const tokens: readonly Problem[] = findTokens(rest);
  const specification =
    tokens.length > 0
      ? { problems: tokens }
      : withMetadata(check(name, contentOf(props)), {
          ...(labels === undefined ? {} : { labels }),
          ...(annotations === undefined ? {} : { annotations }),
        });
  return { kind, name, specification, ...(movedFrom === undefined ? {} : { movedFrom }) };
}

function withMetadata<S extends MetadataSpec>(
  content: Checked<S>,
  metadata: MetadataSpec,
): Checked<S> {
  const problems = new Problems();
  const value = problems.take(content);
  const checked = problems.take(checkMetadata(metadata));
  return problems.result(value && { ...value, ...checked });
}

function contentOf<P extends ItemProps>(props: P): Content<P>;
function contentOf(props: ItemProps): object {
  const { name: _name, movedFrom: _moved, labels: _labels, annotations: _notes, ...rest } = props;
  return rest;
}

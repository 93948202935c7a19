import type { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { checkItemName } from '../model/names.js';
import type { Checked, Problem, Source } from '../model/problem.js';
import type { ItemKind, ItemSpecs } from '../model/specification.js';
import { itemTarget } from '../reclamation/target.js';
import { rememberSource } from './call-site.js';
import { type ItemContext, type ProjectContext, projectOf, stackOf } from './context.js';
import { definitionOf } from './definitions.js';
import { report } from './report.js';
import { findTokens } from './tokens.js';

/** What can be said of every item. */
export interface ItemProps {
  /** The item's name. @default - the construct's id */
  readonly name?: string;
  /**
   * The construct's path before its code was moved, such as `production/billing/nightly`: the
   * object is kept. Can go once every stack was deployed with it.
   */
  readonly movedFrom?: string;
}

/** An item as a declaration in code or an entry of the lock describes it. */
export interface Declaration<K extends ItemKind> {
  readonly kind: K;
  readonly name: string;
  readonly specification: Checked<ItemSpecs[K]>;
  readonly movedFrom?: string;
  /** Where the lock describes it; left out where code declares it. */
  readonly lockedAt?: Source;
}

/** Something in a project that can be deleted, and taken back, by itself. */
export class Item<K extends ItemKind = ItemKind> extends Construct implements ItemContext<K> {
  readonly kind: K;
  readonly name: string;
  readonly target: string;
  readonly specification?: ItemSpecs[K];
  readonly rehydrated: boolean;
  readonly movedFrom?: string;
  /** The object in the cluster, for what the typed properties don't reach. */
  readonly resource?: TerraformResource;

  constructor(scope: Construct, id: string, declaration: Declaration<K>) {
    super(scope, id);
    rememberSource(this, declaration.lockedAt);
    const project = projectOf(this);
    this.kind = declaration.kind;
    this.name = declaration.name;
    this.target = itemTarget(project.name, this.kind, this.name);
    this.rehydrated = declaration.lockedAt !== undefined;
    if (declaration.movedFrom !== undefined) this.movedFrom = declaration.movedFrom;
    report(this, ...checkItemName(this.kind, this.name), ...declaration.specification.problems);
    const specification = declaration.specification.value;
    if (specification !== undefined) {
      this.specification = this.placed(project, specification);
      this.resource = this.render(project, specification);
    }
    project.addItem(this);
  }

  private render(project: ProjectContext, specification: ItemSpecs[K]): TerraformResource {
    const definition = definitionOf(this.kind);
    const marks = project.marksOf(this.target);
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

/** A declaration without what every item has; a union stays one. */
type Content<P> = P extends unknown ? Omit<P, keyof ItemProps> : never;

/** What code declares: checks it and keeps every problem. */
export function declare<K extends ItemKind, P extends ItemProps>(
  kind: K,
  id: string,
  props: P,
  check: (name: string, rest: Content<P>) => Checked<ItemSpecs[K]>,
): Declaration<K> {
  const { name = id, movedFrom } = props;
  const rest = contentOf(props);
  const tokens: readonly Problem[] = findTokens(rest);
  const specification = tokens.length > 0 ? { problems: tokens } : check(name, rest);
  return { kind, name, specification, ...(movedFrom === undefined ? {} : { movedFrom }) };
}

function contentOf<P extends ItemProps>(props: P): Content<P>;
function contentOf(props: ItemProps): object {
  const { name: _name, movedFrom: _movedFrom, ...content } = props;
  return content;
}

import { TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { LockedReclaimable } from '../files/projects-lock.js';
import { checkPeriod, stackSettings } from '../files/settings.js';
import { itemTarget, RESOURCES } from '../model/deletion-target.js';
import { checkProjectName, checkResourceName, namespaceFor } from '../model/names.js';
import { template } from '../state/expression.js';
import { dataSourcesBelow, modulesBelow, resourcesBelow, targetByPlace } from './below.js';
import { rememberSource } from './call-site.js';
import {
  isProjectContext,
  ownersOf,
  type PartOptions,
  type StackContext,
  stackOf,
} from './context.js';
import { DeletionClocks } from './deletion-clocks.js';
import type { DeletionState, ReclamationSummary } from './deletion-state.js';
import { type Identified, identityOf, uidAttribute, unidentified } from './identity.js';
import { instanceProblems, instancesNamed } from './instances.js';
import { Members } from './members.js';
import type { MemberBlock } from './protected-json.js';
import type { ProtectedMember } from './protected-member.js';
import type { ProtectOptions, ReclamationProps } from './reclamation-options.js';
import {
  ignoredOverride,
  instancesInside,
  moduleInside,
  notAResource,
  ownersMatter,
  protectedTwice,
  targetTaken,
} from './reclamation-problems.js';
import { writeRecords } from './reclamation-records.js';
import { StateRecord } from './record.js';
import { report } from './report.js';
import { plain } from './units.js';
import { applyOverrides, ignoredOverrides, type ProtectedResource } from './while-soft-deleted.js';

/**
 * Makes the deletion of any Terraform resources something that can be restored: a guard records what
 * belongs together, a deletion request starts a clock in state, and the doomed resources stay until
 * it has run out. It knows nothing of Kubernetes.
 *
 * @example
 * Reclamation.protect(database, { name: 'orders-db', period: '30d' });
 */
export class Reclamation extends Construct {
  /** What a deletion request names. */
  readonly target: string;
  private readonly clocks: DeletionClocks;
  private readonly members: Members;
  private readonly parts = new Map<TerraformResource, PartOptions>();
  private readonly identity: StateRecord;
  private readonly stack: StackContext;
  private readonly isProject: boolean;
  private readonly period: string;
  private sealed = false;

  /**
   * Puts one resource of any provider under protection. Below a `Reclaimable` or a `Project`, which
   * protect it anyway, it gets a name of its own there, so that it can be deleted alone.
   *
   * @example
   * Reclamation.protect(database, {
   *   name: 'orders-db',
   *   period: Duration.days(30),
   *   beforeReclaim: 'Export the invoices of the last ten years to the archive.',
   * });
   */
  static protect(resource: TerraformResource, options: ProtectOptions): ProtectedResource {
    const isFit = TerraformResource.isTerraformResource(resource);
    if (!isFit) throw notAResource(resource);
    const [owner] = ownersOf(resource);
    if (owner !== undefined) {
      if (options.period !== undefined || options.beforeReclaim !== undefined) {
        report(resource, ownersMatter(options.name, owner));
      }
      if (options.instances !== undefined) {
        report(resource, instancesInside(options.name, owner));
      }
      return owner.namePart(resource, options);
    }
    return standalone(resource, options);
  }

  /** @internal */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ReclamationProps,
  ) {
    super(scope, id);
    this.target = props.name;
    this.members = new Members(props.name);
    this.stack = stackOf(this);
    this.isProject = isProjectContext(props.below);
    const periods = stackSettings(this.stack.settings, this.stack.node.id);
    const own =
      props.period === undefined
        ? { value: periods.period, problems: [] }
        : checkPeriod(this.stack.settings, this.stack.node.id, plain(props.period));
    report(this, ...own.problems);
    this.period = (own.value ?? periods.period).text;
    this.identity = new StateRecord(this, 'identity', {});
    this.clocks = new DeletionClocks(this, {
      target: this.target,
      period: this.period,
      planMaxAge: periods.planMaxAge.text,
      requestOf: (target) => this.stack.requestOf(target),
      identity: this.identity,
    });
    this.stack.addReclamation(this);
  }

  /**
   * The addresses of everything that is protected here, with an index where the code says how many
   * there are, and `[*]` where it says it by an expression; complete once it is sealed.
   *
   * @internal
   */
  get protectedAddresses(): readonly string[] {
    return this.members.withInstances;
  }

  /**
   * What projects.lock.yaml is to know of the resources that it can't rebuild.
   *
   * @internal
   */
  get locked(): LockedReclaimable {
    const [first] = this.members.all;
    return this.members.lockedAt((this.props.below ?? first?.resource ?? this).node.path);
  }

  /**
   * Every target here that is no project and no item of one.
   *
   * @internal
   */
  get resourceTargets(): readonly string[] {
    const parts = Object.keys(this.locked.parts ?? {});
    return [
      ...(this.isProject ? [] : [this.target]),
      ...parts.map((part) => itemTarget(this.target, RESOURCES, part)),
    ];
  }

  /**
   * Whether it is a project's.
   *
   * @internal
   */
  get ofProject(): boolean {
    return this.isProject;
  }

  /**
   * What Terraform's JSON has to say of each member.
   *
   * @internal
   */
  get blocks(): readonly MemberBlock[] {
    return this.members.all.map(({ address, target, instances }) => ({
      address,
      target,
      gone: this.clocks.goneOf(target),
      instances: instances
        .filter((each) => this.fateOf(each.target).doomed)
        .map((each) => ({ ...each, gone: this.clocks.goneOf(each.target) })),
    }));
  }

  /**
   * Data sources below the scope, which may be there for its members alone.
   *
   * @internal
   */
  get followers(): readonly MemberBlock[] {
    const { target } = this;
    const gone = this.clocks.goneOf(target);
    return dataSourcesBelow(this.props.below).map((address) => ({ address, target, gone }));
  }

  /**
   * Puts a resource under protection: it belongs to `target` and goes with it. The first resource
   * of a target is its root, the object that an approval of a hard deletion names.
   *
   * @internal
   */
  protect(
    target: string,
    resource: TerraformResource,
    options: Partial<PartOptions & ProtectOptions> = {},
  ): void {
    const identified: Identified = {
      resource,
      address: this.stack.target.addressOf(resource),
      named: options.identity,
    };
    const identity = identityOf(identified);
    if (identity === undefined) report(resource, unidentified(identified));
    const { address } = identified;
    const member: ProtectedMember = {
      address,
      target,
      resource,
      identity: identity ?? 'id',
      uid: uidAttribute(identified),
      whileSoftDeleted: options.whileSoftDeleted ?? this.props.whileSoftDeleted,
      instances: instancesNamed(target, address, options.instances ?? []),
    };
    this.members.add(member);
    for (const each of [member, ...member.instances]) this.clocks.fateOf(each.target);
  }

  /**
   * Gives a resource that belongs here a target of its own.
   *
   * @internal
   */
  namePart(resource: TerraformResource, options: PartOptions): ProtectedResource {
    const target = itemTarget(this.target, RESOURCES, options.name);
    const known = [...this.parts].find(([, { name }]) => name === options.name)?.[0];
    report(resource, ...checkResourceName(options.name));
    if (known !== undefined) report(resource, targetTaken(target, known));
    const isTwice = this.protects(resource) || this.parts.has(resource);
    if (isTwice) report(resource, protectedTwice(target));
    else this.parts.set(resource, options);
    return { target, isBeingDeleted: this.fateOf(target).doomed };
  }

  /**
   * Whether a resource is protected already.
   *
   * @internal
   */
  protects(resource: TerraformResource): boolean {
    return this.members.has(this.stack.target.addressOf(resource));
  }

  /**
   * The resources below the scope that nobody has put under protection yet, each with the target that
   * it goes with.
   *
   * @internal
   */
  unclaimed(): readonly { readonly resource: TerraformResource; readonly target: string }[] {
    return resourcesBelow(this.props.below)
      .filter((resource) => !this.protects(resource))
      .map((resource) => ({ resource, target: this.targetOf(resource) }));
  }

  /**
   * Writes the guard once all members are known. Nothing can be put under protection after it.
   * Called by the stack.
   *
   * @internal
   */
  seal(): void {
    if (this.sealed) return;
    this.sealed = true;
    for (const { resource, target } of this.unclaimed()) {
      this.protect(target, resource, this.parts.get(resource));
    }
    for (const module of modulesBelow(this.props.below)) report(module, moduleInside(this.target));
    for (const member of this.members.all) {
      this.checkInstances(member);
      this.override(member);
    }
    writeRecords({
      scope: this,
      target: this.target,
      period: this.period,
      isProject: this.isProject,
      beforeReclaim: this.props.beforeReclaim,
      members: this.members,
      clocks: this.clocks,
      identity: this.identity,
    });
  }

  /**
   * Whether the deletion of a target (or of everything here) was requested, and until when.
   *
   * @internal
   */
  fateOf(target: string): DeletionState {
    return this.clocks.fateOf(target);
  }

  /**
   * The open deletions, for the stack's output.
   *
   * @internal
   */
  summaries(): readonly ReclamationSummary[] {
    return this.clocks.summaries((target) => this.members.addressesOf(target));
  }

  /** Its own name; in a project, else the place of its code there. */
  private targetOf(resource: TerraformResource): string {
    const named = this.parts.get(resource);
    if (named !== undefined) return itemTarget(this.target, RESOURCES, named.name);
    const { below } = this.props;
    return this.isProject ? targetByPlace(this.target, resource, below) : this.target;
  }

  private checkInstances({ resource, instances }: ProtectedMember): void {
    const isRequested = (target: string) => this.stack.requestOf(target) !== undefined;
    report(resource, ...instanceProblems(resource, instances, isRequested));
  }

  private override({ resource, target, whileSoftDeleted }: ProtectedMember): void {
    const { deadline: until } = this.fateOf(target);
    if (until === undefined || whileSoftDeleted === undefined) return;
    const overrides = whileSoftDeleted(resource, { target, deadline: template(until) });
    const ignored = ignoredOverrides(resource, overrides);
    if (ignored.length > 0) report(resource, ignoredOverride(ignored));
    applyOverrides(resource, overrides);
  }
}

/** A resource that belongs to nothing else: its records are named after it, wherever its code is. */
function standalone(resource: TerraformResource, options: ProtectOptions): ProtectedResource {
  const stack = stackOf(resource);
  const { name, identity, instances, ...rest } = options;
  report(resource, ...checkProjectName(name));
  const id = reclamationId(name);
  const scope = TerraformStack.of(resource);
  const known = scope.node.tryFindChild(id);
  if (known !== undefined) {
    report(resource, targetTaken(name, known));
    return { target: name, isBeingDeleted: stack.requestOf(name) !== undefined };
  }
  const isTwice = scope.node.children.some(
    (each) => each instanceof Reclamation && each.protects(resource),
  );
  if (isTwice) report(resource, protectedTwice(name));
  const reclamation = new Reclamation(scope, id, { name, ...rest });
  rememberSource(reclamation);
  reclamation.protect(name, resource, {
    ...(identity === undefined ? {} : { identity }),
    ...(instances === undefined ? {} : { instances }),
  });
  return { target: name, isBeingDeleted: reclamation.fateOf(name).doomed };
}

/** The records of what belongs to no project are named after it, wherever its code is. */
export function reclamationId(name: string): string {
  return `reclamation-${namespaceFor(String(name))}`;
}

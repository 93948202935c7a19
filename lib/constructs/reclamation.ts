import { TerraformDataSource, TerraformModule, TerraformResource, TerraformStack } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import type { LockedReclaimable } from '../files/projects-lock.js';
import { checkPeriod, stackSettings } from '../files/settings.js';
import { itemTarget, RESOURCES } from '../model/deletion-target.js';
import { checkProjectName, checkResourceName, namespaceFor } from '../model/names.js';
import { countWhileKept, guardInput, identityInput } from '../state/clock.js';
import { Expression, template } from '../state/expression.js';
import type { Member } from '../state/records.js';
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
import { isMovedAway } from './moves.js';
import type { MemberBlock } from './protected-json.js';
import { instancesOf, isMultiple, type ProtectedMember, uidOf } from './protected-member.js';
import {
  ignoredOverride,
  moduleInside,
  notAResource,
  ownersMatter,
  protectedTwice,
  targetTaken,
} from './reclamation-problems.js';
import { StateRecord } from './record.js';
import { report } from './report.js';
import { type Duration, plain } from './units.js';
import {
  applyOverrides,
  ignoredOverrides,
  type ProtectedResource,
  type WhileSoftDeleted,
} from './while-soft-deleted.js';

/** How a deletion of resources is restored, and until when. */
export interface ReclamationOptions {
  /**
   * How long a deletion can be restored, such as `30d` or `Duration.days(30)`.
   *
   * @default - the stack's period
   */
  readonly period?: string | Duration;
  /**
   * What somebody has to do before the deadline, such as what to back up, and where. Reviews and
   * `reprieve reclamation get` show it.
   *
   * @default - nothing
   */
  readonly beforeReclaim?: string;
  /**
   * What a resource is like while it is soft-deleted, as overrides that a restore takes away again.
   * `SoftDeleted` has ready ones.
   *
   * @default - as it was
   */
  readonly whileSoftDeleted?: WhileSoftDeleted;
}

/** How one resource is protected. */
export interface ProtectOptions extends ReclamationOptions {
  /**
   * What a deletion request names. Below a `Reclaimable` or a `Project` it is the name in there:
   * `orders/resources/NAME`.
   */
  readonly name: string;
  /**
   * The attribute that the resource has if, and only if, its object exists, such as `arn`.
   *
   * @default - `id`, where the resource is known to have one
   */
  readonly identity?: string;
}

/** What a reclamation watches over. */
export interface ReclamationProps extends ReclamationOptions {
  /** The target whose deletion takes everything along, such as `orders-db`. */
  readonly name: string;
  /** The scope whose resources all belong to it. @default - only what is put under protection */
  readonly below?: Construct;
}

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
  private readonly protectedMembers: ProtectedMember[] = [];
  private readonly roots = new Map<string, ProtectedMember>();
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
   * What has been put under protection so far.
   *
   * @internal
   */
  get members(): readonly Member[] {
    return this.protectedMembers.map(({ address, target }) => ({ address, target }));
  }

  /**
   * The addresses of everything that is protected here, with an index where the code says how many
   * there are, and `[*]` where it says it by an expression; complete once it is sealed.
   *
   * @internal
   */
  get protectedAddresses(): readonly string[] {
    return this.protectedMembers.flatMap((member) => {
      const { resource, address } = member;
      const instances = instancesOf(member);
      return instances[0] === address && isMultiple(resource) ? [`${address}[*]`] : instances;
    });
  }

  /**
   * What projects.lock.yaml is to know of the resources that it can't rebuild.
   *
   * @internal
   */
  get locked(): LockedReclaimable {
    const addresses = (members: readonly ProtectedMember[]) => members.flatMap(instancesOf).sort();
    const named = new Map<string, ProtectedMember[]>();
    const prefix = itemTarget(this.target, RESOURCES, '');
    for (const member of this.protectedMembers) {
      if (!member.target.startsWith(prefix)) continue;
      const name = member.target.slice(prefix.length);
      named.set(name, [...(named.get(name) ?? []), member]);
    }
    const own = this.protectedMembers.filter(({ target }) => target === this.target);
    const parts = [...named].map(([name, members]) => [name, addresses(members)] as const);
    const filled = parts.filter(([, list]) => list.length > 0);
    const [first] = this.protectedMembers;
    return {
      path: (this.props.below ?? first?.resource ?? this).node.path,
      resources: addresses(own),
      ...(filled.length === 0 ? {} : { parts: Object.fromEntries(filled) }),
    };
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
    return this.protectedMembers.map(({ address, target }) => ({
      address,
      target,
      gone: this.clocks.goneOf(target),
    }));
  }

  /**
   * Data sources below the scope, which may be there for its members alone.
   *
   * @internal
   */
  get followers(): readonly MemberBlock[] {
    const scope = this.props.below;
    if (scope === undefined) return [];
    const gone = this.clocks.goneOf(this.target);
    return scope.node
      .findAll()
      .filter((it: IConstruct): it is TerraformDataSource =>
        TerraformDataSource.isTerraformDataSource(it),
      )
      .map((it) => ({
        address: `data.${it.terraformResourceType}.${it.friendlyUniqueId}`,
        target: this.target,
        gone,
      }));
  }

  /**
   * Puts a resource under protection: it belongs to `target` and goes with it. The first resource
   * of a target is its root, the object that an approval of a hard deletion names.
   *
   * @internal
   */
  protect(target: string, resource: TerraformResource, options: Partial<PartOptions> = {}): void {
    const identified: Identified = {
      resource,
      address: this.stack.target.addressOf(resource),
      named: options.identity,
    };
    const identity = identityOf(identified);
    if (identity === undefined) report(resource, unidentified(identified));
    const { address } = identified;
    const member = {
      address,
      target,
      resource,
      identity: identity ?? 'id',
      uid: uidAttribute(identified),
      whileSoftDeleted: options.whileSoftDeleted ?? this.props.whileSoftDeleted,
    };
    this.protectedMembers.push(member);
    if (!this.roots.has(target)) this.roots.set(target, member);
    this.clocks.fateOf(target);
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
    const address = this.stack.target.addressOf(resource);
    return this.protectedMembers.some((member) => member.address === address);
  }

  /**
   * The resources below the scope that nobody has put under protection yet, each with the target that
   * it goes with.
   *
   * @internal
   */
  unclaimed(): readonly { readonly resource: TerraformResource; readonly target: string }[] {
    return this.below()
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
    this.refuseModules();
    for (const member of this.protectedMembers) this.override(member);
    const members = [...this.members].sort((a, b) => (a.address < b.address ? -1 : 1));
    const dependsOn = members.map((member) => member.address);
    const targets = members.map(({ target }) => target);
    const { beforeReclaim } = this.props;
    const guard = guardInput(this.target, this.period, members, this.clocks.addressesOf(targets), {
      isProject: this.isProject,
      ...(beforeReclaim === undefined ? {} : { beforeReclaim }),
    });
    new StateRecord(this, 'guard', guard, { dependsOn });
    this.recordIdentities();
    this.keepWhileSoftDeleted();
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
    return this.clocks.summaries((target) => this.membersOf(target).map(({ address }) => address));
  }

  /** What goes with a target. */
  private membersOf(target: string): readonly Member[] {
    return this.protectedMembers.filter(
      (member) => target === this.target || member.target === target,
    );
  }

  /** All resources below the scope, but for the records. */
  private below(): readonly TerraformResource[] {
    const scope = this.props.below;
    if (scope === undefined) return [];
    return scope.node
      .findAll()
      .filter((it: IConstruct): it is TerraformResource =>
        TerraformResource.isTerraformResource(it),
      )
      .filter((it) => !StateRecord.isStateRecord(it) && !isMovedAway(it));
  }

  /** Its own name; in a project, else the place of its code there. */
  private targetOf(resource: TerraformResource): string {
    const named = this.parts.get(resource);
    if (named !== undefined) return itemTarget(this.target, RESOURCES, named.name);
    const scopes = this.props.below?.node.scopes.length ?? 0;
    const name = resource.node.scopes.slice(scopes).map((it) => it.node.id);
    const isNamed = this.isProject && checkResourceName(name.join('.')).length === 0;
    return isNamed ? itemTarget(this.target, RESOURCES, name.join('.')) : this.target;
  }

  /** What a module makes is not in this stack's hands: neither a count nor a guard can name it. */
  private refuseModules(): void {
    for (const construct of this.props.below?.node.findAll() ?? []) {
      if (construct instanceof TerraformModule) report(construct, moduleInside(this.target));
    }
  }

  private override({ resource, target, whileSoftDeleted }: ProtectedMember): void {
    const { deadline: until } = this.fateOf(target);
    if (until === undefined || whileSoftDeleted === undefined) return;
    const overrides = whileSoftDeleted(resource, { target, deadline: template(until) });
    const ignored = ignoredOverrides(resource, overrides);
    if (ignored.length > 0) report(resource, ignoredOverride(ignored));
    applyOverrides(resource, overrides);
  }

  /**
   * While nothing is being deleted, the uids follow the objects. During a deletion they are frozen and
   * refer to no doomed object, whose own count depends on what was recorded here.
   *
   * The record also says what is being deleted. A restore changes that, after all that it restores: so
   * the record keeps its reference to the tombstone until then, in every attempt, and an engine keeps
   * the tombstone as long. An object whose update failed has forgotten its own reference.
   */
  private recordIdentities(): void {
    const { running } = this.clocks;
    const objects = [...this.roots].map(([target, root]) => {
      const known = this.fateOf(target).doomed ? null : new Expression(uidOf(root));
      return [target, known] as const;
    });
    const deleting = running.map(({ target, tombstone }) => [
      target,
      new Expression(`${tombstone}.input.target`),
    ]);
    const input = identityInput(
      this.target,
      Object.fromEntries(objects),
      Object.fromEntries(deleting),
    );
    this.identity.write(input, {
      ...(running.length === 0 ? {} : { frozen: ['objects'] }),
      dependsOn: this.restored(),
    });
  }

  /**
   * What lives, by its addresses. Where an approved hard deletion refers to the identities, something
   * that lives may refer to what is hard-deleted, and nothing can wait for it.
   */
  private restored(): readonly string[] {
    const { running } = this.clocks;
    if (running.some(({ isHard }) => isHard)) return [];
    const living = this.protectedMembers.filter(({ target }) => !this.fateOf(target).doomed);
    return living.map(({ address }) => address).sort();
  }

  /** Stands in for `prevent_destroy`, which doomed resources can't have. There is never one. */
  private keepWhileSoftDeleted(): void {
    const doomed = this.protectedMembers.filter(({ target }) => this.fateOf(target).doomed);
    if (doomed.length === 0) return;
    const sorted = [...doomed].sort((a, b) => (a.address < b.address ? -1 : 1));
    const kept = new StateRecord(this, 'kept-while-soft-deleted', {});
    kept.addOverride('count', countWhileKept(sorted));
  }
}

/** A resource that belongs to nothing else: its records are named after it, wherever its code is. */
function standalone(resource: TerraformResource, options: ProtectOptions): ProtectedResource {
  const stack = stackOf(resource);
  const { name, identity, ...rest } = options;
  report(resource, ...checkProjectName(name));
  const id = reclamationId(name);
  const scope = TerraformStack.of(resource);
  const known = scope.node.tryFindChild(id);
  if (known !== undefined) {
    report(resource, targetTaken(name, known));
    return { target: name, isBeingDeleted: stack.requestOf(name) !== undefined };
  }
  const reclamation = new Reclamation(scope, id, { name, ...rest });
  rememberSource(reclamation);
  reclamation.protect(name, resource, { ...(identity === undefined ? {} : { identity }) });
  return { target: name, isBeingDeleted: reclamation.fateOf(name).doomed };
}

/** The records of what belongs to no project are named after it, wherever its code is. */
export function reclamationId(name: string): string {
  return `reclamation-${namespaceFor(String(name))}`;
}

import {
  TerraformDataSource,
  TerraformLocal,
  TerraformModule,
  TerraformResource,
  TerraformStack,
  Token,
} from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { memberOf } from '../base/guards.js';
import { type DeletionRequest, effectiveApproval } from '../files/deletions.js';
import type { LockedReclaimable } from '../files/projects-lock.js';
import { checkPeriod, stackSettings } from '../files/settings.js';
import { itemTarget, RESOURCES } from '../model/deletion-target.js';
import { checkProjectName, checkResourceName, namespaceFor } from '../model/names.js';
import {
  approvalInTime,
  approvedObject,
  countWhileKept,
  deadline,
  earliest,
  freshPlan,
  guardInput,
  hardDeletionInput,
  identityInput,
  isApproved,
  isOver,
  type Member,
  PLANNED_AT,
  status,
  tombstoneInput,
} from '../state/clock.js';
import { Expression, template } from '../state/expression.js';
import { rememberSource } from './call-site.js';
import {
  isProjectContext,
  ownersOf,
  type PartOptions,
  type StackContext,
  stackOf,
} from './context.js';
import { type Identified, identityOf, uidAttribute, unidentified } from './identity.js';
import { isMovedAway } from './moves.js';
import type { MemberBlock } from './protected-json.js';
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

/** What becomes of a target. */
export interface DeletionState {
  /** Whether its deletion was requested. */
  readonly doomed: boolean;
  /** The expression of its deadline; only where it is doomed. */
  readonly deadline?: string;
}

/** One open deletion as the stack's `reclamations` output shows it. */
export interface ReclamationSummary {
  /** What is being deleted. */
  readonly target: string;
  /** The expression of its status, as Code Engine prints it. */
  readonly status: string;
  /** The expression of the time at which the deletion began. */
  readonly deletedAt: string;
  /** The expression of its deadline: recoverable until then. */
  readonly reclaimAfter: string;
  /** The addresses of what is deleted with it. */
  readonly members: readonly string[];
}

/** What a reclamation watches over. */
export interface ReclamationProps extends ReclamationOptions {
  /** The target whose deletion takes everything along, such as `orders-db`. */
  readonly name: string;
  /** The scope whose resources all belong to it. @default - only what is put under protection */
  readonly below?: Construct;
}

interface Clock {
  readonly tombstone: StateRecord;
  readonly deadline: string;
  /** Expressions, any of which makes the deletion permanent. */
  readonly gone: readonly string[];
}

interface ProtectedMember extends Member {
  readonly resource: TerraformResource;
  readonly identity: string;
  readonly uid: string;
  readonly whileSoftDeleted?: WhileSoftDeleted | undefined;
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
  private readonly clocks = new Map<string, Clock | undefined>();
  private readonly protectedMembers: ProtectedMember[] = [];
  private readonly roots = new Map<string, ProtectedMember>();
  private readonly parts = new Map<TerraformResource, PartOptions>();
  private readonly identity: StateRecord;
  private readonly stack: StackContext;
  private readonly isProject: boolean;
  private readonly period: string;
  private readonly planMaxAge: string;
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
    this.planMaxAge = periods.planMaxAge.text;
    const own =
      props.period === undefined
        ? { value: periods.period, problems: [] }
        : checkPeriod(this.stack.settings, this.stack.node.id, plain(props.period));
    report(this, ...own.problems);
    this.period = (own.value ?? periods.period).text;
    this.identity = new StateRecord(this, 'identity', {});
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
    return this.protectedMembers.flatMap(({ resource, address }) => {
      const instances = instancesOf(resource, address);
      return instances[0] === address && isMultiple(resource) ? [`${address}[*]`] : instances;
    });
  }

  /**
   * What projects.lock.yaml is to know of the resources that it can't rebuild.
   *
   * @internal
   */
  get locked(): LockedReclaimable {
    const addresses = (members: readonly ProtectedMember[]) =>
      members.flatMap(({ resource, address }) => instancesOf(resource, address)).sort();
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
      gone: this.clocksOf(target).flatMap((clock) => clock.gone),
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
    const gone = this.clocksOf(this.target).flatMap((clock) => clock.gone);
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
   * Whether the deletion of a target (or of everything here) was requested, and until when.
   *
   * @internal
   */
  fateOf(target: string): DeletionState {
    const [first, ...others] = this.clocksOf(target);
    if (first === undefined) return { doomed: false };
    const deadlines = [first.deadline, ...others.map((clock) => clock.deadline)] as const;
    return { doomed: true, deadline: earliest([...deadlines]) };
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
    this.clocksOf(target);
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
    const { beforeReclaim } = this.props;
    const guard = guardInput(this.target, this.period, members, this.clockAddresses(), {
      isProject: this.isProject,
      ...(beforeReclaim === undefined ? {} : { beforeReclaim }),
    });
    new StateRecord(this, 'guard', guard, { dependsOn });
    this.recordIdentities();
    this.keepWhileSoftDeleted();
  }

  /**
   * The open deletions, for the stack's output.
   *
   * @internal
   */
  summaries(): readonly ReclamationSummary[] {
    return [...this.clocks]
      .filter((entry): entry is [string, Clock] => entry[1] !== undefined)
      .map(([target, clock]) => ({
        target,
        status: status(this.clocksOf(target).flatMap((each) => each.gone)),
        deletedAt: template(`${clock.tombstone.address}.input.deleted_at`),
        reclaimAfter: template(this.fateOf(target).deadline ?? clock.deadline),
        members: this.membersOf(target).map((member) => member.address),
      }))
      .sort((a, b) => (a.target < b.target ? -1 : 1));
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

  private clocksOf(target: string): readonly Clock[] {
    const targets = [...new Set([this.target, target])];
    return targets
      .map((each) => this.clockOf(each))
      .filter((clock): clock is Clock => clock !== undefined);
  }

  private clockOf(target: string): Clock | undefined {
    if (this.clocks.has(target)) return this.clocks.get(target);
    const request = this.stack.requestOf(target);
    const clock = request === undefined ? undefined : this.startClock(target, request);
    this.clocks.set(target, clock);
    return clock;
  }

  private startClock(target: string, request: DeletionRequest): Clock {
    declarePlanTime(this);
    const tombstone = new StateRecord(
      this,
      clockId(target, this.target),
      tombstoneInput(target, this.period),
      { frozen: true, preconditions: [freshPlan(target, this.planMaxAge)] },
    );
    const over = deadline(tombstone.address);
    const approved = request.mode === 'hard' ? this.recordHardDeletion(target, request) : [];
    return { tombstone, deadline: over, gone: [isOver(over), ...approved] };
  }

  /** Where the clock of each target is, or will be once its deletion is requested. */
  private clockAddresses(): Readonly<Record<string, string>> {
    const own = this.target;
    const targets = new Set([own, ...this.protectedMembers.map(({ target }) => target)]);
    return Object.fromEntries(
      [...targets]
        .sort()
        .map((target) => [
          target,
          this.clocks.get(target)?.tombstone.address ??
            StateRecord.addressOf(this, clockId(target, own)),
        ]),
    );
  }

  private recordHardDeletion(target: string, request: DeletionRequest): readonly string[] {
    const approval = effectiveApproval(request);
    if (approval === undefined) return [];
    const deletion = {
      target,
      requestedBy: request.requestedBy,
      approvedBy: approval.by,
      expires: approval.expires,
      uid: approval.uid,
    };
    const record = new StateRecord(
      this,
      recordId('hard-deletion', target, this.target),
      hardDeletionInput(deletion),
      {
        frozen: true,
        preconditions: [approvedObject(this.identity.address, deletion)],
        postconditions: [approvalInTime(deletion)],
      },
    );
    return [isApproved(record.address, approval.expires)];
  }

  /**
   * While nothing is being deleted, the uids follow the objects. During a deletion the record is
   * frozen and refers to no doomed object, whose own count depends on what was recorded here.
   */
  private recordIdentities(): void {
    const frozen = [...this.clocks.values()].some((clock) => clock !== undefined);
    const objects = [...this.roots].map(([target, root]) => {
      const known = this.fateOf(target).doomed ? null : new Expression(uidOf(root));
      return [target, known] as const;
    });
    this.identity.write(identityInput(this.target, Object.fromEntries(objects)), { frozen });
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

/** The addresses of a resource's instances; none where that isn't known here, or there are none. */
function instancesOf(resource: TerraformResource, address: string): readonly string[] {
  const count = overrideOf(resource, 'count') ?? resource.count;
  if (typeof count === 'number' && !Token.isUnresolved(count)) {
    return Array.from({ length: Math.min(count, MAX_INSTANCES) }, (_, at) => `${address}[${at}]`);
  }
  return [address];
}

/** More than that are known by their address alone. */
const MAX_INSTANCES = 1000;

function overrideOf(resource: TerraformResource, key: string): unknown {
  return memberOf(Reflect.get(resource, 'rawOverrides'), key);
}

/** Of several instances, all of them together. */
function uidOf({ address, resource, uid }: ProtectedMember): string {
  return isMultiple(resource)
    ? `sha256(join(",", [for each in ${address} : each.${uid}]))`
    : `${address}.${uid}`;
}

function isMultiple(resource: TerraformResource): boolean {
  const isOverridden = ['count', 'for_each'].some((key) => overrideOf(resource, key) !== undefined);
  return resource.count !== undefined || resource.forEach !== undefined || isOverridden;
}

/** One local value a stack says when the plan was made. */
function declarePlanTime(scope: Construct): void {
  const stack = TerraformStack.of(scope);
  if (stack.node.tryFindChild(PLANNED_AT) !== undefined) return;
  new TerraformLocal(stack, PLANNED_AT, template('plantimestamp()')).overrideLogicalId(PLANNED_AT);
}

function clockId(target: string, root: string): string {
  return recordId('tombstone', target, root);
}

/** The root's own records have plain ids; an item's are told apart by its target. */
function recordId(kind: string, target: string, root: string): string {
  return target === root ? kind : `${kind}-${target.slice(root.length + 1).replaceAll('/', '-')}`;
}

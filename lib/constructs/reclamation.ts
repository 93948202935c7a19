import { TerraformLocal, type TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { type DeletionRequest, effectiveApproval } from '../files/deletions.js';
import {
  approvalInTime,
  approvedObject,
  countUnless,
  countWhileKept,
  deadline,
  earliest,
  freshPlan,
  guardInput,
  hardDeletionInput,
  identityInput,
  isApproved,
  isOver,
  PLANNED_AT,
  status,
  tombstoneInput,
} from '../state/clock.js';
import { Expression, template } from '../state/expression.js';
import type { Member } from '../state/records.js';
import { StateRecord } from './record.js';
import { type Duration, plain } from './units.js';

/** What a reclamation watches over and by which rules. */
export interface ReclamationProps {
  /** The target whose deletion takes everything along, such as `billing`. */
  readonly target: string;
  /** How long a deletion can be taken back: `168h` in Terraform's units, or `Duration.days(7)`. */
  readonly period: string | Duration;
  /** The oldest plan that may be applied: `1h`, or `Duration.hours(1)`. */
  readonly planMaxAge: string | Duration;
  /** The open deletion request of a target, if there is one. */
  readonly requestOf: (target: string) => DeletionRequest | undefined;
  /** A resource's address in state. @default - its own type and id */
  readonly addressOf?: (resource: TerraformResource) => string;
  /** The expression of an object's unique id. @default - the resource's `id` */
  readonly uidOf?: (resource: TerraformResource) => string;
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

interface Clock {
  readonly tombstone: StateRecord;
  readonly deadline: string;
  /** Expressions, any of which makes the deletion permanent. */
  readonly gone: readonly string[];
}

/**
 * Makes the deletion of any Terraform resources something that can be taken back: a guard records
 * what belongs together, a deletion request starts a clock in state, and the doomed resources stay
 * until it has run out. It knows nothing of Kubernetes.
 *
 * @example
 * const archive = new Reclamation(stack, 'reclamation', {
 *   target: 'archive',
 *   period: Duration.days(7),
 *   planMaxAge: Duration.hours(1),
 *   requestOf: (target) => requests.find((request) => request.target === target),
 * });
 * archive.protect('archive', bucket);
 * archive.seal();
 */
export class Reclamation extends Construct {
  private readonly clocks = new Map<string, Clock | undefined>();
  private readonly protectedMembers: Member[] = [];
  private readonly roots = new Map<string, TerraformResource>();
  private readonly identity: StateRecord;
  private sealed = false;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ReclamationProps,
  ) {
    super(scope, id);
    this.identity = new StateRecord(this, 'identity', {});
  }

  /** What has been put under protection so far. */
  get members(): readonly Member[] {
    return this.protectedMembers;
  }

  /** Whether the deletion of a target (or of everything here) was requested, and until when. */
  fateOf(target: string): DeletionState {
    const [first, ...others] = this.clocksOf(target);
    if (first === undefined) return { doomed: false };
    const deadlines = [first.deadline, ...others.map((clock) => clock.deadline)] as const;
    return { doomed: true, deadline: earliest([...deadlines]) };
  }

  /**
   * Puts a resource under protection: it belongs to `target` and goes with it. The first resource
   * of a target is its root, the object that an approval of a hard deletion names.
   */
  protect(target: string, resource: TerraformResource): void {
    this.protectedMembers.push({ address: this.addressOf(resource), target });
    if (!this.roots.has(target)) this.roots.set(target, resource);
    const clocks = this.clocksOf(target);
    if (clocks.length === 0) {
      resource.addOverride('lifecycle.prevent_destroy', true);
    } else {
      resource.addOverride('count', countUnless(clocks.flatMap((clock) => clock.gone)));
    }
  }

  /** Whether a resource is protected already. */
  protects(resource: TerraformResource): boolean {
    const address = this.addressOf(resource);
    return this.protectedMembers.some((member) => member.address === address);
  }

  /** Writes the guard once all members are known. Nothing can be put under protection after it. */
  seal(): void {
    if (this.sealed) return;
    this.sealed = true;
    const { target, period } = this.props;
    const members = [...this.protectedMembers].sort((a, b) => (a.address < b.address ? -1 : 1));
    const dependsOn = members.map((member) => member.address);
    const guard = guardInput(target, plain(period), members, this.clockAddresses());
    new StateRecord(this, 'guard', guard, { dependsOn });
    this.recordIdentities();
    this.keepWhileSoftDeleted();
  }

  /** The open deletions, for the stack's output. */
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
  membersOf(target: string): readonly Member[] {
    return this.protectedMembers.filter(
      (member) => target === this.props.target || member.target === target,
    );
  }

  private clocksOf(target: string): readonly Clock[] {
    const targets = [...new Set([this.props.target, target])];
    return targets
      .map((each) => this.clockOf(each))
      .filter((clock): clock is Clock => clock !== undefined);
  }

  private clockOf(target: string): Clock | undefined {
    if (this.clocks.has(target)) return this.clocks.get(target);
    const request = this.props.requestOf(target);
    const clock = request === undefined ? undefined : this.startClock(target, request);
    this.clocks.set(target, clock);
    return clock;
  }

  private startClock(target: string, request: DeletionRequest): Clock {
    declarePlanTime(this);
    const tombstone = new StateRecord(
      this,
      clockId(target, this.props.target),
      tombstoneInput(target, plain(this.props.period)),
      { frozen: true, preconditions: [freshPlan(target, plain(this.props.planMaxAge))] },
    );
    const over = deadline(tombstone.address);
    const approved = request.mode === 'hard' ? this.recordHardDeletion(target, request) : [];
    return { tombstone, deadline: over, gone: [isOver(over), ...approved] };
  }

  /** Where the clock of each target is, or will be once its deletion is requested. */
  private clockAddresses(): Readonly<Record<string, string>> {
    const own = this.props.target;
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
      recordId('hard-deletion', target, this.props.target),
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
      const known = this.fateOf(target).doomed ? null : new Expression(this.uidOf(root));
      return [target, known] as const;
    });
    this.identity.write(identityInput(this.props.target, Object.fromEntries(objects)), { frozen });
  }

  /** Stands in for `prevent_destroy`, which doomed resources can't have. There is never one. */
  private keepWhileSoftDeleted(): void {
    const doomed = this.protectedMembers.filter(({ target }) => this.fateOf(target).doomed);
    if (doomed.length === 0) return;
    const addresses = doomed.map((member) => member.address).sort();
    const kept = new StateRecord(this, 'kept-while-soft-deleted', {});
    kept.addOverride('count', countWhileKept(addresses));
  }

  private addressOf(resource: TerraformResource): string {
    const own = `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
    return this.props.addressOf?.(resource) ?? own;
  }

  private uidOf(resource: TerraformResource): string {
    return this.props.uidOf?.(resource) ?? `${this.addressOf(resource)}.id`;
  }
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

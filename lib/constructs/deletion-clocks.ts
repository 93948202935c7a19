import { TerraformLocal, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { type DeletionRequest, effectiveApproval } from '../files/deletions.js';
import {
  approvalInTime,
  approvedObject,
  deadline,
  earliest,
  freshPlan,
  hardDeletionInput,
  isApproved,
  isOver,
  PLANNED_AT,
  status,
  tombstoneInput,
} from '../state/clock.js';
import { template } from '../state/expression.js';
import type { DeletionState, ReclamationSummary } from './deletion-state.js';
import { StateRecord } from './record.js';

/** By which rules the clocks of a whole and of its parts run. */
export interface ClockRules {
  /** The target that takes everything along. */
  readonly target: string;
  /** In Terraform's units. */
  readonly period: string;
  readonly planMaxAge: string;
  /** The open deletion request of a target. */
  readonly requestOf: (target: string) => DeletionRequest | undefined;
  /** The record of the objects' uids, which an approval has to name. */
  readonly identity: StateRecord;
}

/** A clock that runs. */
export interface RunningClock {
  readonly target: string;
  /** Where the tombstone is. */
  readonly tombstone: string;
  /** Whether an approved hard deletion may end it earlier. */
  readonly isHard: boolean;
}

interface Clock {
  readonly tombstone: StateRecord;
  readonly deadline: string;
  /** Expressions, any of which makes the deletion permanent. */
  readonly gone: readonly string[];
}

/** The clocks of a whole and of its parts: each is in state from the plan on that first sees its request. */
export class DeletionClocks {
  private readonly clocks = new Map<string, Clock | undefined>();

  constructor(
    private readonly scope: Construct,
    private readonly rules: ClockRules,
  ) {}

  /** What is being deleted here, each with the address of its tombstone. */
  get running(): readonly RunningClock[] {
    return [...this.clocks].flatMap(([target, clock]) =>
      clock === undefined
        ? []
        : [{ target, tombstone: clock.tombstone.address, isHard: clock.gone.length > 1 }],
    );
  }

  /** Expressions, any of which ends what goes with a target; none while it is not being deleted. */
  goneOf(target: string): readonly string[] {
    return this.clocksOf(target).flatMap((clock) => clock.gone);
  }

  /** Whether the deletion of a target (or of everything here) was requested, and until when. */
  fateOf(target: string): DeletionState {
    const [first, ...others] = this.clocksOf(target);
    if (first === undefined) return { doomed: false };
    const deadlines = [first.deadline, ...others.map((clock) => clock.deadline)] as const;
    return { doomed: true, deadline: earliest([...deadlines]) };
  }

  /** The open deletions, for the stack's output. */
  summaries(membersOf: (target: string) => readonly string[]): readonly ReclamationSummary[] {
    return [...this.clocks]
      .filter((entry): entry is [string, Clock] => entry[1] !== undefined)
      .map(([target, clock]) => ({
        target,
        status: status(this.goneOf(target)),
        deletedAt: template(`${clock.tombstone.address}.input.deleted_at`),
        reclaimAfter: template(this.fateOf(target).deadline ?? clock.deadline),
        members: membersOf(target),
      }))
      .sort((a, b) => (a.target < b.target ? -1 : 1));
  }

  /** Where the clock of each target is, or will be once its deletion is requested. */
  addressesOf(targets: readonly string[]): Readonly<Record<string, string>> {
    const own = this.rules.target;
    return Object.fromEntries(
      [...new Set([own, ...targets])]
        .sort()
        .map((target) => [
          target,
          this.clocks.get(target)?.tombstone.address ??
            StateRecord.addressOf(this.scope, clockId(target, own)),
        ]),
    );
  }

  private clocksOf(target: string): readonly Clock[] {
    const targets = [...new Set([this.rules.target, target])];
    return targets
      .map((each) => this.clockOf(each))
      .filter((clock): clock is Clock => clock !== undefined);
  }

  private clockOf(target: string): Clock | undefined {
    if (this.clocks.has(target)) return this.clocks.get(target);
    const request = this.rules.requestOf(target);
    const clock = request === undefined ? undefined : this.startClock(target, request);
    this.clocks.set(target, clock);
    return clock;
  }

  private startClock(target: string, request: DeletionRequest): Clock {
    declarePlanTime(this.scope);
    const tombstone = new StateRecord(
      this.scope,
      clockId(target, this.rules.target),
      tombstoneInput(target, this.rules.period),
      // A restore that is denied keeps its clock: nothing may be marked that no state knows of.
      {
        frozen: true,
        goesLast: true,
        preconditions: [freshPlan(target, this.rules.planMaxAge)],
      },
    );
    const over = deadline(tombstone.address);
    const approved = request.mode === 'hard' ? this.recordHardDeletion(target, request) : [];
    return { tombstone, deadline: over, gone: [isOver(over), ...approved] };
  }

  private recordHardDeletion(target: string, request: DeletionRequest): readonly string[] {
    const approval = effectiveApproval(request);
    if (approval === undefined) return [];
    const deletion = {
      target,
      requestedBy: request.requestedBy,
      approvedBy: approval.by,
      approvedAt: approval.at,
      expires: approval.expires,
      uid: approval.uid,
    };
    const record = new StateRecord(
      this.scope,
      recordId('hard-deletion', target, this.rules.target),
      hardDeletionInput(deletion),
      {
        frozen: true,
        preconditions: [approvedObject(this.rules.identity.address, deletion)],
        postconditions: [approvalInTime(deletion)],
      },
    );
    return [isApproved(record.address, approval.expires)];
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

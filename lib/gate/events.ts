import { rfc3339 } from '../base/timestamp.js';
import { goesWith } from '../model/deletion-target.js';
import { ends } from '../plan/change.js';
import type { ReclamationEvent } from '../review/review.js';
import type { GateContext } from './context.js';
import type { Passage } from './passage.js';
import type { PlanReason } from './whole-plan.js';

type Event = Omit<ReclamationEvent, 'stack'>;

/** The deletions that a plan begins, leaves running and takes back. */
export function eventsIn(
  passage: Passage,
  why: readonly PlanReason[],
  context: GateContext,
): readonly Event[] {
  return new Events(passage, why, context).all();
}

class Events {
  /** Where objects were that the plan changes and leaves there, with their index and without. */
  private readonly left = new Set<string>();

  constructor(
    private readonly passage: Passage,
    private readonly why: readonly PlanReason[],
    private readonly context: GateContext,
  ) {
    for (const change of passage.plan.changes) {
      const { address, base } = change.previous ?? change;
      const isLeft = change.hasBefore && change.deposed === undefined && !ends(change);
      if (isLeft && !change.importing) this.left.add(address).add(base);
    }
  }

  all(): readonly Event[] {
    return [...this.known(), ...this.begun()];
  }

  private begun(): readonly Event[] {
    const { after, before } = this.passage;
    const begun = after.tombstones.filter(
      ({ address, record: { target } }) =>
        before.recordAt(this.passage.formerAddress(address)) === undefined &&
        !after.hardDeletions.some((each) => each.record.target === target),
    );
    return begun.map(({ record }) => this.event('soft-delete', record.target, record.reclaimAfter));
  }

  private known(): readonly Event[] {
    return this.passage.before.tombstones.flatMap(({ address, record: { target } }) => {
      const present = this.passage.presentAddress(address);
      const isLate = this.why.some(
        (each) => each.code === 'restore-too-late' && each.address === present,
      );
      if (isLate) return [this.event('restore-too-late', target, null)];
      if (this.staying(target).length === 0) return [];
      if (this.passage.isDeleted(present)) return [this.event('restore', target, null)];
      const until = this.deadlineOf(target);
      return until === undefined ? [] : [this.event('pending', target, until)];
    });
  }

  /** Members of a target that are there, and that this plan leaves there. */
  private staying(target: string): readonly string[] {
    const members = this.passage.before.membersOf(target);
    return members.filter((member) => this.left.has(member) || this.passage.hasIdle(member));
  }

  private deadlineOf(target: string): Date | undefined {
    const clocks = this.passage.before.tombstones.filter(({ record }) =>
      goesWith(record.target, target),
    );
    const ends = clocks.map(({ record }) => record.reclaimAfter.getTime());
    return ends.length === 0 ? undefined : new Date(Math.min(...ends));
  }

  private event(kind: Event['kind'], target: string, until: Date | null): Event {
    const now = this.passage.plan.plannedAt ?? this.context.now;
    return {
      target,
      kind,
      recoverableUntil: until === null ? null : rfc3339(until),
      timeLeft: until === null ? null : Math.max(0, until.getTime() - now.getTime()),
    };
  }
}

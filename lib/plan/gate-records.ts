import { named } from '../model/inert.js';
import { plural } from '../model/plural.js';
import { parseDuration } from '../reclamation/duration.js';
import type { Guard, HardDeletionRecord, StateRecord, Tombstone } from '../reclamation/records.js';
import { lineage } from '../reclamation/target.js';
import { rfc3339 } from '../reclamation/timestamp.js';
import { judgeApproval } from './approval.js';
import { type Change, creates, ends } from './change.js';
import type { GateContext } from './gate-context.js';
import { judgeMarks } from './gate-marks.js';
import type { Reason } from './gate-plan.js';
import type { Plan } from './plan.js';
import { isAmong, nearestOf, type Protection } from './protection.js';
import type { ReclamationEvent } from './review.js';

/** What the plan does to the records of protection. */
export interface RecordVerdict {
  readonly why: readonly Reason[];
  readonly notices: readonly Reason[];
  readonly events: readonly Omit<ReclamationEvent, 'stack'>[];
  /** Projects whose guard goes although objects of theirs are there. */
  readonly unguarded: ReadonlySet<string>;
}

/** Judges every change of a guard, a tombstone and their like. */
export function judgeRecords(
  plan: Plan,
  protection: Protection,
  context: GateContext,
): RecordVerdict {
  return new RecordJudge(plan, protection, context).judge();
}

class RecordJudge {
  private readonly why: Reason[] = [];
  private readonly notices: Reason[] = [];
  private readonly events: Omit<ReclamationEvent, 'stack'>[] = [];
  private readonly unguarded = new Set<string>();
  private readonly moved = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly created = new Set<string>();
  private readonly gone = new Set<string>();
  private readonly hard = new Set<string>();
  private readonly begun: Tombstone[] = [];

  constructor(
    private readonly plan: Plan,
    private readonly protection: Protection,
    private readonly context: GateContext,
  ) {
    for (const change of plan.changes) {
      if (change.previous !== undefined) this.moved.add(change.base);
      if (ends(change)) this.ended.add(change.base).add(change.previous?.base ?? change.base);
      if (creates(change)) this.created.add(change.base);
      if (change.after?.kind === 'HardDeletion') this.hard.add(change.after.target);
      if (ends(change) && change.before?.kind === 'Tombstone') this.gone.add(change.before.target);
    }
  }

  judge(): RecordVerdict {
    const known = new Map(this.plan.prior.map(({ address, record }) => [address, record]));
    for (const change of this.plan.changes) {
      const before = change.before ?? known.get(change.previous?.address ?? change.address);
      if (before !== undefined) this.existing(change, before);
      if (creates(change) && change.after !== undefined) this.made(change, change.after);
    }
    this.pending();
    this.creations();
    const made = new Map(this.begun.map((each) => [each.target, each]));
    this.why.push(...judgeMarks(this.plan, this.protection, { begun: made, gone: this.gone }));
    this.opaque();
    const { why, notices, events, unguarded } = this;
    return { why, notices, events, unguarded };
  }

  private existing(change: Change, before: StateRecord): void {
    if (before.kind === 'Guard') {
      if (ends(change)) this.guardEnds(change, before);
      else this.guardStays(change, before);
    }
    if (before.kind === 'Tombstone') {
      if (ends(change)) this.tombstoneEnds(change, before);
      else this.tombstoneStays(change, before);
    }
  }

  private guardEnds(change: Change, guard: Guard): void {
    const left = this.protection.remaining(guard.target);
    if (left.length === 0 && !creates(change)) return;
    this.unguarded.add(guard.target);
    this.stop(
      change,
      'guard-removed',
      `The plan takes away the guard of ${named(guard.target)}, and ${plural(left.length, 'object')} of it ${left.length === 1 ? 'is' : 'are'} there. Put the project’s code and its entry in projects.lock.yaml back; to delete it, request it in deletions.yaml.`,
    );
  }

  private guardStays(change: Change, guard: Guard): void {
    const { after } = change;
    if (!change.actions.includes('update')) return;
    if (after?.kind !== 'Guard' || this.isRenamedInTheMiddle(guard, after)) {
      this.unguarded.add(guard.target);
      this.stop(
        change,
        'guard-edited',
        `The plan makes the guard of ${named(guard.target)} something else, so that nothing would protect the project. Put its code back as it was.`,
      );
      return;
    }
    this.membersLeft(change, guard, after);
    this.doubled(change, after, guard.target);
    this.namesTaken(change, guard, after);
    const [old, now] = [seconds(guard.period), seconds(after.period)];
    if (now < old) {
      this.notices.push({
        code: 'period-shortened',
        address: change.address,
        message: `The reclamation period of ${named(guard.target)} becomes shorter: ${named(after.period)} instead of ${named(guard.period)}. Deletions that have begun keep theirs.`,
      });
    }
  }

  /** A project may get another name, but not while its deletion, known by the old one, runs. */
  private isRenamedInTheMiddle(guard: Guard, after: Guard): boolean {
    if (after.target === guard.target) return false;
    return [...this.protection.tombstones.keys()].some((each) =>
      lineage(each).includes(guard.target),
    );
  }

  /** Objects of another project's guard: two could disagree on how long they stay. */
  private doubled(change: Change, after: Guard, own: string): void {
    for (const { address, target } of after.members) {
      const known = this.protection.targetOf(address);
      const isOthers = known !== undefined && !lineage(known).includes(own);
      if (isOthers) {
        this.stop(
          change,
          'guard-doubled',
          `The plan puts ${named(address)} under ${named(target)}, and it belongs to ${named(known)}. One object has one project: give it another name.`,
        );
      }
    }
  }

  private membersLeft(change: Change, guard: Guard, after: Guard): void {
    const listed = new Set(after.members.map(({ address }) => address));
    const dropped = guard.members.filter(({ address }) => {
      const isListed = listed.has(this.protection.addressNow(address));
      return !isListed && this.protection.isThere(address);
    });
    for (const { address, target } of dropped) {
      this.stop(
        change,
        'member-removed',
        `The plan takes ${named(address)} of ${named(target)} off the guard’s list, and the object is there: a later plan could end it unseen. Put its code back; to delete it, request it in deletions.yaml.`,
      );
    }
  }

  /** A new object under a name whose former bearer can still be restored. */
  private namesTaken(change: Change, guard: Guard, after: Guard): void {
    const known = new Set(guard.members.map(({ address }) => address));
    for (const { address, target } of after.members) {
      const isNew = !known.has(address) && !this.moved.has(address) && this.created.has(address);
      const clock = this.protection.tombstones.get(target);
      if (isNew && clock !== undefined) this.nameTaken(change, target, clock);
    }
  }

  private nameTaken(change: Change, target: string, clock: Tombstone): void {
    this.stop(
      change,
      'name-taken',
      `${named(target)} is being deleted and can be restored until ${rfc3339(clock.reclaimAfter)}; until that deletion is closed, its name is taken. Restore it, or use another name.`,
    );
  }

  private tombstoneEnds(change: Change, tombstone: Tombstone): void {
    const { target } = tombstone;
    const members = this.protection.membersOf(target);
    if (creates(change)) {
      this.stop(
        change,
        'tombstone-edited',
        `The plan makes the deletion clock of ${named(target)} anew. It began at ${rfc3339(tombstone.deletedAt)} and can’t be changed.`,
      );
      return;
    }
    const isEmpty = members.some(
      (base) => this.created.has(base) && !this.protection.isThere(base),
    );
    if (isEmpty) {
      this.event('restore-too-late', target, null);
      this.stop(
        change,
        'restore-too-late',
        `${named(target)} was reclaimed, so what this plan makes would be empty. Close the deletion with reprieve reclamation close; then make it anew on purpose.`,
      );
    } else if (this.staying(target).length > 0) {
      this.event('restore', target, null);
    }
  }

  private tombstoneStays(change: Change, tombstone: Tombstone): void {
    const { after } = change;
    if (!change.actions.includes('update')) return;
    const isSame =
      after?.kind === 'Tombstone' &&
      after.target === tombstone.target &&
      after.reclaimAfter.getTime() >= tombstone.reclaimAfter.getTime();
    if (isSame) return;
    this.stop(
      change,
      'tombstone-edited',
      `The plan changes the deletion clock of ${named(tombstone.target)}, which began at ${rfc3339(tombstone.deletedAt)}. It can’t be changed: undo what edits it.`,
    );
  }

  private made(change: Change, after: StateRecord): void {
    if (after.kind === 'Tombstone') this.softDeleteBegins(change, after);
    if (after.kind === 'HardDeletion') this.hardDeletionBegins(change, after);
    if (after.kind === 'Guard') {
      if (change.before === undefined) this.doubled(change, after, after.target);
      const clock = this.protection.tombstones.get(after.target);
      const isOther = this.protection.guards.has(after.target) && change.before === undefined;
      if (isOther && clock !== undefined) this.nameTaken(change, after.target, clock);
    }
    if (after.kind === 'Broken') {
      this.stop(
        change,
        'record-unreadable',
        'The plan writes a record of protection that can’t be read. Use one version of Reprieve for the code and for the review.',
      );
    }
  }

  private softDeleteBegins(change: Change, tombstone: Tombstone): void {
    const { target, deletedAt, reclaimAfter } = tombstone;
    this.begun.push(tombstone);
    if (!this.hard.has(target)) this.event('soft-delete', target, reclaimAfter);
    this.notBefore(change, target, deletedAt);
    const guard = nearestOf(target, this.protection.guards);
    if (guard !== undefined && seconds(tombstone.period) < seconds(guard.period)) {
      this.stop(
        change,
        'period-shortened',
        `The deletion of ${named(target)} would run for ${named(tombstone.period)}, and its guard promises ${named(guard.period)}. Shorten the period in a change of its own first.`,
      );
    }
  }

  private hardDeletionBegins(change: Change, record: HardDeletionRecord): void {
    const verdict = judgeApproval(record, this.protection, this.context);
    if (!verdict.approved) this.stop(change, verdict.code, verdict.message);
    this.notBefore(change, record.target, record.executedAt);
  }

  private notBefore(change: Change, target: string, begun: Date | undefined): void {
    const planned = this.plan.plannedAt ?? this.context.now;
    if (begun === undefined || planned.getTime() - begun.getTime() <= 1000) return;
    this.stop(
      change,
      'backdated',
      `The deletion of ${named(target)} begins with this plan, of ${rfc3339(planned)}, and its clock says ${rfc3339(begun)}. A clock can’t begin before its plan.`,
    );
  }

  private pending(): void {
    for (const { target } of this.protection.tombstones.values()) {
      const clock = this.protection.clockOf(target);
      if (this.gone.has(target) || clock === undefined) continue;
      if (this.staying(target).length > 0) this.event('pending', target, clock.reclaimAfter);
    }
  }

  /** Members of a target that are there, and that this plan leaves there. */
  private staying(target: string): readonly string[] {
    return this.protection.remaining(target).filter((base) => !this.ended.has(base));
  }

  /** Objects that would be made under a tombstone: empty namesakes of what was deleted. */
  private creations(): void {
    for (const change of this.plan.changes) {
      const target = this.protection.targetOf(change.base);
      if (target === undefined || !creates(change) || ends(change)) continue;
      const clock = this.protection.clockOf(target);
      if (clock === undefined || isAmong(target, this.gone)) continue;
      this.stop(
        change,
        'under-tombstone',
        `${named(target)} is being deleted, and this plan would make an empty object in its place. Take the deletion back by removing its request, or leave it alone.`,
      );
    }
  }

  /** What could become a record of protection once it is applied, unseen by any review. */
  private opaque(): void {
    if (this.protection.guards.size === 0) return;
    for (const change of this.plan.changes) {
      const isWritten = creates(change) || change.actions.includes('update');
      if (!change.isOpaque || !isWritten) continue;
      this.stop(
        change,
        'record-unknown',
        'What this holds is only known after the apply, so it could become a record of protection that nobody has reviewed. Give it an input that is known, or keep it in a stack without projects.',
      );
    }
  }

  private event(kind: ReclamationEvent['kind'], target: string, until: Date | null): void {
    const now = this.plan.plannedAt ?? this.context.now;
    this.events.push({
      target,
      kind,
      recoverableUntil: until === null ? null : rfc3339(until),
      timeLeft: until === null ? null : Math.max(0, until.getTime() - now.getTime()),
      members: this.protection.membersOf(target),
    });
  }

  private stop(change: Change, code: string, message: string): void {
    this.why.push({ code, address: change.address, message });
  }
}

function seconds(period: string): number {
  return parseDuration(period).value?.seconds ?? Number.POSITIVE_INFINITY;
}

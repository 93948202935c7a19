import { goesWith, RESOURCES } from '../model/deletion-target.js';
import type { Tombstone } from '../state/records.js';
import type { Passage, StandingObject } from './passage.js';
import { deadlineOf, type Protection, protectionOf, secondsOf } from './protection-of.js';
import { type BeforeAndAfter, type Renames, renamed, renamesIn } from './renames.js';
import type { Placed } from './standing.js';

/**
 * The invariant: for every object that the prior state protects and that is there afterwards, what
 * the plan leaves protects it at least as much. By induction, no chain of plans that each keep it
 * ends an object early. What ends an object is judged in ends.ts.
 */
export const CLAUSES = [
  'unlisted',
  'retargeted',
  'period',
  'own-period',
  'clock-edited',
  'clock-ignored',
  'clock-appears',
  'clock-short',
  'marks-stay',
  'label',
  'deadline',
  'marked-early',
  'content',
] as const;
export type Clause = (typeof CLAUSES)[number];

/** An object that would be less protected than it is, and by which clause. */
export interface Breach {
  readonly clause: Clause;
  readonly object: StandingObject;
  readonly before: Protection;
  readonly after: Protection | undefined;
  /** The clock that it is about. */
  readonly clock?: Placed<Tombstone>;
}

/** An object of P(prior) that stays, and what protects it afterwards. */
export interface Kept extends BeforeAndAfter {
  readonly object: StandingObject;
}

/** Every object that stays and would be less protected. */
export function breachesIn(kept: readonly Kept[], passage: Passage): readonly Breach[] {
  const renames = renamesIn(kept, passage.before);
  return kept.flatMap((each) =>
    weakenedBy(each, passage, renames).map((weakened) => ({ ...each, ...weakened })),
  );
}

type Weakened = Pick<Breach, 'clause' | 'clock'>;

/** P(planned) has to be at least as strong as P(prior); every clause that it isn't by. */
function weakenedBy(
  { object, before, after }: Kept,
  passage: Passage,
  renames: Renames,
): readonly Weakened[] {
  const isListed = after !== undefined && after.targets.length > 0;
  if (before.targets.length > 0 && !isListed) return [{ clause: 'unlisted' }];
  const now = after ?? { targets: [], period: 0, clocks: [], marks: undefined };
  return [
    ...targetsKept(before, now, renames),
    ...periodKept(before, now),
    ...clocksKept(before, now, passage),
    ...clocksBegun(before, now, passage),
    ...marksKept(before, now),
    ...contentKept(object, before, now),
  ];
}

/** The same targets, or all of them under a name that nothing was known by. */
function targetsKept(before: Protection, after: Protection, renames: Renames): readonly Weakened[] {
  if (before.targets.length === 0) return [];
  const wanted = [...new Set(before.targets.map((target) => renamed(target, renames)))];
  const isSame =
    after.targets.length === wanted.length &&
    after.targets.every((each) => wanted.some((target) => isKeptBy(each, target))) &&
    wanted.every((target) => after.targets.some((each) => isKeptBy(each, target)));
  return isSame ? [] : [{ clause: 'retargeted' }];
}

/**
 * A resource may get a target of its own within what it goes with: that still ends it, and so does its
 * own clock, which can only begin later and for the whole period.
 */
function isKeptBy(after: string, before: string): boolean {
  return after === before || isResourceOf(after, before);
}

/** Whether a target is that of a resource, or of an instance, within another one. */
export function isResourceOf(target: string, whole: string): boolean {
  return target.startsWith(`${whole}/${RESOURCES}/`) && goesWith(whole, target);
}

/** The period is not shorter: neither a guard's word nor the object's own. */
function periodKept(before: Protection, after: Protection): readonly Weakened[] {
  if (after.period < before.period) return [{ clause: 'period' }];
  const [was, is] = [before.marks?.period ?? 0, after.marks?.period ?? 0];
  return after.marks?.isProtected === true && is < was ? [{ clause: 'own-period' }] : [];
}

/** A clock that counts stays as it is and counts on; or it goes, which restores. */
function clocksKept(before: Protection, after: Protection, passage: Passage): readonly Weakened[] {
  return before.clocks.flatMap((clock): readonly Weakened[] => {
    const address = passage.presentAddress(clock.address);
    const now = passage.after.recordAt(address);
    if (now === undefined && passage.isDeleted(address)) {
      return isMarkedBefore(after) ? [{ clause: 'marks-stay', clock }] : [];
    }
    if (now?.kind !== 'Tombstone' || !isSameClock(clock.record, now)) {
      return [{ clause: 'clock-edited', clock }];
    }
    const isCounting = after.clocks.some((each) => each.address === address);
    return isCounting ? [] : [{ clause: 'clock-ignored', clock }];
  });
}

/** Whether an object says that it ends before any clock that counts, or without one. */
function isMarkedBefore({ marks, clocks }: Protection): boolean {
  const own = Number(marks?.reclaimAfter ?? 0);
  return marks?.isSoftDeleted === true && own < Number(deadlineOf(clocks) ?? Infinity);
}

export function isSameClock(one: Tombstone, other: Tombstone): boolean {
  return (
    one.target === other.target &&
    one.deletedAt.getTime() === other.deletedAt.getTime() &&
    one.reclaimAfter.getTime() === other.reclaimAfter.getTime()
  );
}

/**
 * A clock comes to count only if it begins in this plan, for the whole period; or if the object has
 * carried a deadline, not later than the clock's, since before its records were lost.
 */
function clocksBegun(before: Protection, after: Protection, passage: Passage): readonly Weakened[] {
  const known = new Set(before.clocks.map(({ address }) => passage.presentAddress(address)));
  return after.clocks
    .filter(({ address }) => !known.has(address))
    .flatMap((clock): readonly Weakened[] => {
      if (isRecovered(before, clock.record)) return [];
      const stood = passage.before.recordAt(passage.formerAddress(clock.address));
      if (stood !== undefined) return [{ clause: 'clock-appears', clock }];
      const isShort = secondsOf(clock.record.period) < before.period;
      return isShort ? [{ clause: 'clock-short', clock }] : [];
    });
}

/** Only what no guard has listed can have lost its records: a listed object has its clock, or none. */
function isRecovered({ marks, targets }: Protection, { reclaimAfter }: Tombstone): boolean {
  if (targets.length > 0) return false;
  if (marks?.isSoftDeleted !== true || marks.reclaimAfter === undefined) return false;
  return reclaimAfter.getTime() >= marks.reclaimAfter.getTime();
}

/** What the object says about itself, by which the cluster protects it, is not less. */
function marksKept(before: Protection, after: Protection): readonly Weakened[] {
  const [was, is] = [before.marks, after.marks];
  if (was?.isProtected !== true || is === undefined) return [];
  if (!is.isProtected) return [{ clause: 'label' }];
  const clock = deadlineOf(after.clocks)?.getTime() ?? Number.POSITIVE_INFINITY;
  const own = Number(is.reclaimAfter ?? 0);
  if (!was.isSoftDeleted) {
    return is.isSoftDeleted && own < clock ? [{ clause: 'marked-early' }] : [];
  }
  if (!is.isSoftDeleted) return after.clocks.length === 0 ? [] : [{ clause: 'deadline' }];
  const least = Math.min(Number(was.reclaimAfter ?? 0), clock);
  return own < least ? [{ clause: 'deadline' }] : [];
}

/** While it can be taken back, it stays what it was: an empty object is none to take back. */
function contentKept(
  { change }: StandingObject,
  before: Protection,
  after: Protection,
): readonly Weakened[] {
  const isMarked = before.marks?.isSoftDeleted === true;
  const isDoomed = after.clocks.length > 0 || before.clocks.length > 0 || isMarked;
  if (!isDoomed || change === undefined || change.content === 'kept') return [];
  const isStillMarked = isMarked && after.marks?.isSoftDeleted === true;
  const isRestored = after.clocks.length === 0 && !isStillMarked && change.content === 'changed';
  return isRestored ? [] : [{ clause: 'content' }];
}

/** P(prior) and P(planned) of an object that stays; undefined where nothing protects it. */
export function keptIn(object: StandingObject, passage: Passage): Kept | undefined {
  const before = protectionOf(object.former, passage.before, object.marks);
  if (before === undefined) return undefined;
  const marks = object.change === undefined ? undefined : object.change.marksAfter;
  return { object, before, after: protectionOf(object.address, passage.after, marks) };
}

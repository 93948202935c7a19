import { quoteName } from '../base/inert.js';
import { rfc3339 } from '../base/timestamp.js';
import type { ResourceChange } from '../plan/change.js';
import { RULES_ADDRESS, type StateRecord, type Tombstone } from '../state/records.js';
import { judgeGuard, judgeHardDeletion, judgeTombstone } from './begun.js';
import type { GateContext } from './context.js';
import { isSameClock } from './invariant.js';
import type { Passage } from './passage.js';
import { type RecordChange, recordChangesIn } from './record-changes.js';
import type { PlanReason } from './whole-plan.js';

/**
 * Judges what a plan does with the records of protection themselves. What that means for each
 * object is the invariant's; here is what a record may be at all, so that what one plan leaves in
 * the state can be trusted by the next.
 */
export function judgeRecords(passage: Passage, context: GateContext): readonly PlanReason[] {
  const changes = recordChangesIn(passage);
  return [
    ...changes.flatMap((each) => judgeRecord(each, passage, context).map(at(each))),
    ...judgeOpaque(passage),
    ...judgeForeignMarks(passage),
    ...judgeOpenMarks(passage),
  ];
}

type Fault = Omit<PlanReason, 'address'>;

function at({ change: { address } }: RecordChange) {
  return (fault: Fault): PlanReason => ({ ...fault, address });
}

function judgeRecord(each: RecordChange, passage: Passage, context: GateContext): readonly Fault[] {
  const { before, after, change, fate } = each;
  if (change.isUndecided) return [UNDECIDED];
  if (fate === 'ends' || fate === 'stays') return [];
  if (fate === 'begins')
    return after === undefined ? [] : judgeBegun(each, after, passage, context);
  if (before === undefined || before.kind !== after?.kind) return becomesAnother(each);
  if (after.kind === 'Tombstone') return judgeClockKept(before, after, fate);
  if (after.kind === 'HardDeletion') return becomesAnother(each);
  return judgeBegun(each, after, passage, context);
}

const UNDECIDED: Fault = {
  code: 'record-unknown',
  message:
    'A part of this record of protection is only known after the apply, so nobody could review it. Give it values that are known.',
};

function judgeBegun(
  each: RecordChange,
  after: StateRecord,
  passage: Passage,
  context: GateContext,
): readonly Fault[] {
  switch (after.kind) {
    case 'Tombstone':
      return judgeTombstone(each, after, passage, context);
    case 'HardDeletion':
      return judgeHardDeletion(after, passage, context);
    case 'Guard':
      return judgeGuard(each, after, passage, context);
    case 'Broken':
      return [
        {
          code: 'record-unreadable',
          message:
            'The plan writes a record of protection that can’t be read. Use one version of Reprieve for the code and for the review.',
        },
      ];
    default:
      return [];
  }
}

function judgeClockKept(
  before: StateRecord,
  after: Tombstone,
  fate: RecordChange['fate'],
): readonly Fault[] {
  if (before.kind !== 'Tombstone') return [];
  if (fate === 'edited' && isSameClock(before, after)) return [];
  return [edited(before, fate)];
}

/** A record is made, and goes; it never becomes one, or another one. */
function becomesAnother({ before, after, fate }: RecordChange): readonly Fault[] {
  if (before?.kind === 'Guard') {
    return [
      {
        code: 'guard-edited',
        message: `The plan makes the guard of ${quoteName(before.target)} something else, so that nothing would protect the project. Put its code back as it was.`,
      },
    ];
  }
  if (before?.kind === 'Tombstone') return [edited(before, fate)];
  if (after === undefined) return [];
  return [
    {
      code: 'record-edited',
      message: `The plan makes a record of protection of something that was there before, ${quoteName(after.kind)} of ${quoteName(after.target)}. Records are made by Reprieve alone: take that out of the code.`,
    },
  ];
}

function edited({ target, deletedAt }: Tombstone, fate: RecordChange['fate']): Fault {
  return {
    code: 'tombstone-edited',
    message:
      fate === 'replaced'
        ? `The plan makes the deletion clock of ${quoteName(target)} anew. It began at ${rfc3339(deletedAt)} and can’t be changed.`
        : `The plan changes the deletion clock of ${quoteName(target)}, which began at ${rfc3339(deletedAt)}. It can’t be changed: undo what edits it.`,
  };
}

/** The marks of an object are its own project's: another resource can't lend or take them. */
function judgeForeignMarks({ plan }: Passage): readonly PlanReason[] {
  return plan.changes
    .filter(({ writesMarks }) => writesMarks)
    .map(({ address }) => marksOverwritten(address));
}

/**
 * What an object will say about itself has to be known: with a past deadline that only the apply has written,
 * the next plan could end it.
 */
function judgeOpenMarks(passage: Passage): readonly PlanReason[] {
  const open = passage.plan.changes.filter(({ openMarks }) => openMarks !== undefined);
  if (open.length === 0) return [];
  const joining = new Set([...passage.joining()].map(({ change }) => change));
  const joins = (change: ResourceChange) =>
    joining.has(change) && passage.after.listingsOf(change.address).length > 0;
  return open
    .filter((each) => isOpen(each, joins))
    .map(({ address }) => ({
      code: 'marks-unknown',
      address,
      message:
        'The labels or annotations of Reprieve on this object are only known after the apply: it could come out as if its deletion had begun long ago. Give them values that are known.',
    }));
}

/**
 * What was listed without a label of ours is protected by its guard alone, whatever it will say about
 * itself. What joins has none yet: it could come out with all of them.
 */
function isOpen(change: ResourceChange, joins: (change: ResourceChange) => boolean): boolean {
  const { openMarks, deposed, marks, marksAfter, type } = change;
  if (deposed !== undefined) return false;
  if (openMarks === 'named' || marks.isProtected || marksAfter.isProtected) return true;
  return openMarks === 'maps' && MARKED.test(type) && joins(change);
}

/** Of other types, engines fill in what is called metadata. */
const MARKED = /^(?:kubernetes_|terraform_data$)/;

export function marksOverwritten(address: string): PlanReason {
  return {
    code: 'marks-overwritten',
    address,
    message:
      'This writes labels or annotations of Reprieve into an object that another resource stands for: the cluster would protect it less, or end it earlier. Leave names that begin with reprieve.dev/ out of it.',
  };
}

/**
 * What could become a record of protection once it is applied, unseen by any review. It counts for
 * nothing where every guard says where its clocks are, unless it stands just there, or where the rules do.
 */
function judgeOpaque({ plan, before, after }: Passage): readonly PlanReason[] {
  const guards = [...before.guards, ...after.guards].map(({ record }) => record);
  const isOld = after.guards.some(({ record }) => record.clocks === undefined);
  const clocks = guards.flatMap((guard) => [...(guard.clocks?.values() ?? [])]);
  const named = new Set([RULES_ADDRESS, ...clocks]);
  return plan.changes
    .filter(({ address, isOpaque, actions }) => {
      const isWritten = actions.includes('create') || actions.includes('update');
      return isOpaque && isWritten && (isOld || named.has(address));
    })
    .map(({ address }) => ({
      code: 'record-unknown',
      address,
      message:
        'What this holds is only known after the apply, so it could become a record of protection that nobody has reviewed. Give it an input that is known, or keep it in a stack without projects.',
    }));
}

import { quoteName } from '../base/inert.js';
import { rfc3339 } from '../base/timestamp.js';
import type { Guard, HardDeletionRecord, Member, Tombstone } from '../state/records.js';
import { judgeApproval } from './approval.js';
import type { GateContext } from './context.js';
import { projectOf } from './lineage.js';
import type { Passage } from './passage.js';
import { secondsOf } from './protection-of.js';
import type { RecordChange } from './record-changes.js';
import type { PlanReason } from './whole-plan.js';

type Fault = Omit<PlanReason, 'address'>;

/** What is wrong with a clock that this plan begins. */
export function judgeTombstone(
  { change }: RecordChange,
  tombstone: Tombstone,
  passage: Passage,
  context: GateContext,
): readonly Fault[] {
  const { target, deletedAt, period } = tombstone;
  const faults = [
    ...atItsTime(target, deletedAt, passage, context),
    ...withMembers(target, passage),
  ];
  const isElsewhere = passage.after.guards.some(
    ({ record: { clocks, target: project } }) =>
      clocks !== undefined &&
      project === projectOf(target) &&
      clocks.get(target) !== change.address,
  );
  if (isElsewhere) {
    faults.push({
      code: 'clock-elsewhere',
      message: `The guard of ${quoteName(projectOf(target))} says where the clock of ${quoteName(target)} is, and it is not here: this one would count for nothing. Leave the clock to the project.`,
    });
  }
  return [
    ...faults,
    ...notBelowFloor(`The deletion of ${quoteName(target)}`, period, passage, context),
  ];
}

/** What is wrong with a hard deletion that this plan begins. */
export function judgeHardDeletion(
  record: HardDeletionRecord,
  passage: Passage,
  context: GateContext,
): readonly Fault[] {
  const { target, executedAt } = record;
  const verdict = judgeApproval(record, passage, context);
  const refused = verdict.approved ? [] : [{ code: verdict.code, message: verdict.message }];
  const late = executedAt === undefined ? [] : atItsTime(target, executedAt, passage, context);
  return [...refused, ...late, ...withMembers(target, passage)];
}

/** What is wrong with what a guard newly says; of its members, the invariant judges each. */
export function judgeGuard(
  { change, before, fate }: RecordChange,
  { target, members, period }: Guard,
  passage: Passage,
  context: GateContext,
): readonly Fault[] {
  const isSecond = passage.after.guards.some(
    ({ address, record }) => record.target === target && address !== change.address,
  );
  const second: Fault = {
    code: 'guard-doubled',
    message: `${quoteName(target)} has a guard already, and this plan would make a second one. One project has one guard: take the second one away.`,
  };
  const foreign = members.find((each) => projectOf(each.target) !== target);
  const comes = fate === 'begins' || (foreign === undefined && before?.target !== target);
  return [
    ...(foreign === undefined ? [] : [listsForeign(target, foreign)]),
    ...(isSecond && comes ? [second] : []),
    ...notBelowFloor(`The guard of ${quoteName(target)}`, period, passage, context),
  ];
}

function listsForeign(target: string, foreign: Member): Fault {
  return {
    code: 'guard-edited',
    message: `The plan makes this the guard of ${quoteName(target)}, and it lists ${quoteName(foreign.address)} of ${quoteName(foreign.target)}. A guard lists what belongs to its own project: put its code back as it was.`,
  };
}

function atItsTime(target: string, begun: Date, { plan }: Passage, { now }: GateContext): Fault[] {
  const planned = plan.plannedAt ?? now;
  if (Math.abs(planned.getTime() - begun.getTime()) <= 1000) return [];
  return [
    {
      code: 'backdated',
      message: `The deletion of ${quoteName(target)} begins with this plan, of ${rfc3339(planned)}, and its clock says ${rfc3339(begun)}. A clock begins with its plan: leave it to the request.`,
    },
  ];
}

function withMembers(target: string, passage: Passage): readonly Fault[] {
  const members = passage.before.membersOf(target);
  if (members.some((base) => passage.isThere(base))) return [];
  return [
    {
      code: 'clock-without-members',
      message: `The plan begins the deletion of ${quoteName(target)}, and nothing of it is there: the clock would run for what is yet to come. Deploy it first, and request its deletion then.`,
    },
  ];
}

function notBelowFloor(
  whose: string,
  period: string,
  { plan }: Passage,
  context: GateContext,
): readonly Fault[] {
  const floor = context.floor(plan.stack);
  if (secondsOf(period) >= floor.seconds) return [];
  return [
    {
      code: 'period-below-floor',
      message: `${whose} has a period of ${quoteName(period)}, and reprieve.yaml says that none may be shorter than ${floor.text}. Make it ${floor.text} or longer.`,
    },
  ];
}

import { projectOf } from '../model/deletion-target.js';
import { CHANGE_ACTIONS, type ChangeCount, type Review, type Subject } from '../review/review.js';
import { ofKind } from '../state/records.js';
import { countChanges } from './kinds.js';
import type { Plan } from './plan.js';

/** A review with what people ask besides: what else the plans change, and what each target is. */
export function withDetails(review: Review, plans: readonly Plan[]): Review {
  const byStack = new Map(plans.map((plan) => [plan.stack, plan]));
  const subjects = new Map(plans.map((plan) => [plan.stack, subjectsIn(plan)]));
  return {
    ...review,
    plans: review.plans.map((summary) => {
      const plan = byStack.get(summary.stack);
      return plan === undefined ? summary : { ...summary, changes: changesIn(plan) };
    }),
    groups: review.groups.map((group) => {
      const subject = subjects.get(group.stack)?.get(projectOf(group.target));
      return subject === undefined ? group : { ...group, subject };
    }),
  };
}

/** What each whole is, as its guard says; a project where two guards disagree. */
function subjectsIn({ prior, changes }: Plan): ReadonlyMap<string, Subject> {
  const records = [
    ...prior.map(({ record }) => record),
    ...changes.flatMap(({ after }) => after ?? []),
  ];
  const guards = ofKind(records, 'Guard');
  const all = [...guards].sort((a, b) => Number(a.isProject) - Number(b.isProject));
  return new Map(
    all.map(({ target, isProject }) => [target, isProject ? 'project' : 'resources'] as const),
  );
}

/** All but what ends: a review lists that one by one. */
function changesIn({ changes }: Plan): readonly ChangeCount[] {
  return countChanges(changes, ({ type }) => type).flatMap(({ action, ...count }) => {
    const own = CHANGE_ACTIONS.find((each) => each === action);
    return own === undefined ? [] : [{ action: own, ...count }];
  });
}

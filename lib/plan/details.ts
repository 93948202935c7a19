import { compareTexts } from '../base/order.js';
import { projectOf } from '../model/deletion-target.js';
import {
  CHANGE_ACTIONS,
  type ChangeAction,
  type ChangeCount,
  type Review,
  type Subject,
} from '../review/review.js';
import { ofKind } from '../state/records.js';
import { creates, ends, type ResourceChange } from './change.js';
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

function changesIn({ changes }: Plan): readonly ChangeCount[] {
  const counts = new Map<string, ChangeCount>();
  for (const change of changes) {
    const action = actionOf(change);
    if (action === undefined) continue;
    const { type } = change;
    const key = JSON.stringify([action, type]);
    counts.set(key, { action, type, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort(
    (a, b) =>
      CHANGE_ACTIONS.indexOf(a.action) - CHANGE_ACTIONS.indexOf(b.action) ||
      b.count - a.count ||
      compareTexts(a.type, b.type),
  );
}

function actionOf(change: ResourceChange): ChangeAction | undefined {
  if (creates(change)) return ends(change) ? 'replace' : 'create';
  if (ends(change)) return undefined;
  if (change.actions.includes('update')) return 'update';
  if (change.importing) return 'import';
  return change.previous === undefined ? undefined : 'move';
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GateContext } from '../../lib/gate/context.js';
import { reviewPlans } from '../../lib/gate/review-plans.js';
import { withDetails } from '../../lib/plan/details.js';
import { loadPlan } from '../../lib/plan/load-plan.js';
import type { Plan } from '../../lib/plan/plan.js';
import type { Review } from '../../lib/review/review.js';
import { ROOT } from './scratch.js';

const FOLDER = join(ROOT, 'test/fixtures/plans');

/** The names of all plans, those that no engine at hand can write as `made/NAME`. */
export const PLANS: readonly string[] = ['', 'made'].flatMap((folder) =>
  readdirSync(join(FOLDER, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name.replace(/\.json$/, '')))
    .sort(),
);

/** A plan's JSON, as the engine wrote it. */
export function planText(name: string): string {
  return readFileSync(join(FOLDER, `${name}.json`), 'utf8');
}

/** A plan's JSON after an edit. */
export function editedPlan(name: string, edit: (plan: Json) => void): string {
  const plan: Json = JSON.parse(planText(name));
  edit(plan);
  return JSON.stringify(plan);
}

export type Json = Record<string, unknown>;

/** Reads a plan's text, which has to be sound. */
export async function planOf(text: string, stack = 'sandbox'): Promise<Plan> {
  const { value, problems } = await loadPlan([Buffer.from(text)], { stack });
  if (value === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return value;
}

/** What the gate is told: the time is the plan's own unless said otherwise. */
export function contextAt(now: Date, changes: Partial<GateContext> = {}): GateContext {
  return {
    now,
    clockTolerance: { seconds: 600, text: '10m' },
    planMaxAge: () => ({ seconds: 3600, text: '1h' }),
    floor: () => ({ seconds: 1, text: '1s' }),
    approvers: [{ id: 'bob@example.org', github: 'bob' }],
    ...changes,
  };
}

/** Reviews a plan's text as if it had just been made. */
export async function reviewOf(
  text: string,
  changes: Partial<GateContext> = {},
  stack = 'sandbox',
): Promise<Review> {
  const plan = await planOf(text, stack);
  const review = reviewPlans([plan], contextAt(plan.plannedAt ?? new Date(0), changes));
  return withDetails(review, [plan]);
}

import { Problems } from '../../base/problem.js';
import type { Approver } from '../../files/person.js';
import { reviewerOf } from '../../gate/approval.js';
import type { ForgeAnswer } from '../../gate/context.js';
import { reviewPlans } from '../../gate/review-plans.js';
import { withDetails } from '../../plan/details.js';
import type { Plan } from '../../plan/plan.js';
import { POLICY_UNUSABLE, type Review } from '../../review/review.js';
import { judgeRules } from '../../rules/judge.js';
import type { PolicyReview } from '../../validation/policy-review.js';
import { readPlanFile } from '../plan/file.js';
import { type Rules, rulesFor } from '../rules/rules.js';
import { CommandFailure, EXIT, type ExitCode, type Io, misuse } from '../terminal/io.js';
import { outputsOf, writeOutputs } from '../terminal/outputs.js';
import { findProject, gateContext, type ReviewProject, timeOf } from './context.js';

export interface ReviewOptions {
  /** `FORMAT` or `FORMAT=FILE`, each once. */
  readonly format?: readonly string[];
  readonly now?: string;
  /** Whether the policies that reprieve.yaml names are held against the same plans. */
  readonly policy?: boolean;
  /** The name of the stack, where there is one plan. */
  readonly stack?: string;
  /** Whose rules hold: a commit, or a folder that has its files. @default - what the forge says */
  readonly rules?: string;
  /** Where the whole report will be found, for a comment that has no room for it. */
  readonly artifact?: string;
}

/** Asks a forge who approves of the change under review. */
export type AskForge = (approvers: readonly Approver[]) => Promise<ForgeAnswer>;

/** `review`: what plans delete, until when it can be taken back, and whether to go on. */
export async function reviewFiles(
  io: Io,
  files: readonly string[],
  options: ReviewOptions,
): Promise<ExitCode> {
  const outputs = outputsOf(options.format ?? ['text']);
  const review = await makeReview(io, files, options);
  await writeOutputs(io, review, outputs, options);
  return exitOf(review);
}

/** Unusable policies come first: nobody knows what they would have found. */
export function exitOf({ verdict, notices }: Review): ExitCode {
  if (notices.some(({ code }) => code === POLICY_UNUSABLE)) return EXIT.usage;
  return verdict === 'blocked' ? EXIT.findings : EXIT.ok;
}

/** Reads the plans and reviews them; ends the command if any can't be read. */
export async function makeReview(
  io: Io,
  files: readonly string[],
  options: Pick<ReviewOptions, 'now' | 'stack' | 'policy' | 'rules'>,
  ask?: AskForge,
): Promise<Review> {
  return (await reviewWithPlans(io, files, options, ask)).review;
}

/** The same, with the plans that were reviewed. */
export async function reviewWithPlans(
  io: Io,
  files: readonly string[],
  options: Pick<ReviewOptions, 'now' | 'stack' | 'policy' | 'rules'>,
  ask?: AskForge,
): Promise<{ readonly review: Review; readonly plans: readonly Plan[] }> {
  const project = findProject(io);
  const now = timeOf(io, options.now);
  if (options.stack !== undefined && files.length > 1) {
    misuse({
      code: 'cli/one-stack',
      message: `--stack names one plan, and there are ${files.length}.`,
      remedy: 'Leave it out: each plan is called as its file is.',
    });
  }
  if (options.stack !== undefined) {
    // It reads the lock, which a review does without otherwise.
    const { checkNamedStack } = await import('./named-stack.js');
    checkNamedStack(io, project, options.stack, 'note');
  }
  const rules = await rulesFor(io, project, options.rules);
  const problems = new Problems();
  const policies =
    options.policy === true ? await policiesAtWork(io, project, rules, now) : undefined;
  const plans: Plan[] = [];
  for (const file of files) {
    const plan = problems.take(await readPlanFile(io, project, file, options.stack, policies));
    if (plan !== undefined) plans.push(plan);
  }
  if (problems.all.length > 0) throw new CommandFailure(EXIT.usage, problems.all);
  const all = distinct(plans);
  const answer = await ask?.(rules.base.approvers);
  const gated = reviewPlans(all, gateContext(rules, now, answer));
  const judged = withRules(withDetails(gated, all), rules, answer);
  const review = await withAskers(judged, project);
  if (policies === undefined) return { review, plans };
  const { withPolicies } = await import('./policy-review.js');
  return { review: withPolicies(review, policies, plans), plans };
}

/** What the change does to its own rules, which an approver of the base may allow. */
function withRules(review: Review, rules: Rules, answer: ForgeAnswer | undefined): Review {
  const { base, changes, notices } = rules;
  const reviewer = reviewerOf({ approvers: base.approvers, approvals: answer?.approvals ?? [] });
  const judged = judgeRules(changes, rules, reviewer);
  return {
    ...review,
    verdict: judged.why.length > 0 ? 'blocked' : review.verdict,
    why: [...review.why, ...judged.why],
    notices: [...review.notices, ...judged.notices, ...notices],
    rules: changes,
    rulesFrom: rules.from,
  };
}

/** Only who asks for policies loads what evaluates them. */
async function policiesAtWork(
  io: Io,
  project: ReviewProject,
  rules: Rules,
  now: Date,
): Promise<PolicyReview> {
  const { policyReview } = await import('./policy-review.js');
  return policyReview(io, project, rules, now);
}

/** Two plans of one name would be told as one. */
function distinct(plans: readonly Plan[]): readonly Plan[] {
  const names = new Set(plans.map(({ stack }) => stack));
  if (names.size === plans.length) return plans;
  return misuse({
    code: 'cli/same-stack',
    message: 'Two of the plans have the same name.',
    remedy: 'Give each stack’s plan once, in files named after their stacks.',
  });
}

/** Only where something was asked for, the file that says why is read. */
async function withAskers(review: Review, project: ReviewProject): Promise<Review> {
  if (review.reclamations.length === 0 && (review.requests ?? []).length === 0) return review;
  const { withRequests } = await import('./requests.js');
  return withRequests(review, project);
}

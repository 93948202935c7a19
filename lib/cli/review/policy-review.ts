import type { Plan } from '../../plan/plan.js';
import { isMandatory, type Review } from '../../review/review.js';
import { readDeclaringFiles } from '../../validation/declaring-files.js';
import { type LoadedPolicies, unitedPolicies } from '../../validation/load-policies.js';
import { compareFindings } from '../../validation/merge-findings.js';
import { PolicyReview } from '../../validation/policy-review.js';
import { usablePolicies } from '../policy/policies.js';
import type { Rules } from '../rules/rules.js';
import { type Io, sayProblems } from '../terminal/io.js';
import type { ReviewProject } from './context.js';

/** The policies at work; what can't be used is told at once. */
export function policyReview(
  io: Io,
  project: ReviewProject,
  rules: Rules,
  now: Date,
): PolicyReview {
  const { policies, problems, impossible } = bothSides(io, project, rules);
  const files = readDeclaringFiles(project);
  if (files.problems.length > 0) sayProblems(io, files.problems);
  const unusable = problems.length + files.problems.length;
  return new PolicyReview(policies, rules.held, now, {
    files: files.value,
    unusable,
    impossible,
  });
}

/** The change’s policies, and its base’s. */
function bothSides(io: Io, project: ReviewProject, { tree, base }: Rules): LoadedPolicies {
  const head = usablePolicies(io, project);
  if (tree === undefined) return head;
  return unitedPolicies(usablePolicies(io, { ...project, settings: base, tree }), head);
}

/** Findings that must be mended block as the gate does. */
export function withPolicies(
  review: Review,
  policies: PolicyReview,
  plans: readonly Plan[],
): Review {
  const findings = plans
    .flatMap(({ stack, sources }) => policies.findings(stack, sources))
    .sort(compareFindings);
  return {
    ...review,
    scope: 'both',
    verdict: findings.some(isMandatory) ? 'blocked' : review.verdict,
    notices: [...review.notices, ...policies.notices()],
    findings,
  };
}

import type { IConstruct } from 'constructs';
import { formatProblem, type Problem } from '../base/problem.js';
import { sourceOf } from './call-site.js';

const reported = new WeakMap<IConstruct, Problem[]>();

/**
 * Notes a problem with a construct instead of throwing, so that one run shows all of them.
 * `ReprieveApp` prints them together; under any other app, cdktf's own validation fails with the
 * same text.
 */
export function report(construct: IConstruct, ...problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const known = reported.get(construct);
  const placed = problems.map((problem) => place(construct, problem));
  if (known !== undefined) {
    known.push(...placed);
    return;
  }
  reported.set(construct, placed);
  construct.node.addValidation({
    validate: () => (reported.get(construct) ?? []).map(formatProblem),
  });
}

/** Every problem of a construct and what lies below it, in the order of the tree. */
export function problemsUnder(root: IConstruct): readonly Problem[] {
  return root.node.findAll().flatMap((construct) => reported.get(construct) ?? []);
}

function place(construct: IConstruct, problem: Problem): Problem {
  const source = problem.source ?? sourceOf(construct);
  const path = problem.path ?? construct.node.path;
  return {
    ...problem,
    ...(path === '' ? {} : { path }),
    ...(source === undefined ? {} : { source }),
  };
}

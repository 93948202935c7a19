import type { Checked, Problem } from '../../lib/base/problem.js';

/** The codes of a check's problems: what tests compare instead of prose. */
export function codes(checked: Checked<unknown> | readonly Problem[]): readonly string[] {
  const problems = 'problems' in checked ? checked.problems : checked;
  return problems.map((problem) => problem.code);
}

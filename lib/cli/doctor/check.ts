import { formatSource, type Problem } from '../../base/problem.js';
import { ClusterError } from '../../engine/cluster.js';

/** One thing that was looked at. */
export interface Check {
  /** What, in a word or two that stay the same: `Node`, `state`. */
  readonly name: string;
  /** The stack that it is about, if about one. */
  readonly stack?: string;
  readonly level: 'ok' | 'warning' | 'error';
  readonly message: string;
  /** What to do; empty where it is ok. */
  readonly remedy: string;
}

/** Makes the checks of one name. */
export interface Checker {
  ok(message: string): Check;
  warning(message: string, remedy: string): Check;
  error(message: string, remedy: string): Check;
  /** An error of several problems, or of an exception. */
  failed(reason: unknown): Check;
}

export function checker(name: string, stack?: string): Checker {
  const about = stack === undefined ? { name } : { name, stack };
  const check = (level: Check['level'], message: string, remedy = '') => ({
    ...about,
    level,
    message,
    remedy,
  });
  return {
    ok: (message) => check('ok', message),
    warning: (message, remedy) => check('warning', message, remedy),
    error: (message, remedy) => check('error', message, remedy),
    failed: (reason) => {
      const [problem, ...more] = problemsOf(reason);
      if (problem === undefined) return check('error', ...adviceIn(reason));
      const count = more.length === 0 ? '' : ` (and ${more.length} more)`;
      return check('error', `${messageAndPlace(problem)}${count}`, problem.remedy);
    },
  };
}

/** What is wrong and where, in one line. */
export function messageAndPlace({ message, source }: Problem): string {
  const place = formatSource(source);
  return place === undefined ? message : `${message} at ${place}`;
}

/** What an exception says, and what it says to do: a cluster's stands in a line of its own. */
function adviceIn(reason: unknown): readonly [string, string] {
  const text = reason instanceof Error ? reason.message : String(reason);
  const [first = '', ...rest] = text.split('\n');
  return ClusterError.isClusterError(reason) && rest.length > 0
    ? [first, rest.join(' ').trim()]
    : [text, 'Correct this first, then run npx reprieve doctor again.'];
}

function problemsOf(reason: unknown): readonly Problem[] {
  const problems: unknown = Object(reason).problems;
  return Array.isArray(problems) ? problems : [];
}

import { inert, quoteName } from '../../base/inert.js';
import { didYouMean, nearest } from '../../base/nearest.js';
import { compareTexts } from '../../base/order.js';
import type { Problem } from '../../base/problem.js';
import { lockIn } from '../../files/user-files.js';
import { type Io, misuse, say } from '../terminal/io.js';
import { synthesizedStacks } from '../workspace/output-folder.js';
import type { ReviewProject } from './context.js';

/** A name that no stack of the app has, as far as that is known here. */
interface Stranger {
  readonly problem: Problem;
  /** Whether every stack is known: projects.lock.yaml has only those of ours. */
  readonly isSure: boolean;
}

/**
 * A mistyped `--stack` would be a stack of its own: no waiver holds for it, and no code is known of
 * it. What a stack that is gone was planned by may still be read, so reviews only note it.
 */
export function checkNamedStack(
  io: Io,
  project: ReviewProject,
  named: string | undefined,
  how: 'refuse' | 'note',
): void {
  const stranger = named === undefined ? undefined : strangerIn(project, named);
  if (stranger === undefined) return;
  const { problem, isSure } = stranger;
  if (how === 'refuse' && isSure) misuse(problem);
  say(
    io,
    `note: ${problem.message} No waiver and no code of the app’s stacks counts for this plan.`,
  );
}

function strangerIn({ folder }: ReviewProject, named: string): Stranger | undefined {
  const synthesized = folder === undefined ? [] : synthesizedStacks(folder);
  const locked = Object.keys(lockIn(folder).value?.lock.stacks ?? {});
  const known = [...new Set([...synthesized, ...locked])].sort(compareTexts);
  if (known.length === 0 || known.includes(named)) return undefined;
  const problem = {
    code: 'cli/stack',
    message: `There is no stack ${quoteName(named)}.${didYouMean(named, known)}`,
    remedy: `Name one of: ${known.map(inert).join(', ')}. For a stack that is gone, leave out --stack: a plan is called as its file is.`,
  };
  return { problem, isSure: synthesized.length > 0 || nearest(named, known) !== undefined };
}

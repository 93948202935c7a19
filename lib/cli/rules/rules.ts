import type { Approver } from '../../files/person.js';
import type { Settings } from '../../files/settings.js';
import { forgeRun } from '../../forge/run.js';
import type { Reason } from '../../review/review.js';
import { eventOf } from '../review/event.js';
import type { Io } from '../terminal/io.js';
import type { Rules } from './held.js';

export type { Rules } from './held.js';

/** The project under review. */
interface Reviewed {
  readonly folder: string | undefined;
  readonly settings: Settings;
}

/**
 * The rules for a project: those of what `--rules` names; at a forge of the change’s base, or of the
 * commit that the default branch has; elsewhere those of the files themselves, which is said.
 */
export async function rulesFor(
  io: Io,
  { folder = io.cwd, settings: head }: Reviewed,
  named: string | undefined,
): Promise<Rules> {
  const run = named === undefined ? forgeRun(io.env, eventOf(io)) : undefined;
  const isElsewhere = named === undefined && (run === undefined || run.kind === 'other');
  if (isElsewhere) return ofTheFiles(head);
  // Only who needs it loads what asks git and compares.
  const { baseRules } = await import('./base.js');
  const base = baseRules(folder, io.cwd, named, run);
  if (base === undefined) return ofTheFiles(head);
  const { compareRules } = await import('./compare.js');
  return compareRules(folder, head, base);
}

function ofTheFiles(head: Settings): Rules {
  return { head, base: head, held: head, tree: undefined, changes: [], notices: [FROM_HERE] };
}

const FROM_HERE: Reason = {
  code: 'rules-from-here',
  address: '',
  stack: '',
  message:
    'The rules come from the files under review, so whoever edits those sets them. Name the base to hold its rules, too: `--rules origin/main`, or a folder that has its files.',
};

/** Under which names approvers are known on either side. */
export function peopleIn({ base, head }: Rules): readonly Approver[] {
  return [...base.approvers, ...head.approvers];
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS_FILE } from '../../files/file-names.js';
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
  project: Reviewed,
  named: string | undefined,
): Promise<Rules> {
  const { folder = io.cwd } = project;
  const run = named === undefined ? forgeRun(io.env, eventOf(io)) : undefined;
  const isElsewhere = named === undefined && (run === undefined || run.kind === 'other');
  if (isElsewhere) return ofTheFiles(project);
  // Only who needs it loads what asks git and compares.
  const { baseRules } = await import('./base.js');
  const base = baseRules(folder, io.cwd, named, run);
  if (base === undefined) return ofTheFiles(project);
  const { compareRules } = await import('./compare.js');
  return compareRules(folder, project.settings, base);
}

function ofTheFiles({ folder, settings: head }: Reviewed): Rules {
  const hasFile = folder !== undefined && existsSync(join(folder, SETTINGS_FILE));
  const notices = [
    ...(hasFile ? [] : [defaultRules(folder !== undefined, head)]),
    ...(folder === undefined ? [] : [FROM_HERE]),
  ];
  const rules = { head, base: head, held: head, tree: undefined, changes: [] };
  return { ...rules, from: hasFile ? 'files' : 'defaults', notices };
}

function defaultRules(isApp: boolean, { periods, approvers }: Settings): Reason {
  const where = isApp ? 'in this app' : 'here or in a folder above';
  const { floor, planMaxAge } = periods;
  const nobody = approvers.length === 0 ? ', and nobody may approve a hard deletion' : '';
  const remedy = isApp
    ? 'Write one to set other rules.'
    : 'Review in the app’s folder, or name the folder or the commit that has its rules: `--rules ../app`.';
  return {
    code: 'rules-default',
    address: '',
    stack: '',
    message: `There is no reprieve.yaml ${where}, so the default rules hold: no period is shorter than ${floor.text}, a plan may be ${planMaxAge.text} old${nobody}. ${remedy}`,
  };
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

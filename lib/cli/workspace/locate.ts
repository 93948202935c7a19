import { parseTarget } from '../../model/deletion-target.js';
import { isOfProject, lockedTargets } from '../../state/inventory.js';
import {
  isMeant,
  isOf,
  type Meant,
  nameIn,
  type Selection,
  type Subject,
} from '../subject/subject.js';
import { EXIT, type Io } from '../terminal/io.js';
import { findResident, takeInventory, theOne } from './inventory.js';
import type { Workspace } from './workspace.js';

/** Something that can be deleted, and the stack that it is in. */
export interface Located extends Meant {
  readonly stack: string;
  /** As text: `billing/job-templates/nightly`. */
  readonly target: string;
}

/**
 * Finds what is meant. A name is looked up in the lock, which also works where the app can't be
 * synthesized since the code is gone already; an id only the state knows.
 */
export async function locate(
  io: Io,
  workspace: Workspace,
  subject: Subject,
  argument: string | undefined,
  selection: Selection,
): Promise<Located> {
  const name = nameIn(argument, selection);
  if (name === undefined) {
    const inventory = await takeInventory(io, workspace, selection.stack);
    return findResident(inventory, subject, argument, selection);
  }
  const search = () => {
    const candidates = lockedIn(workspace, selection.stack).filter((each) => isOf(subject, each));
    return {
      candidates,
      found: candidates.filter((each) => isMeant(subject, each, name, selection.project)),
    };
  };
  let searched = search();
  if (searched.found.length === 0) {
    // It may have been declared since the last synthesis, which also brings the lock up to date.
    workspace.synthesize();
    searched = search();
  }
  return theOne(subject, name, searched.found, searched.candidates);
}

/** Finds what a target names, whatever it is. A name that nothing has is the call's mistake. */
export function locateTarget(
  workspace: Workspace,
  text: string,
  stack: string | undefined,
): Located {
  const search = () => {
    const candidates = lockedIn(workspace, stack);
    return { candidates, found: candidates.filter(({ target }) => target === text) };
  };
  let searched = search();
  if (searched.found.length === 0) {
    workspace.synthesize();
    searched = search();
  }
  return theOne('target', text, searched.found, searched.candidates, EXIT.usage);
}

function lockedIn(workspace: Workspace, stack: string | undefined): readonly Located[] {
  const stacks = Object.entries(workspace.lock().stacks);
  return stacks
    .filter(([name]) => (stack ?? name) === name)
    .flatMap(([name, locked]) =>
      lockedTargets(locked).flatMap((text) => {
        const target = parseTarget(text).value;
        if (target === undefined) return [];
        return [{ ...target, stack: name, target: text, isProject: isOfProject(target, locked) }];
      }),
    );
}

import { type DeletionTarget, parseTarget } from '../../model/deletion-target.js';
import { lockedTargets } from '../../state/inventory.js';
import { isMeant, isOf, nameIn, type Selection, type Subject } from '../subject/subject.js';
import type { Io } from '../terminal/io.js';
import { findResident, takeInventory, theOne } from './inventory.js';
import type { Workspace } from './workspace.js';

/** A project or an item, and the stack that it is in. */
export interface Located extends DeletionTarget {
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

function lockedIn(workspace: Workspace, stack: string | undefined): readonly Located[] {
  const stacks = Object.entries(workspace.lock().stacks);
  return stacks
    .filter(([name]) => (stack ?? name) === name)
    .flatMap(([name, locked]) =>
      lockedTargets(locked).flatMap((text) => {
        const target = parseTarget(text).value;
        return target === undefined ? [] : [{ ...target, stack: name, target: text }];
      }),
    );
}

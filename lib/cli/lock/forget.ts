import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { requestsFor } from '../../files/deletions.js';
import { removeRequest } from '../../files/deletions-edit.js';
import { DELETIONS_FILE, LOCK_FILE } from '../../files/file-names.js';
import { lockedStack, removeFromLock } from '../../files/projects-lock.js';
import { requestCommand } from '../../model/commands.js';
import { type DeletionTarget, goesWith } from '../../model/deletion-target.js';
import { lockedTargets } from '../../state/inventory.js';
import { tracesOf } from '../../state/traces.js';
import { describeTarget, selectionOf, targetOf } from '../reclamation/request.js';
import { sourcesOf } from '../review/context.js';
import { EXIT, type ExitCode, type Io, print, refuse, say } from '../terminal/io.js';
import { theOne } from '../workspace/inventory.js';
import { isOnlyGone, isWithoutCode, lockedPath } from '../workspace/locked-path.js';
import { requireEngine, stateOf } from '../workspace/stack-state.js';
import { pickStack, type Stack, Workspace } from '../workspace/workspace.js';

interface Place {
  readonly stack: string;
  readonly target: string;
}

/**
 * `lock forget TARGET`: takes out of projects.lock.yaml, and out of deletions.yaml, what was declared
 * and never deployed. Only what no state has: everything else ends by a deletion.
 */
export async function forgetTarget(
  io: Io,
  text: string,
  { stack: named }: { readonly stack?: string },
): Promise<ExitCode> {
  const target = targetOf(text);
  const workspace = Workspace.find(io);
  const requests = workspace.requests();
  const place = placeOf(workspace, text, named);
  const stack = undeclaredIn(workspace, place, target);
  const state = await stateOf(io, requireEngine(io), stack);
  const locked = lockedStack(workspace.lock(), stack.name);
  const path = lockedPath(workspace.lock(), stack.name, target) ?? '';
  const traces = tracesOf(state, target, locked, addressesOf(workspace, stack, path));
  if (traces.length > 0) refuse(deployed(place, traces));
  print(io, `Forgetting ${describeTarget(target)}...`);
  const asked = requestsFor(requests, stack.name).filter((it) => goesWith(text, it.target));
  if (asked.length > 0) {
    const keys = asked.map(selectionOf);
    await workspace.edit(DELETIONS_FILE, (before) => keys.reduce(removeRequest, before));
  }
  await workspace.editLock((lock) => removeFromLock(lock, stack.name, text));
  print(io, 'OK');
  const files = [...(asked.length > 0 ? [DELETIONS_FILE] : []), LOCK_FILE].join(' and ');
  say(
    io,
    `Removed from ${files}: commit that. The state of ${quoteName(stack.name)} has none of it.`,
  );
  return EXIT.ok;
}

function placeOf(workspace: Workspace, text: string, named: string | undefined): Place {
  const candidates = Object.entries(workspace.lock().stacks)
    .filter(([stack]) => (named ?? stack) === stack)
    .flatMap(([stack, locked]) => lockedTargets(locked).map((target) => ({ stack, target })));
  const found = candidates.filter(({ target }) => target === text);
  return theOne('target', text, found, candidates);
}

/** The stack, once it is certain that the code doesn't declare the target. */
function undeclaredIn(workspace: Workspace, place: Place, target: DeletionTarget): Stack {
  const path = lockedPath(workspace.lock(), place.stack, target);
  let problems: readonly Problem[] | undefined;
  const stacks = workspace.synthesize((found) => {
    problems = found;
    return isOnlyGone(found);
  });
  const stack = pickStack(stacks, place.stack);
  const isDeclared =
    problems === undefined
      ? stack.declared.includes(place.target)
      : !isWithoutCode(problems, path, target);
  if (isDeclared) refuse(stillDeclared(place));
  return stack;
}

/** Where the last synthesis that had it put it. */
function addressesOf({ folder }: Workspace, stack: Stack, path: string): readonly string[] {
  const sources = sourcesOf({ folder }, stack.name) ?? new Map();
  return [...sources].flatMap(([address, source]) =>
    source.path === path || source.path.startsWith(`${path}/`) ? [address] : [],
  );
}

function deployed({ stack, target }: Place, traces: readonly string[]): Problem {
  const some = traces.slice(0, 5).map(quoteName).join(', ');
  return {
    code: 'lock/deployed',
    message: `The state of ${quoteName(stack)} has ${some}${traces.length > 5 ? ', …' : ''} of ${quoteName(target)}: it was deployed. Nothing was changed.`,
    remedy: `Restore its code, or request its deletion: ${requestCommand(target, stack)}`,
  };
}

function stillDeclared({ target }: Place): Problem {
  return {
    code: 'lock/still-declared',
    message: `The code still declares ${quoteName(target)}: the next synthesis would write it again. Nothing was changed.`,
    remedy: 'Take it out of the code first.',
  };
}

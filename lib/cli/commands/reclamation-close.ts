import { type Checked, formatProblem } from '../../model/problem.js';
import { removeRequest } from '../../reclamation/deletions-edit.js';
import { writeAtomically } from '../../reclamation/files.js';
import { formatLock, type Lock, readLock, removeFromLock } from '../../reclamation/lock.js';
import { statusOf } from '../../reclamation/state.js';
import { formatTarget } from '../../reclamation/target.js';
import { EXIT, type ExitCode, type Io, misuse, print, refuse, say } from '../io.js';
import { describeTarget, findRequest, targetOf } from '../request.js';
import { requireEngine, stateOf } from '../stack-state.js';
import { pickStack, Workspace } from '../workspace.js';

const DELETIONS = 'deletions.yaml';
const LOCK = 'projects.lock.yaml';

/**
 * `reclamation close TARGET`: removes the request and the lock entry of something that is gone.
 * The next deploy then drops its records, and the name is free. It reads the state, never the
 * calendar: closing before the reclaim has run would lose the objects and their clock together.
 */
export async function closeTarget(
  io: Io,
  text: string,
  options: { readonly stack?: string },
): Promise<ExitCode> {
  const target = targetOf(text);
  const name = formatTarget(target);
  const workspace = Workspace.find(io);
  const request = findRequest(workspace.requests(), target, options.stack);
  const stack = pickStack(workspace.synthesize(), options.stack, request.stack);
  const { remaining } = statusOf(await stateOf(io, requireEngine(io), stack), name);
  if (remaining.length > 0) refuse(notGone(name, stack.name, remaining));
  if (stack.declared.includes(name)) refuse(stillDeclared(name));
  print(io, `Closing the deletion of ${describeTarget(target)}...`);
  const { stack: requestStack } = request;
  const selection = {
    target: name,
    ...(requestStack === undefined ? {} : { stack: requestStack }),
  };
  const deletions = removeRequest(workspace.text(DELETIONS) ?? '', selection);
  const lock = formatLock(removeFromLock(currentLock(workspace), stack.name, name));
  // In this order a failure in between leaves a lock entry without a request, which the next
  // synthesis reports; the other way round it would leave a request without a target.
  writeAtomically(workspace.path(DELETIONS), deletions);
  writeLock(io, workspace.path(LOCK), lock);
  print(io, 'OK');
  say(
    io,
    `Removed from ${DELETIONS} and ${LOCK}. After npx cdktf deploy ${stack.name} the name is free.`,
  );
  return EXIT.ok;
}

function currentLock(workspace: Workspace): Lock {
  const read: Checked<{ readonly lock: Lock }> = readLock(LOCK, workspace.text(LOCK));
  return read.value?.lock ?? misuse(...read.problems);
}

function writeLock(io: Io, path: string, text: string): void {
  try {
    writeAtomically(path, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(
      io,
      formatProblem({
        code: 'reclamation/half-closed',
        message: `The request was removed from ${DELETIONS}, but ${LOCK} could not be written: ${why}.`,
        remedy: `Restore ${DELETIONS} (git checkout ${DELETIONS}) and close again.`,
      }),
    );
    throw error;
  }
}

function notGone(name: string, stack: string, remaining: readonly string[]) {
  return {
    code: 'reclamation/not-gone',
    message: `${name} is still there: ${remaining.join(', ')}.`,
    remedy: `Wait for its deadline and run: npx cdktf deploy ${stack}. To keep it instead: npx reprieve reclamation restore ${name}`,
  };
}

function stillDeclared(name: string) {
  return {
    code: 'reclamation/still-declared',
    message: `${name} is gone, but the code still declares it: without the request the next deploy would create it again, empty.`,
    remedy: 'Take it out of the code, then close again.',
  };
}

import { quoteName } from '../../base/inert.js';
import { formatProblem, type Problem } from '../../base/problem.js';
import {
  evidenceFor,
  evidenceOf,
  LOST_WITHOUT_EVIDENCE,
  type Recorded,
} from '../../certificate/match.js';
import { type DeletionRequest, requestsFor } from '../../files/deletions.js';
import { removeRequest } from '../../files/deletions-edit.js';
import { DELETIONS_FILE, LOCK_FILE } from '../../files/file-names.js';
import { type ProjectsLock, removeFromLock } from '../../files/projects-lock.js';
import {
  deployCommand,
  evidenceCommand,
  forgetCommand,
  restoreCommand,
} from '../../model/commands.js';
import { type DeletionTarget, goesWith } from '../../model/deletion-target.js';
import { lockedTargets } from '../../state/inventory.js';
import { statusOf } from '../../state/state.js';
import { recordedDeletion } from '../evidence/recorded.js';
import { readStore } from '../evidence/store.js';
import { nameIn, type Selection } from '../subject/subject.js';
import {
  CommandFailure,
  EXIT,
  type ExitCode,
  type Io,
  print,
  refuse,
  say,
} from '../terminal/io.js';
import { locateTarget } from '../workspace/locate.js';
import { isOnlyGone, isWithoutCode, lockedPath } from '../workspace/locked-path.js';
import { requireEngine, stateOf } from '../workspace/stack-state.js';
import { pickStack, Workspace } from '../workspace/workspace.js';
import { describeRequest, requestMeant, selectionOf } from './request.js';

/** What a deletion is closed of. */
type Closing = DeletionTarget & { readonly target: string; readonly stack?: string };

/**
 * `reclamation close TARGET`: removes the request and the lock entry of something that is gone.
 * The next deploy then drops its records, and the name is free. It reads the state, never the
 * calendar: closing before the reclaim has run would lose the objects and their clock together.
 */
export async function closeTarget(
  io: Io,
  argument: string | undefined,
  options: Selection,
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const requests = workspace.requests();
  const request = await closingOf(io, workspace, argument, options);
  const name = request.target;
  let lost: readonly Problem[] = [];
  const stacks = workspace.synthesize((problems) => {
    lost = problems;
    return isOnlyGone(problems);
  });
  const stack = pickStack(stacks, options.stack, request.stack);
  const state = await stateOf(io, requireEngine(io), stack);
  const status = statusOf(state, name);
  if (status.remaining.length > 0) refuse(notGone(name, stack.name, status.remaining));
  if (status.status === 'soft deleted') refuse(unguarded(name, stack.name));
  if (status.status !== 'hard deleted' || status.gone.length === 0) {
    refuse(notRecorded(name, stack.name));
  }
  const path = lockedPath(workspace.lock(), stack.name, request);
  if (stack.declared.includes(name) && !isWithoutCode(lost, path, request))
    refuse(stillDeclared(name));
  requireEvidence(io, workspace, recordedDeletion(state, stack.name, name));
  print(io, `Closing the deletion of ${describeRequest(request, workspace, stack.name)}...`);
  const ended = settled(requestsFor(requests, stack.name), request).map(selectionOf);
  // In this order a failure in between leaves a lock entry without a request, which the next
  // synthesis reports; the other way round it would leave a request without a target.
  await workspace.edit(DELETIONS_FILE, (text) => ended.reduce(removeRequest, text));
  await editLock(io, workspace, (lock) => removeFromLock(lock, stack.name, name));
  print(io, 'OK');
  say(
    io,
    `Removed from ${DELETIONS_FILE} and ${LOCK_FILE}. After npx reprieve deploy ${stack.name} the name is free.`,
  );
  return EXIT.ok;
}

/** What is meant: a request, or what the lock has where the request was removed too early. */
async function closingOf(
  io: Io,
  workspace: Workspace,
  argument: string | undefined,
  options: Selection,
): Promise<Closing> {
  const name = nameIn(argument, options);
  const isAsked = workspace.requests().some(({ target }) => target === name);
  const isKnown = Object.values(workspace.lock().stacks).some((locked) =>
    lockedTargets(locked).includes(name ?? ''),
  );
  return name === undefined || isAsked || !isKnown
    ? requestMeant(io, workspace, argument, options)
    : locateTarget(workspace, name, options.stack);
}

/** After this, nothing but evidence knows what was there. */
function requireEvidence(io: Io, workspace: Workspace, meant: Recorded): void {
  const { found, problems } = readStore(workspace);
  if (evidenceOf(found, meant).length > 0) return;
  const missing = withoutEvidence(meant, evidenceFor(found, meant)[0]?.file);
  if (workspace.settings().evidence === 'required') {
    throw new CommandFailure(EXIT.findings, [missing, ...problems]);
  }
  for (const problem of problems) say(io, formatProblem(problem).replace(/^error:/, 'warning:'));
  say(io, `warning: ${missing.message}\n  ${missing.remedy}`);
}

function withoutEvidence({ target, stack }: Recorded, other: string | undefined) {
  const of =
    other === undefined
      ? ''
      : ` ${quoteName(other)} is about another deletion of that name, or leaves something out.`;
  return {
    code: 'reclamation/no-evidence',
    message: `There is no evidence of what the deletion of ${quoteName(target)} took along.${of} A certificate won’t know:\n${LOST_WITHOUT_EVIDENCE.map((each) => `  - ${each}`).join('\n')}`,
    remedy: `Gather what is left, before you close it: ${evidenceCommand(target, stack)}`,
  };
}

/** With a project its items' requests are settled too: nothing is left that they could mean. */
function settled(
  requests: readonly DeletionRequest[],
  closed: Closing,
): readonly DeletionRequest[] {
  return requests.filter((each) => goesWith(closed.target, each.target));
}

async function editLock(
  io: Io,
  workspace: Workspace,
  change: (lock: ProjectsLock) => ProjectsLock,
) {
  try {
    await workspace.editLock(change);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(
      io,
      formatProblem({
        code: 'reclamation/half-closed',
        message: `The request was removed from ${DELETIONS_FILE}, but ${LOCK_FILE} could not be written: ${why}.`,
        remedy: `Restore ${DELETIONS_FILE} (git checkout ${DELETIONS_FILE}) and close again.`,
      }),
    );
    throw error;
  }
}

function notGone(name: string, stack: string, remaining: readonly string[]) {
  return {
    code: 'reclamation/not-gone',
    message: `${quoteName(name)} is still there: ${remaining.map(quoteName).join(', ')}.`,
    remedy: `Wait for its deadline and run: npx reprieve deploy ${stack}. To keep it instead: ${restoreCommand(name, stack)}`,
  };
}

/** An empty state may be the wrong one: then closing would lose everything with the next deploy. */
function notRecorded(name: string, stack: string) {
  return {
    code: 'reclamation/not-recorded',
    message: `The state of ${quoteName(stack)} has no record that ${quoteName(name)} was deleted.`,
    remedy: `Check that this is the right backend and workspace, and that the deletion was deployed. If ${name} was never deployed at all, run: ${forgetCommand(name, stack)}`,
  };
}

/** After `recover`: what belongs to it is in the state, and no record that says so. */
function unguarded(name: string, stack: string) {
  return {
    code: 'reclamation/not-gone',
    message: `${quoteName(name)} is soft-deleted: the state of ${quoteName(stack)} has its clock, and no record yet of what belongs to it.`,
    remedy: `Deploy, which writes that record: ${deployCommand(stack)}. To keep it instead: ${restoreCommand(name, stack)}`,
  };
}

function stillDeclared(name: string) {
  return {
    code: 'reclamation/still-declared',
    message: `${quoteName(name)} is gone, but the code still declares it: without the request the next deploy would create it again, empty.`,
    remedy: 'Take it out of the code, then close again.',
  };
}

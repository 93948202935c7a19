import { quoteName } from '../../base/inert.js';
import { rfc3339Seconds } from '../../base/timestamp.js';
import { removeRequest } from '../../files/deletions-edit.js';
import { DELETIONS_FILE } from '../../files/file-names.js';
import { closeCommand } from '../../model/commands.js';
import { type ReclamationStatus, statusOf } from '../../state/state.js';
import { applyRequest } from '../deploy/apply-request.js';
import type { DeployOptions } from '../deploy/deployment.js';
import type { Selection } from '../subject/subject.js';
import { EXIT, type ExitCode, type Io, refuse, say } from '../terminal/io.js';
import { announce, type DisplayOptions } from '../terminal/output.js';
import { printResult } from '../terminal/result.js';
import { readableStacks } from '../workspace/inventory.js';
import { requireEngine, stateOf } from '../workspace/stack-state.js';
import { pickStack, Workspace } from '../workspace/workspace.js';
import { describeRequest, requestMeant, selectionOf } from './request.js';

/**
 * `reclamation restore TARGET`: removes the deletion request while everything is still there. The
 * state decides, not the calendar: what a deploy has destroyed can't be brought back.
 */
export async function restoreTarget(
  io: Io,
  argument: string | undefined,
  options: Selection & DeployOptions & DisplayOptions,
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const request = await requestMeant(io, workspace, argument, options);
  const stack = pickStack(readableStacks(io, workspace), options.stack, request.stack);
  const state = await stateOf(io, requireEngine(io), stack);
  const status = statusOf(state, request.target);
  if (status.gone.length > 0) refuse(tooLate(status, stack.name));
  announce(io, options, `Restoring ${describeRequest(request, workspace, stack.name)}...`);
  let [before, after] = ['', ''];
  await workspace.edit(DELETIONS_FILE, (text) => {
    before = text;
    after = removeRequest(text, selectionOf(request));
    return after;
  });
  const undo = () => workspace.edit(DELETIONS_FILE, (text) => (text === after ? before : text));
  const located = { ...request, stack: stack.name };
  const done = await applyRequest(io, workspace, { located, wanted: 'active', undo }, options);
  if (done.code === EXIT.ok) announce(io, options, 'OK');
  if (options.quiet !== true && options.deploy !== true) {
    warnIfDue(io, status);
    say(
      io,
      `The request is removed from ${DELETIONS_FILE}. Now run: npx reprieve deploy ${stack.name}`,
    );
  }
  printResult(io, options, { action: 'restore', located, mode: request.mode, done });
  return done.code;
}

function tooLate({ target, gone, remaining, reclaimAfter }: ReclamationStatus, stack: string) {
  const partly = remaining.length > 0;
  const until = reclaimAfter === undefined ? '' : rfc3339Seconds(reclaimAfter);
  return {
    code: 'reclamation/too-late',
    message: partly
      ? `It is too late to restore ${quoteName(target)} whole: ${gone.map(quoteName).join(', ')} ${gone.length === 1 ? 'is' : 'are'} gone from ${quoteName(stack)}.`
      : `It is too late to restore ${quoteName(target)}: it was deleted for good${until === '' ? '' : `; it could be taken back until ${until}`}.`,
    remedy: partly
      ? 'Deploy again to finish the deletion, or make what is missing anew under another name.'
      : `Removing the request would create it again, empty. Take it out of the code, then run: ${closeCommand(target, stack)}`,
  };
}

/** Past its deadline, and still there: the next deploy decides which way it goes. */
function warnIfDue(io: Io, status: ReclamationStatus): void {
  if (status.reclaimAfter === undefined || status.reclaimAfter > io.now()) return;
  say(
    io,
    'warning: its deadline has passed. Deploy this before any pipeline deploys the deletion.',
  );
}

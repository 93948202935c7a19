import { removeRequest } from '../../reclamation/deletions-edit.js';
import { type ReclamationStatus, statusOf } from '../../reclamation/state.js';
import { formatTarget, type Target } from '../../reclamation/target.js';
import { EXIT, type ExitCode, type Io, print, refuse, say } from '../io.js';
import { describeTarget, findRequest, selectionOf, targetOf } from '../request.js';
import { requireEngine, stateOf } from '../stack-state.js';
import { pickStack, type Stack, Workspace } from '../workspace.js';

const FILE = 'deletions.yaml';

/**
 * `reclamation restore TARGET`: removes the deletion request while everything is still there. The
 * state decides, not the calendar: what a deploy has destroyed can't be brought back.
 */
export async function restoreTarget(
  io: Io,
  name: string,
  options: { readonly stack?: string },
): Promise<ExitCode> {
  const target = targetOf(name);
  const workspace = Workspace.find(io);
  const request = findRequest(workspace.requests(), target, options.stack);
  const stack = pickStack(workspace.synthesize(), options.stack, request.stack);
  const state = await stateOf(io, requireEngine(io), stack);
  const status = statusOf(state, request.target);
  if (status.gone.length > 0) refuse(tooLate(target, stack, status));
  print(io, `Restoring ${describeTarget(target)}...`);
  await workspace.edit(FILE, (text) => removeRequest(text, selectionOf(request)));
  print(io, 'OK');
  warnIfDue(io, status);
  say(io, `The request is removed from ${FILE}. Now run: npx cdktf deploy ${stack.name}`);
  return EXIT.ok;
}

function tooLate(target: Target, stack: Stack, status: ReclamationStatus) {
  const name = formatTarget(target);
  const since = status.reclaimAfter?.toISOString().replace(/\.\d{3}Z$/, 'Z');
  const partly = status.remaining.length > 0;
  return {
    code: 'reclamation/too-late',
    message: partly
      ? `It is too late to restore ${name} whole: ${status.gone.join(', ')} ${status.gone.length === 1 ? 'is' : 'are'} gone from ${stack.name}.`
      : `It is too late to restore ${name}: it was deleted for good${since === undefined ? '' : `; it could be taken back until ${since}`}.`,
    remedy: partly
      ? 'Deploy again to finish the deletion, or make what is missing anew under another name.'
      : `Removing the request would create it again, empty. Take it out of the code, then run: npx reprieve reclamation close ${name} --stack ${stack.name}`,
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

import { type DeleteOptions, requestDeletion } from '../subject/delete.js';
import type { ExitCode, Io } from '../terminal/io.js';
import { locateTarget } from '../workspace/locate.js';
import { Workspace } from '../workspace/workspace.js';
import { targetOf } from './request.js';

/** `reclamation request TARGET`: the deletion of anything that can be restored. */
export async function requestTarget(
  io: Io,
  text: string,
  options: DeleteOptions,
): Promise<ExitCode> {
  targetOf(text);
  const workspace = Workspace.find(io);
  const located = locateTarget(workspace, text, options.stack);
  return requestDeletion(io, workspace, located, options);
}

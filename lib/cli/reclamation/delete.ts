import { type DeleteOptions, requestDeletion } from '../subject/delete.js';
import type { ExitCode, Io } from '../terminal/io.js';
import { pickStack, Workspace } from '../workspace/workspace.js';
import { requestMeant } from './request.js';

/** `reclamation delete`: ends what is soft-deleted at once, and for good. */
export async function deleteReclamation(
  io: Io,
  argument: string | undefined,
  options: DeleteOptions,
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const request = await requestMeant(io, workspace, argument, options);
  const stacks = Object.keys(workspace.lock().stacks).map((name) => ({ name }));
  const { name: stack } = pickStack(stacks, options.stack, request.stack);
  return requestDeletion(io, workspace, { ...request, stack }, { ...options, hard: true });
}

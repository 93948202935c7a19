import { quoteName } from '../../base/inert.js';
import type { DeletionRequest } from '../../files/deletions.js';
import { approversOf } from '../../files/person.js';
import { closeCommand } from '../../model/commands.js';
import { CommandFailure, type Io, refuse, say } from '../terminal/io.js';
import { takeInventory } from '../workspace/inventory.js';
import type { Located } from '../workspace/locate.js';
import type { Workspace } from '../workspace/workspace.js';
import { requesterIn } from './requester.js';

/** What a hard deletion waits for. */
export interface NeededApproval {
  /** The ids of those who can give it. */
  readonly approvers: readonly string[];
  /** The object that it has to name; null where the state has not recorded it. */
  readonly uid: string | null;
}

/** Who has to approve a hard deletion, and of which object; refuses one that nobody can approve. */
export async function approvalFor(
  io: Io,
  workspace: Workspace,
  located: Located,
  known: DeletionRequest | undefined,
): Promise<NeededApproval> {
  const asking = known?.mode === 'hard' ? known.requestedBy : requesterIn(workspace.folder, io.env);
  const approvers = approversOf(asking, workspace.settings().approvers).map(({ id }) => id);
  if (approvers.length === 0) {
    refuse({
      code: 'deletion/no-approvers',
      message: `A hard deletion needs the approval of somebody else than ${asking}, and nobody else may give one.`,
      remedy:
        'List those who may under `approvers` in reprieve.yaml. Without --hard, no approval is needed.',
    });
  }
  return { approvers, uid: await uidOf(io, workspace, located) };
}

async function uidOf(io: Io, workspace: Workspace, located: Located): Promise<string | null> {
  const inventory = await inventoryFor(io, workspace, located);
  for (const each of inventory?.unread ?? []) {
    say(io, `warning: The uid could not be looked up. ${each}`);
  }
  const found = inventory?.residents.find(({ target }) => target === located.target);
  if (found?.status === 'hard deleted') refuse(gone(located));
  return found?.id ?? null;
}

/** Without its code the app may not be synthesized, but the request must still be possible. */
async function inventoryFor(io: Io, workspace: Workspace, { stack }: Located) {
  try {
    return await takeInventory(io, workspace, stack);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    say(io, 'warning: The uid could not be looked up, since the app can’t be synthesized.');
    return undefined;
  }
}

function gone({ target, stack }: Located) {
  return {
    code: 'deletion/gone',
    message: `${quoteName(target)} is gone already.`,
    remedy: `Take it out of the code, then run: ${closeCommand(target, stack)}`,
  };
}

/** Says who has to do what. */
export function sayApproval(io: Io, { approvers, uid }: NeededApproval, stack: string): void {
  const [first = ''] = approvers;
  say(
    io,
    [
      'The request is in deletions.yaml: commit it, and have it reviewed. Nothing can be deployed',
      `before a second person has approved it: ${approvers.join(' or ')} adds to the request`,
      '    approvals:',
      `      - { by: ${first}, at: …, expires: …, uid: ${uid ?? '…'} }`,
      uid === null
        ? 'where `uid` is the id of the object that is meant: the plan says it.'
        : '`uid` is the object as the state has it now: who approves compares it.',
      `Then carry it out: npx reprieve deploy ${stack}`,
    ].join('\n'),
  );
}

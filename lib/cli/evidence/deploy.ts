import { quoteName } from '../../base/inert.js';
import { requestsFor } from '../../files/deletions.js';
import { type Settings, stackSettings } from '../../files/settings.js';
import type { Entry } from '../../state/inventory.js';
import { CommandFailure, EXIT, type Io, say } from '../terminal/io.js';
import { takeInventory } from '../workspace/inventory.js';
import type { Stack, Workspace } from '../workspace/workspace.js';
import { writeEvidence } from './store.js';
import { readStack, takeEvidence } from './take.js';

/**
 * Before a deployment that deletes for good: what is known of the objects is written down while they are
 * there. A deployment that can't write it doesn't begin.
 *
 * @param plan the JSON of the plan that is about to be applied
 */
export async function evidenceBeforeDeploy(
  io: Io,
  workspace: Workspace,
  stack: Stack,
  plan: string,
): Promise<void> {
  if (requestsFor(workspace.requests(), stack.name).length === 0) return;
  const { residents, unread } = await takeInventory(io, workspace, stack.name);
  // Nobody can say then what is about to be deleted.
  if (unread.length > 0) throw new CommandFailure(EXIT.engine, [stateUnread(stack, unread)]);
  const due = residents.filter((each) => isAboutToGo(each, workspace.settings(), io.now()));
  if (due.length === 0) return;
  const reading = await readStack(io, workspace, stack, plan);
  for (const each of due) {
    const taking = { takenBy: 'deploy' } as const;
    const evidence = await takeEvidence(io, workspace, stack, each, taking, reading);
    const file = writeEvidence(workspace, evidence);
    say(
      io,
      `Wrote ${file}: what is known of ${quoteName(each.target)} before it is deleted for good.`,
    );
    for (const unknown of evidence.unknown) say(io, `  note: ${unknown}`);
  }
}

function stateUnread({ name }: Stack, unread: readonly string[]) {
  return {
    code: 'evidence/state',
    message: `The state of ${quoteName(name)} could not be read, so it is not known what this deployment would delete for good, and no evidence of it can be written: ${unread.join('; ')}`,
    remedy: 'Nothing was deployed. Check the backend and try again.',
  };
}

/**
 * Whether a deployment that begins now could delete it for good. The plan is made a little later, so
 * a deadline counts that is nearer than the age that a plan may have.
 */
export function isAboutToGo(
  { request, deletion, status, remaining, stack }: Entry,
  settings: Settings,
  now: Date,
): boolean {
  if (request === undefined || remaining.length === 0) return false;
  if (request.mode === 'hard') return request.approvals.length > 0;
  if (deletion === undefined || status === 'active') return false;
  const { planMaxAge } = stackSettings(settings, stack);
  return deletion.reclaimAfter.getTime() <= now.getTime() + planMaxAge.seconds * 1000;
}

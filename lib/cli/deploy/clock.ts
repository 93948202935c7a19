import { quote } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { auditClocks, STANDS_STILL } from '../../cluster/audit/clock.js';
import type { AuditFinding } from '../../cluster/audit/finding.js';
import type { Entry } from '../../state/inventory.js';
import { clusterOf } from '../cluster/access.js';
import { readClocks } from '../cluster/policy-clock.js';
import { type Io, refuse, say } from '../terminal/io.js';
import { takeInventory } from '../workspace/inventory.js';
import type { Stack, Workspace } from '../workspace/workspace.js';

/**
 * Asks the cluster for the time that its admission policies see, before a deployment. Where that
 * stands still, a deployment that begins or ends a deletion is refused: what is due would be denied, and
 * what begins now could not be reclaimed. Any other goes on, and is told.
 * Clusters without policies (`cluster.pipelines` names nobody) are not asked.
 */
export async function requireClock(io: Io, workspace: Workspace, stack: Stack): Promise<void> {
  const { clock, pipelines } = workspace.settings().cluster;
  if (stack.target !== 'kubernetes' || pipelines.length === 0) return;
  let found: readonly AuditFinding[];
  try {
    found = auditClocks(await readClocks(clusterOf(io, {}, stack), { clock }), io.now());
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    say(io, `warning: The time that the cluster's policies see could not be asked. ${why}`);
    return;
  }
  const still = found.find(({ code }) => STANDS_STILL.has(code));
  if (still !== undefined) {
    const about = await deletionsIn(io, workspace, stack);
    if (about.length > 0) refuse(stopped(still, about));
  }
  for (const { message, remedy } of found) say(io, `warning: ${message}\n  ${remedy}`);
}

/** The deletions that a deployment would begin or end; all requests where the state can't be read. */
async function deletionsIn(io: Io, workspace: Workspace, { name }: Stack) {
  const { residents, unread } = await takeInventory(io, workspace, name);
  if (unread.length > 0) return workspace.requests().map(({ target }) => target);
  return residents.filter((each) => isDue(each, io.now())).map(({ target }) => target);
}

function isDue({ request, deletion, status }: Entry, now: Date): boolean {
  // Without a request it is restored, however late.
  if (request === undefined) return false;
  if (request.mode === 'hard') return status !== 'hard deleted';
  return deletion === undefined || (deletion.reclaimAfter <= now && status !== 'hard deleted');
}

function stopped({ message, remedy }: AuditFinding, targets: readonly string[]): Problem {
  const shown = targets.slice(0, 3).map(quote).join(', ');
  return {
    code: 'deploy/clock',
    message: `${message} So nothing is deployed that begins or ends a deletion: ${shown}${targets.length > 3 ? ' and more' : ''}.`,
    remedy: `${remedy} Until then, leave a request that has not begun out of deletions.yaml to deploy the rest.`,
  };
}

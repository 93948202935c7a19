import { quoteName } from '../base/inert.js';
import { goesWith } from '../model/deletion-target.js';
import type { Deletion, ReclamationEvent } from '../review/review.js';
import type { Passage } from './passage.js';
import type { PlanReason } from './whole-plan.js';

/** What somebody has to do before the deadline of what is being deleted, as its guard says. */
export function notesIn(
  { before, after }: Passage,
  events: readonly Omit<ReclamationEvent, 'stack'>[],
  deletions: readonly Deletion[],
): readonly PlanReason[] {
  const targets = [
    ...events
      .filter(({ kind }) => kind === 'soft-delete' || kind === 'pending')
      .map(({ target }) => target),
    ...deletions.flatMap(({ kind, target }) =>
      (kind === 'reclaim' || kind === 'hard-delete') && target !== null ? [target] : [],
    ),
  ];
  const guards = new Map([...before.guards, ...after.guards].map((each) => [each.address, each]));
  return [...guards.values()].flatMap(({ address, record: { target, beforeReclaim } }) => {
    if (beforeReclaim === undefined) return [];
    if (!targets.some((each) => goesWith(target, each))) return [];
    const message = `Before ${quoteName(target)} is reclaimed: ${quoteName(beforeReclaim)}`;
    return [{ code: 'before-reclaim', address, message }];
  });
}

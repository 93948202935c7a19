import { quoteName } from '../../base/inert.js';
import { compareTexts } from '../../base/order.js';
import type { Entry, Status } from '../../state/inventory.js';
import { type Io, say } from './io.js';

/** What lists of projects, secrets and jobs can be sorted by. */
export type SortKey = 'name' | 'status' | 'age';

/** As a life goes. */
const LIFE: readonly Status[] = [
  ...(['preparing', 'active', 'soft deleted', 'hard deleting', 'hard deleted'] as const),
];

/**
 * Residents in the order asked for, and by name within it. The youngest is first, and last what
 * isn't known to have an age: only a cluster says when something was made.
 */
export function sortEntries(
  io: Io,
  residents: readonly Entry[],
  key: SortKey = 'name',
): readonly Entry[] {
  const unknown = residents.filter(({ cluster }) => cluster?.created === undefined);
  if (key === 'age' && unknown.length > 0) sayUnknown(io, unknown);
  return [...residents].sort((a, b) => rank(key, a) - rank(key, b) || byName(a, b));
}

function rank(key: SortKey, { status, cluster }: Entry): number {
  if (key === 'status') return LIFE.indexOf(status);
  return key === 'age' ? -(cluster?.created?.getTime() ?? 0) : 0;
}

function byName(a: Entry, b: Entry): number {
  const name = ({ item, project }: Entry) => item?.name ?? project;
  return (
    compareTexts(name(a), name(b)) ||
    compareTexts(a.target, b.target) ||
    compareTexts(a.stack, b.stack)
  );
}

function sayUnknown(io: Io, unknown: readonly Entry[]): void {
  const names = unknown.slice(0, 5).map(({ target }) => quoteName(target));
  const more = unknown.length > names.length ? ', …' : '';
  say(
    io,
    `note: The age of ${names.join(', ')}${more} isn’t known: only a cluster has it (--cluster). Last, by name.`,
  );
}

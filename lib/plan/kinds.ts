import { compareTexts } from '../base/order.js';
import {
  type CodeSource,
  KIND_ACTIONS,
  type KindAction,
  type KindCount,
} from '../review/review.js';
import { creates, ends, forgets, type ResourceChange } from './change.js';

/**
 * How many objects of each type a plan changes, and how: records of ours are a kind of their own, and
 * what stands for something else counts as that.
 */
export function countKinds({
  changes,
  sources,
}: {
  readonly changes: readonly ResourceChange[];
  readonly sources: ReadonlyMap<string, CodeSource>;
}): readonly KindCount[] {
  return countChanges(changes, (change) => {
    const isRecord = (change.after ?? change.before) !== undefined;
    return isRecord ? null : (sources.get(change.base)?.standsFor ?? change.type);
  });
}

/** The same by any name of a type: in the order of `KIND_ACTIONS`, then the most first. */
export function countChanges<T extends string | null>(
  changes: readonly ResourceChange[],
  typeOf: (change: ResourceChange) => T,
): readonly (KindCount & { readonly type: T })[] {
  const counts = new Map<string, KindCount & { readonly type: T }>();
  for (const change of changes) {
    const action = actionOf(change);
    if (action === undefined) continue;
    const type = typeOf(change);
    const key = JSON.stringify([action, type]);
    counts.set(key, { action, type, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort(
    (a, b) =>
      KIND_ACTIONS.indexOf(a.action) - KIND_ACTIONS.indexOf(b.action) ||
      b.count - a.count ||
      compareTexts(a.type ?? '', b.type ?? ''),
  );
}

/** What becomes of an object; undefined where nothing does. */
function actionOf(change: ResourceChange): KindAction | undefined {
  const { actions, previous, importing } = change;
  if (ends(change)) {
    if (creates(change)) return 'replace';
    return forgets(change) ? 'forget' : 'delete';
  }
  if (creates(change)) return 'create';
  if (importing) return 'import';
  if (actions.includes('update')) return 'update';
  return previous === undefined ? undefined : 'move';
}

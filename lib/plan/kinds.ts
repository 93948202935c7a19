import { compareTexts } from '../base/order.js';
import type { CodeSource, KindAction, KindCount } from '../review/review.js';
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
  const counts = new Map<string, KindCount>();
  for (const change of changes) {
    const action = actionOf(change);
    if (action === undefined) continue;
    const isRecord = (change.after ?? change.before) !== undefined;
    const type = isRecord ? null : (sources.get(change.base)?.standsFor ?? change.type);
    const key = `${action} ${type}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { action, type, count });
  }
  return [...counts.values()].sort(
    (a, b) => b.count - a.count || compareTexts(a.type ?? '', b.type ?? ''),
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

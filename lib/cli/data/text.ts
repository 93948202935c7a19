import { escapeInvisible } from '../../base/inert.js';
import { type DataPlace, LAST_APPLIED, type StoredDatum } from '../../state/stored-data.js';
import type { FoundObject } from './objects.js';

/** A block for each datum: where it is, and below, what none of these deletions reaches. */
export function textOf(data: readonly StoredDatum[]): string {
  if (data.length === 0) return 'Nothing is stored.';
  const places = data.flatMap((each) => each.places);
  const widths = [2, ...(['place', 'where', 'holds'] as const).map((key) => widest(places, key))];
  const blocks = data.map((datum) => {
    const rows = datum.places.map((it) => ['', it.place, it.where, it.holds, it.encryptedBy]);
    const lines = rows.map((row) =>
      row
        .map((cell, at) => (at === 0 ? '' : cell.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    );
    return [
      `${datum.target}: ${kindText(datum)}, ${datum.status}`,
      ...lines,
      ...(datum.inCluster === null ? [] : [`  In the cluster: ${datum.inCluster}.`]),
      `  ${endText(datum)}`,
    ].join('\n');
  });
  const left = new Map<string, Set<string>>();
  for (const { kind, leftElsewhere } of data) {
    for (const each of leftElsewhere) left.set(each, (left.get(each) ?? new Set()).add(kind));
  }
  const rest = [...left].map(([what, kinds]) => `  ${what} (${[...kinds].join(', ')})`);
  return [...blocks, ['Left elsewhere after the deletion:', ...rest].join('\n')].join('\n\n');
}

function widest(places: readonly DataPlace[], key: 'place' | 'where' | 'holds'): number {
  return Math.max(...places.map((each) => each[key].length));
}

function kindText({ kind, name }: StoredDatum): string {
  return kind === 'image reference' ? `${kind} ${name}` : kind;
}

function endText({ end }: StoredDatum): string {
  if (end.by === 'over') return 'Deleted. What is listed here is left.';
  return end.at === null
    ? `Deleted ${end.period} after a deletion request is deployed.`
    : `Deleted by the first deploy after ${end.at}; recoverable until then.`;
}

export function undeclaredText({ stack, namespace, kind, name, hasCopy }: FoundObject): string {
  const copy = hasCopy ? `, with a copy of its content in its annotation ${LAST_APPLIED}` : '';
  const what = `${kind} ${name} in namespace ${namespace} (${stack})`;
  return `undeclared: ${escapeInvisible(what)}${copy}: deleted with the namespace`;
}

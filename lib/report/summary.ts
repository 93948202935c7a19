import { escapeInvisible } from '../base/inert.js';
import {
  KIND_ACTIONS,
  type KindAction,
  type KindCount,
  type Review,
  reasonsToStop,
} from '../review/review.js';
import { groupReasons } from './reasons.js';
import { deletionLines } from './text.js';

/** More entries than this are counted, not listed. */
const SHOWN = 20;

/**
 * What a plan comes to, for the person who says yes: what it deletes and until when that can be taken
 * back, then how many objects of which kind it changes.
 */
export function renderSummary(review: Review, kinds: readonly KindCount[]): string {
  const { ends, reclamations } = deletionLines(review);
  const why = groupReasons(reasonsToStop(review)).map(({ first, addresses }) => [
    first.code,
    `  ${first.message}`,
    ...addresses.map((each) => `  - ${each}`),
  ]);
  const lines = [
    ...section('Blocked by', why),
    ...section('Deletions', [...ends, ...reclamations]),
    ...(ends.length + reclamations.length === 0 ? ['Deletions: none'] : []),
    ...countLines(kinds),
  ];
  return lines.map((line) => `  ${escapeInvisible(line)}`.trimEnd()).join('\n');
}

function section(title: string, entries: readonly (readonly string[])[]): readonly string[] {
  if (entries.length === 0) return [];
  const more = entries.length > SHOWN ? [`  and ${entries.length - SHOWN} more`] : [];
  const shown = entries.slice(0, SHOWN).flat();
  return [`${title}:`, ...shown.map((line) => `  ${line}`), ...more];
}

const WORDS: Readonly<Record<KindAction, string>> = {
  delete: 'Delete',
  replace: 'Replace',
  forget: 'Remove from state',
  create: 'Create',
  import: 'Import',
  update: 'Update',
  move: 'Move in state',
};

const DONE: Readonly<Record<KindAction, string>> = {
  delete: 'removed',
  replace: 'replaced',
  forget: 'removed from state',
  create: 'created',
  import: 'imported',
  update: 'updated',
  move: 'moved',
};

/** A line for each action: `Create 12: namespace, 4 service accounts, …`. */
function countLines(kinds: readonly KindCount[]): readonly string[] {
  const lines = KIND_ACTIONS.flatMap((action) => {
    const own = kinds.filter((each) => each.action === action && each.type !== null);
    if (own.length === 0) return [];
    const total = own.reduce((sum, { count }) => sum + count, 0);
    return [`${WORDS[action]} ${total}: ${own.map(kindInWords).join(', ')}`];
  });
  const records = KIND_ACTIONS.flatMap((action) =>
    kinds
      .filter((each) => each.action === action && each.type === null)
      .map(({ count }) => `${count} ${DONE[action]}`),
  );
  return records.length === 0 ? lines : [...lines, `Reprieve’s own records: ${records.join(', ')}`];
}

function kindInWords({ type, count }: KindCount): string {
  const match = /^kubernetes_(.+?)(_v\d+)?$/.exec(type ?? '');
  const noun = match?.[1]?.replaceAll('_', ' ');
  if (noun === undefined) return count === 1 ? (type ?? '') : `${count} ${type}`;
  return count === 1 ? noun : `${count} ${severalOf(noun)}`;
}

function severalOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

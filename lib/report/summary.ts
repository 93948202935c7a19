import { escapeInvisible } from '../base/inert.js';
import { plural } from '../base/plural.js';
import { lineage } from '../model/deletion-target.js';
import {
  type Deletion,
  isStopped,
  KIND_ACTIONS,
  type KindAction,
  type KindCount,
  type RequestNote,
  type Review,
  reasonsToStop,
} from '../review/review.js';
import { foldedDeletions, type HardDeletion, Requests } from './folded.js';
import { Groups } from './groups.js';
import { groupReasons, type ReasonGroup } from './reasons.js';
import { askedInWords, targetInWords } from './requests.js';
import { endingLines, reclamationLines } from './text.js';
import { causeInWords, kindInWords as doneInWords, timeInWords } from './words.js';

/** More entries than this are counted, not listed. */
const SHOWN = 20;
/** More addresses of one reason than this are counted. */
const SHOWN_ADDRESSES = 3;

/**
 * What a plan comes to, for the person who says yes: what it deletes and until when that can be taken
 * back, then how many objects of which kind it changes.
 */
export function renderSummary(review: Review, kinds: readonly KindCount[]): string {
  const deletions = [...endsOf(review), ...reclamationLines(review)];
  const lines = [
    ...section('Blocked by', groupReasons(reasonsToStop(review)).map(reasonLines)),
    ...(deletions.length === 0 ? ['Deletions: none'] : section('Deletions', deletions)),
    ...countLines(kinds),
  ];
  return lines.map((line) => `  ${escapeInvisible(line)}`.trimEnd()).join('\n');
}

function reasonLines({ first, addresses }: ReasonGroup): readonly string[] {
  const more = addresses.length - SHOWN_ADDRESSES;
  return [
    first.code,
    `  ${first.message}`,
    ...addresses.slice(0, SHOWN_ADDRESSES).map((each) => `  - ${each}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** What goes for good by one request is one entry, as is every other object. */
function endsOf(review: Review): readonly (readonly string[])[] {
  const { hard, others } = foldedDeletions(review);
  const requests = new Requests(review.requests);
  const members = new Groups(review);
  const groups = new Map<string, Group>();
  const single: Deletion[] = [];
  const like = ({ kind, cause }: Deletion, target: string) => JSON.stringify([target, kind, cause]);
  const known = new Set(others.map((each) => like(each, each.target ?? '')));
  for (const each of others) {
    if (each.target === null) {
      single.push(each);
      continue;
    }
    const request = requests.of(each);
    // The project's, where that goes in the same way with everything in it.
    const whole = lineage(each.target).findLast((it) => known.has(like(each, it)));
    const target = request?.target ?? whole ?? each.target;
    const group = groups.get(like(each, target));
    if (group === undefined) groups.set(like(each, target), { target, request, deletions: [each] });
    else group.deletions.push(each);
  }
  return [
    ...hard.map((each) => hardLines(each, members)),
    ...[...groups.values()].map((each) => groupLines(each, members)),
    ...single.map((each) => endingLines(each, members)),
  ];
}

interface Group {
  readonly target: string;
  readonly request: RequestNote | undefined;
  readonly deletions: Deletion[];
}

function hardLines(each: HardDeletion, members: Groups): readonly string[] {
  const { request, deletions } = each;
  return [
    `hard delete  ${targetInWords(each, members)}, ${plural(deletions.length, 'object')}, gone at apply`,
    ...askedLines(request),
  ];
}

function groupLines({ target, request, deletions }: Group, members: Groups): readonly string[] {
  const [first] = deletions;
  if (first === undefined) return [];
  const until = first.recoverableUntil;
  const when =
    until === null || !isStopped(first)
      ? 'gone at apply'
      : `recoverable until ${timeInWords(until)}`;
  return [
    `${doneInWords(first)}  ${targetInWords({ stack: first.stack, target }, members)}, ${plural(deletions.length, 'object')}, ${when}: ${causeInWords(first)}`,
    ...(request === undefined ? [] : askedLines(request)),
  ];
}

function askedLines(request: RequestNote): readonly string[] {
  const { reason } = request;
  return [`  ${askedInWords(request)}`, ...(reason === undefined ? [] : [`  “${reason}”`])];
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

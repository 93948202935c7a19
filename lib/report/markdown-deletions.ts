import { plural } from '../base/plural.js';
import { type Deletion, isForgotten, isStopped, type Review } from '../review/review.js';
import { moduleOf } from '../state/address.js';
import { foldedDeletions, type HardDeletion } from './folded.js';
import { Groups } from './groups.js';
import { cut, fitting, type MarkdownOptions, pointer } from './markdown-parts.js';
import { codeSpan, prose } from './markdown-text.js';
import { askedInWords, targetInWords } from './requests.js';
import { causeInWords, kindInWords, timeInWords } from './words.js';

/** What the counts of the overflow may take at most, in characters. */
const FOLDED = 6000;
/** More names than this in a line are counted. */
const SHOWN = 3;
/** More objects than this of one entry are behind a fold. */
const OPEN = 5;

/** What is deleted. What has no room is folded into counts by module and kind. */
export function deletionSection(
  review: Pick<Review, 'deletions' | 'requests' | 'groups'>,
  withStack: boolean,
  budget: number,
  options: MarkdownOptions,
): string {
  const { hard, others } = foldedDeletions(review);
  const groups = new Groups(review);
  const first = hardSection(hard, { groups, withStack, budget, options });
  const rest = otherSection(others, withStack, budget - first.length, options);
  return [first, rest].filter((part) => part !== '').join('\n');
}

interface Hard {
  readonly groups: Groups;
  readonly withStack: boolean;
  readonly budget: number;
  readonly options: MarkdownOptions;
}

/** What is gone at apply: one entry for each request, and its objects behind a fold. */
function hardSection(hard: readonly HardDeletion[], how: Hard): string {
  if (hard.length === 0) return '';
  const { budget, options } = how;
  const whole = fitting(
    hard.map((each) => hardEntry(each, how)),
    budget / 2,
  );
  const others = hard.slice(whole.lines.length);
  // Where there is no room for more, each is at least named.
  const named = fitting(
    others.map((each) => `- ${hardInWords(each, how)}`),
    budget / 4,
  );
  const counted =
    named.left === 0
      ? []
      : [
          `- ${plural(named.left, 'more hard deletion')} ${pointer(options)}: ${last(others, named.lines.length, how)}`,
        ];
  const rest = [...named.lines, ...counted].map((line) => `${line}\n`).join('');
  return `### Gone at apply (${hard.length})\n\n${whole.lines.join('\n')}\n${rest}`;
}

/** The targets alone, for as long as there is room. */
function last(hard: readonly HardDeletion[], from: number, { withStack, budget }: Hard): string {
  const all = hard.slice(from).map(({ stack, target }) => inStack(stack, target, withStack));
  const { lines, left } = fitting(all, budget / 8);
  return [...lines, ...(left === 0 ? [] : [`and ${left} more`])].join(', ');
}

function inStack(stack: string, target: string, withStack: boolean): string {
  return `${withStack ? `${codeSpan(cut(stack))}: ` : ''}${codeSpan(cut(target))}`;
}

function hardInWords(each: HardDeletion, { groups, withStack }: Hard): string {
  const { stack, target, request, deletions } = each;
  const where = withStack ? `${codeSpan(cut(stack))}: ` : '';
  const what = prose(targetInWords({ stack, target: cut(target) }, groups));
  const count = plural(deletions.length, 'object');
  return `**hard delete**: ${where}${what}, ${count}, gone at apply, ${prose(askedInWords(request))}`;
}

function hardEntry(each: HardDeletion, how: Hard): string {
  const { request, deletions } = each;
  const why = request.reason === undefined ? '' : `: ${codeSpan(cut(request.reason))}`;
  const objects = deletions.map((one) => `- ${codeSpan(cut(one.address))}${before(one)}`);
  const { lines, left } = fitting(objects, FOLDED);
  const more = left === 0 ? [] : [`- ${plural(left, 'more')} ${pointer(how.options)}`];
  const images = names([...new Set(deletions.flatMap((one) => one.images))], 'images stay: ');
  return [
    '> [!CAUTION]',
    `> ${hardInWords(each, how)}${why}${images === '' ? '' : `; ${images}`}`,
    '',
    `<details><summary>${plural(deletions.length, 'object')}</summary>\n\n${[...lines, ...more].join('\n')}\n</details>`,
    '',
  ].join('\n');
}

/** What is said once for several objects: lists wrap in a narrow column, tables don't. */
interface Alike {
  readonly first: Deletion;
  readonly all: readonly Deletion[];
}

function alike(deletions: readonly Deletion[]): readonly Alike[] {
  const groups = new Map<string, Deletion[]>();
  for (const each of deletions) {
    const { stack, target, actions, attributes, recoverableUntil, trigger } = each;
    const said = [kindInWords(each), causeInWords(each)];
    const key = JSON.stringify([
      stack,
      target,
      said,
      actions,
      attributes,
      recoverableUntil,
      trigger,
    ]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [each]);
    else known.push(each);
  }
  return [...groups.values()].flatMap((all) =>
    all[0] === undefined ? [] : [{ first: all[0], all }],
  );
}

function otherSection(
  deletions: readonly Deletion[],
  withStack: boolean,
  budget: number,
  options: MarkdownOptions,
): string {
  if (deletions.length === 0) return '';
  const top = `### What ends (${deletions.length})\n`;
  const groups = alike(deletions);
  const whole = groups.map((each) => entry(each, withStack));
  if (fitting(whole, budget - top.length).left === 0) return `${top}\n${whole.join('\n')}\n`;
  const { lines, rest } = partly(groups, withStack, budget - top.length - FOLDED - 300);
  return `${[top, ...lines].join('\n')}\n\n${folded(rest, options)}\n`;
}

/** As many objects as have room, in their order. */
function partly(groups: readonly Alike[], withStack: boolean, budget: number) {
  const lines: string[] = [];
  let room = budget;
  for (const [at, { first, all }] of groups.entries()) {
    const fits = largest(all.length, (count) => {
      return entry({ first, all: all.slice(0, count) }, withStack).length + 1 <= room;
    });
    if (fits > 0) {
      const line = entry({ first, all: all.slice(0, fits) }, withStack);
      lines.push(line);
      room -= line.length + 1;
    }
    if (fits < all.length) {
      const others = groups.slice(at + 1).flatMap((each) => each.all);
      return { lines, rest: [...all.slice(fits), ...others] };
    }
  }
  return { lines, rest: [] };
}

/** The largest count up to a limit that still holds, where more never helps. */
function largest(limit: number, holds: (count: number) => boolean): number {
  let [low, high] = [0, limit];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function entry({ first, all }: Alike, withStack: boolean): string {
  const where = withStack ? ` in ${codeSpan(cut(first.stack))}` : '';
  const target = first.target === null ? '' : ` of ${codeSpan(cut(first.target))}`;
  const [only] = all.length === 1 ? all : [];
  const what = only === undefined ? plural(all.length, 'object') : addressOf(only);
  const images = only === undefined ? '' : names(only.images, '; image stays: ');
  const head = `- **${kindInWords(first)}** ${what}${target}${where}: ${because(first)}${images}`;
  if (only !== undefined) return head;
  const objects = all.map(
    (each) => `  - ${addressOf(each)}${names(each.images, '; image stays: ')}`,
  );
  if (all.length <= OPEN) return [head, ...objects].join('\n');
  const fold = ['  <details><summary>Addresses</summary>', '', ...objects, '', '  </details>'];
  return [head, '', ...fold, ''].join('\n');
}

function addressOf(each: Deletion): string {
  return `${codeSpan(cut(each.address))}${before(each)}`;
}

function because(each: Deletion): string {
  const isPlain = each.actions.length === 1 && each.actions[0] === 'delete';
  const actions = isPlain ? '' : ` (${codeSpan(each.actions.join(', '))})`;
  const trigger =
    each.trigger === undefined ? '' : `, run by the end of ${codeSpan(cut(each.trigger))}`;
  const forced = names(each.attributes, ': ');
  return `${causeInWords(each)}${forced}${actions}${trigger}${until(each)}`;
}

function until(each: Deletion): string {
  if (each.recoverableUntil !== null) {
    return `; recoverable until **${timeInWords(each.recoverableUntil)}**`;
  }
  return isForgotten(each) || isStopped(each) ? '' : '; can’t be taken back';
}

function before(each: Deletion): string {
  const deposed = each.deposed === undefined ? '' : ` (deposed ${codeSpan(cut(each.deposed))})`;
  const moved =
    each.previousAddress === undefined ? '' : ` (was ${codeSpan(cut(each.previousAddress))})`;
  return `${deposed}${moved}`;
}

/** A few names; the rest is counted. */
export function names(list: readonly string[], lead = ''): string {
  if (list.length === 0) return '';
  const shown = list.slice(0, SHOWN).map((each) => codeSpan(cut(each)));
  const more = list.length > SHOWN ? ` and ${list.length - SHOWN} more` : '';
  return `${lead}${shown.join(', ')}${more}`;
}

/** Every deletion that has no row is in one of these counts. */
function folded(rest: readonly Deletion[], options: MarkdownOptions): string {
  const counts = new Map<string, number>();
  for (const each of rest) {
    const key = `${kindInWords(each)}\0${placeOf(each)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const entries = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const lines = entries.map(([key, count]) => {
    const [kind = '', module = ''] = key.split('\0');
    return `- ${count} ${kind} in ${codeSpan(cut(module))}`;
  });
  const { lines: shown, left } = fitting(lines, FOLDED);
  const unsaid = entries.slice(shown.length).reduce((sum, [, count]) => sum + count, 0);
  const more =
    left === 0 ? [] : [`- ${plural(unsaid, 'more deletion')} in ${plural(left, 'more place')}`];
  return [
    `${plural(rest.length, 'more deletion')}, each ${pointer(options)}:`,
    '',
    ...shown,
    ...more,
  ].join('\n');
}

function placeOf({ address, stack }: Deletion): string {
  const path = moduleOf(address);
  const module = path === '' ? 'the root module' : path;
  return stack === '' ? module : `${stack}: ${module}`;
}

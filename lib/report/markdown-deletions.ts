import { plural } from '../base/plural.js';
import type { Deletion, Review } from '../review/review.js';
import { moduleOf } from '../state/address.js';
import { cut, fitting, type MarkdownOptions, pointer, row } from './markdown-parts.js';
import { codeSpan, prose } from './markdown-text.js';
import { askedInWords, foldedDeletions, type HardDeletion, targetInWords } from './requests.js';
import { causeInWords, kindInWords, timeInWords } from './words.js';

/** What the counts of the overflow may take at most, in characters. */
const FOLDED = 6000;
/** More names than this in a cell are counted. */
const SHOWN = 3;

/** The table of what ends. What has no room is folded into counts by module and kind. */
export function deletionSection(
  review: Pick<Review, 'deletions' | 'requests'>,
  withStack: boolean,
  budget: number,
  options: MarkdownOptions,
): string {
  const { hard, others } = foldedDeletions(review);
  const first = hardSection(hard, withStack, budget, options);
  const rest = otherSection(others, withStack, budget - first.length, options);
  return [first, rest].filter((part) => part !== '').join('\n');
}

/** What is gone at apply: one line for each request, and its objects behind a fold. */
function hardSection(
  hard: readonly HardDeletion[],
  withStack: boolean,
  budget: number,
  options: MarkdownOptions,
): string {
  if (hard.length === 0) return '';
  const entries = hard.map((each) => hardEntry(each, withStack, options));
  const { lines, left } = fitting(entries, budget / 2);
  const more = left === 0 ? '' : `\n- ${plural(left, 'more hard deletion')} ${pointer(options)}\n`;
  return `### Gone at apply (${hard.length})\n\n${lines.join('\n')}\n${more}`;
}

function hardEntry(each: HardDeletion, withStack: boolean, options: MarkdownOptions): string {
  const { stack, target, request, deletions } = each;
  const where = withStack ? `${codeSpan(cut(stack))}: ` : '';
  const why = request.reason === undefined ? '' : `: ${codeSpan(cut(request.reason))}`;
  const objects = deletions.map((one) => `- ${codeSpan(cut(one.address))}${before(one)}`);
  const { lines, left } = fitting(objects, FOLDED);
  const more = left === 0 ? [] : [`- ${plural(left, 'more')} ${pointer(options)}`];
  const images = names([...new Set(deletions.flatMap((one) => one.images))], 'images stay: ');
  const count = plural(deletions.length, 'object');
  return [
    `> [!CAUTION]`,
    `> **hard delete**: ${where}${prose(targetInWords(target))}, ${count}, gone at apply, ${prose(askedInWords(request))}${why}${images === '' ? '' : `; ${images}`}`,
    '',
    `<details><summary>${count}</summary>\n\n${[...lines, ...more].join('\n')}\n</details>`,
    '',
  ].join('\n');
}

function otherSection(
  deletions: readonly Deletion[],
  withStack: boolean,
  budget: number,
  options: MarkdownOptions,
): string {
  if (deletions.length === 0) return '';
  const header = [
    ...(withStack ? ['Stack'] : []),
    'What',
    'Address',
    'Why',
    'Recoverable until',
    'Belongs to',
  ];
  const top = `### What ends (${deletions.length})\n\n${row(header)}\n${row(header.map(() => '---'))}\n`;
  const rows = deletions.map((deletion) => deletionRow(deletion, withStack));
  const all = fitting(rows, budget - top.length);
  if (all.left === 0) return `${top}${rows.join('\n')}\n`;
  const { lines } = fitting(rows, budget - top.length - FOLDED - 300);
  const rest = deletions.slice(lines.length);
  const head =
    lines.length === 0 ? `### What ends (${deletions.length})\n` : `${top}${lines.join('\n')}\n`;
  return `${head}\n${folded(rest, options)}\n`;
}

function deletionRow(each: Deletion, withStack: boolean): string {
  const until = each.recoverableUntil === null ? 'no' : timeInWords(each.recoverableUntil);
  return row([
    ...(withStack ? [codeSpan(cut(each.stack))] : []),
    `**${kindInWords(each)}**`,
    `${codeSpan(cut(each.address))}${before(each)}`,
    `${codeSpan(each.actions.join(', '))}: ${causeInWords(each)}${names(each.attributes, ': ')}`,
    until,
    belonging(each),
  ]);
}

function belonging({ target, trigger, images }: Deletion): string {
  return [
    ...(target === null ? [] : [codeSpan(cut(target))]),
    ...(trigger === undefined ? [] : [`run by the end of ${codeSpan(cut(trigger))}`]),
    ...(images.length === 0 ? [] : [names(images, 'image stays: ')]),
  ].join('; ');
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

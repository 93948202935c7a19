import { escapeInvisible } from '../base/inert.js';
import type { PolicyFinding, Review } from '../review/review.js';
import type { ReportOptions } from './options.js';
import {
  findingInWords,
  placeInWords,
  RULES_TITLE,
  ruleInWords,
  summaryLine,
  waiverInWords,
} from './words.js';

/** Lines of code shown before and after the one that is meant. */
const AROUND = 1;

/** A line of code is cut here: generated files have endless ones. */
const WIDEST = 160;

/** What policies found, for people, with the lines of code that it is about. */
export function renderFindings(review: Review, { linesOf = () => [] }: ReportOptions): string {
  const blocks = [
    ...review.findings.map((each) => [
      findingInWords(each),
      ...[each.message, each.remediation, ...waiverInWords(each)].map((line) => `  ${line}`),
      ...(each.url === undefined ? [] : [`  ${each.url}`]),
      ...placeInWords(each.source).map((line) => `  ${line}`),
      ...frame(each, linesOf),
    ]),
    ...review.notices.map(({ code, message }) => [`${code}`, `  ${message}`]),
    ...rulesIn(review),
    [summaryLine(review)],
  ];
  return `${blocks.map((lines) => lines.map(escapeInvisible).join('\n')).join('\n\n')}\n`;
}

function rulesIn({ rules = [] }: Review): readonly (readonly string[])[] {
  if (rules.length === 0) return [];
  return [[`${RULES_TITLE}:`, ...rules.map((each) => `  ${ruleInWords(each)}`)]];
}

function frame(
  { source }: PolicyFinding,
  linesOf: (file: string) => readonly string[],
): readonly string[] {
  if (source?.file === undefined || source.line === undefined) return [];
  const { file, line } = source;
  const lines = linesOf(file);
  const width = String(line + AROUND).length;
  const shown = lines.slice(Math.max(0, line - 1 - AROUND), line + AROUND);
  const first = Math.max(1, line - AROUND);
  return (lines.length < line ? [] : shown).map((text, index) => {
    const number = first + index;
    const cut = text.length <= WIDEST ? text : `${text.slice(0, WIDEST)}…`;
    return `  ${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${cut}`;
  });
}

import { escapeInvisible } from '../model/inert.js';
import { plural } from '../model/plural.js';
import { isMandatory, type PolicyFinding, type Review } from '../plan/review.js';
import { findingInWords, placeInWords } from './words.js';

/** Lines of code shown before and after the one that is meant. */
const AROUND = 1;

/**
 * What policies found, for people, with the lines of code that it is about.
 *
 * @param linesOf - the lines of a file of the project; none where it can't be read
 */
export function renderFindings(
  { findings, notices }: Review,
  linesOf: (file: string) => readonly string[],
): string {
  const stops = findings.filter(isMandatory).length;
  const blocks = [
    ...findings.map((each) => [
      findingInWords(each),
      ...[each.message, each.remediation].map((line) => `  ${line}`),
      ...(each.url === undefined ? [] : [`  ${each.url}`]),
      ...placeInWords(each.source).map((line) => `  ${line}`),
      ...frame(each, linesOf),
    ]),
    ...notices.map(({ code, message }) => [`${code}`, `  ${message}`]),
    [`${plural(findings.length, 'finding')}, ${stops} to mend before anything is applied.`],
  ];
  return `${blocks.map((lines) => lines.map(escapeInvisible).join('\n')).join('\n\n')}\n`;
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
    return `  ${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${text}`;
  });
}

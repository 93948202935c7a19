import { escapeInvisible } from '../base/inert.js';
import { plural } from '../base/plural.js';
import {
  type Deletion,
  type PolicyFinding,
  type ReclamationEvent,
  type Review,
  reasonsToStop,
} from '../review/review.js';
import { groupReasons, type ReasonGroup } from './reasons.js';
import {
  causeInWords,
  findingInWords,
  kindInWords,
  placeInWords,
  RULES_TITLE,
  reclamationInWords,
  ruleInWords,
  summaryLine,
  timeInWords,
  timeLeftInWords,
  waiverInWords,
} from './words.js';

/** More addresses than this of what goes along are counted, not listed. */
const SHOWN = 5;

/** The review for a terminal or a log. No colours, and no character that acts on either. */
export function renderText(review: Review): string {
  const many = review.plans.length > 1;
  const sections = [
    [escapeInvisible(summaryLine(review))],
    section('Why it is blocked', groupReasons(reasonsToStop(review)), (why) => reason(why, many)),
    section(RULES_TITLE, review.rules ?? [], (each) => [ruleInWords(each)]),
    section('What ends', review.deletions, (each) => deletion(each, many)),
    section('What can be taken back', review.reclamations, (each) => event(each, many)),
    section('Policies', review.findings, finding),
    section('Worth knowing', groupReasons(review.notices), (why) => reason(why, many)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function section<T>(
  title: string,
  entries: readonly T[],
  lines: (entry: T) => readonly string[],
): readonly string[] {
  if (entries.length === 0) return [];
  return [`${title}:`, ...entries.flatMap(lines).map((line) => `  ${escapeInvisible(line)}`)];
}

function reason({ first, addresses }: ReasonGroup, many: boolean): readonly string[] {
  const head = many ? `${first.code}  ${first.stack}` : first.code;
  return [
    head,
    ...indented(
      first.message,
      ...placeInWords(first.source),
      ...addresses.map((each) => `- ${each}`),
    ),
  ];
}

function deletion(each: Deletion, many: boolean): readonly string[] {
  const { address, kind, recoverableUntil, target, images, members, attributes } = each;
  const until =
    recoverableUntil === null ? [] : [`recoverable until ${timeInWords(recoverableUntil)}`];
  const forced = attributes.length === 0 ? '' : `: ${attributes.join(', ')}`;
  const deposed = each.deposed === undefined ? '' : ` (deposed ${each.deposed})`;
  return [
    `${kindInWords(kind)}  ${many ? `${each.stack}: ` : ''}${address}${deposed}`,
    ...indented(
      `${each.actions.join(', ')}: ${causeInWords(each)}${forced}`,
      ...until,
      ...(target === null ? [] : [`of ${target}${along(members)}`]),
      ...(images.length === 0 ? [] : [`images stay in their registry: ${images.join(', ')}`]),
      ...(each.previousAddress === undefined ? [] : [`was ${each.previousAddress}`]),
      ...placeInWords(each.source),
    ),
  ];
}

function along(members: readonly string[]): string {
  if (members.length === 0) return '';
  const shown = members.slice(0, SHOWN).join(', ');
  const rest = members.length > SHOWN ? ` and ${members.length - SHOWN} more` : '';
  return `, with ${shown}${rest}`;
}

function event(each: ReclamationEvent, many: boolean): readonly string[] {
  const left = timeLeftInWords(each);
  const until =
    each.recoverableUntil === null
      ? ''
      : `, recoverable until ${timeInWords(each.recoverableUntil)} (${left})`;
  const what = each.members.length === 0 ? '' : `, ${plural(each.members.length, 'object')}`;
  return [
    `${many ? `${each.stack}: ` : ''}${each.target}: ${reclamationInWords(each)}${until}${what}`,
  ];
}

function finding(each: PolicyFinding): readonly string[] {
  return [
    findingInWords(each),
    ...indented(
      each.message,
      each.remediation,
      ...waiverInWords(each),
      ...placeInWords(each.source),
    ),
  ];
}

function indented(...lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

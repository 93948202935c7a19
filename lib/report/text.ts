import { escapeInvisible } from '../base/inert.js';
import { plural } from '../base/plural.js';
import {
  type Deletion,
  type MemberGroup,
  type PlanSummary,
  type PolicyFinding,
  type ReclamationEvent,
  type RequestNote,
  type Review,
  reasonsToStop,
} from '../review/review.js';
import { foldedDeletions, type HardDeletion, Requests } from './folded.js';
import { Groups } from './groups.js';
import { cut } from './markdown-parts.js';
import { groupReasons, type ReasonGroup } from './reasons.js';
import { askedInWords, targetInWords } from './requests.js';
import {
  CHANGES_TITLE,
  causeInWords,
  changesInWords,
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

/** More members of a target than this are counted, not listed. */
const SHOWN = 5;

/** The review for a terminal or a log. No colours, and no character that acts on either. */
export function renderText(review: Review): string {
  const many = review.plans.length > 1;
  const groups = new Groups(review);
  const requests = new Requests(review.requests);
  const sections = [
    [escapeInvisible(summaryLine(review))],
    section('Why it is blocked', groupReasons(reasonsToStop(review)), (why) => reason(why, many)),
    section(RULES_TITLE, review.rules ?? [], (each) => [ruleInWords(each)]),
    section('What ends', endsOf(review), (each) => ending(each, many, groups)),
    section('What can be taken back', review.reclamations, (each) => [
      ...event(each, many, groups),
      ...indented(...askedFor(requests.of(each))),
    ]),
    section('Members', groups.shown, (each) => group(each, many)),
    section(CHANGES_TITLE, review.plans, (each) => changes(each, many)),
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
  const all = entries.flatMap(lines);
  return all.length === 0 ? [] : [`${title}:`, ...all.map((line) => `  ${escapeInvisible(line)}`)];
}

/** What a plan changes besides what it ends. */
function changes({ stack, changes: counts = [] }: PlanSummary, many: boolean): readonly string[] {
  const where = many ? `${stack}: ` : '';
  return changesInWords(counts, (type) => cut(type)).map((line) => `${where}${line}`);
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

/** One end of something, as a report of a single plan has it. */
export function endingLines(each: HardDeletion | Deletion, groups: Groups): readonly string[] {
  return ending(each, false, groups);
}

/** What can be taken back, as a report of a single plan has it. */
export function reclamationLines(review: Review): readonly (readonly string[])[] {
  const groups = new Groups(review);
  const requests = new Requests(review.requests);
  return review.reclamations.map((each) => [
    ...event(each, false, groups),
    ...indented(...askedFor(requests.of(each))),
  ]);
}

/** Hard deletions first, each as one. */
function endsOf(review: Review): readonly (HardDeletion | Deletion)[] {
  const { hard, others } = foldedDeletions(review);
  return [...hard, ...others];
}

function ending(each: HardDeletion | Deletion, many: boolean, groups: Groups): readonly string[] {
  return 'request' in each ? hardDeletion(each, many, groups) : deletion(each, many);
}

function hardDeletion(each: HardDeletion, many: boolean, groups: Groups): readonly string[] {
  const { stack, request, deletions } = each;
  const objects = deletions.map(
    ({ address, deposed, previousAddress: was }) =>
      `- ${address}${deposedAs(deposed)}${was === undefined ? '' : `, was ${was}`}`,
  );
  const images = [...new Set(deletions.flatMap((one) => one.images))];
  return [
    `hard delete  ${many ? `${stack}: ` : ''}${targetInWords(each, groups)}, ${plural(deletions.length, 'object')}, gone at apply`,
    ...indented(
      askedInWords(request),
      ...reasonOf(request),
      ...objects,
      ...(images.length === 0 ? [] : [`images stay in their registry: ${images.join(', ')}`]),
    ),
  ];
}

function askedFor(request: RequestNote | undefined): readonly string[] {
  return request === undefined ? [] : [askedInWords(request), ...reasonOf(request)];
}

function reasonOf({ reason: why }: RequestNote): readonly string[] {
  return why === undefined ? [] : [`“${why}”`];
}

function deletion(each: Deletion, many: boolean): readonly string[] {
  const { address, recoverableUntil, target, images, attributes, trigger } = each;
  const until =
    recoverableUntil === null ? [] : [`recoverable until ${timeInWords(recoverableUntil)}`];
  const forced = attributes.length === 0 ? '' : `: ${attributes.join(', ')}`;
  return [
    `${kindInWords(each)}  ${many ? `${each.stack}: ` : ''}${address}${deposedAs(each.deposed)}`,
    ...indented(
      `${each.actions.join(', ')}: ${causeInWords(each)}${forced}`,
      ...until,
      ...(target === null ? [] : [`of ${target}`]),
      ...(trigger === undefined ? [] : [`run by the end of ${trigger}`]),
      ...(images.length === 0 ? [] : [`images stay in their registry: ${images.join(', ')}`]),
      ...(each.previousAddress === undefined ? [] : [`was ${each.previousAddress}`]),
      ...placeInWords(each.source),
    ),
  ];
}

function deposedAs(key: string | undefined): string {
  return key === undefined ? '' : ` (deposed ${key})`;
}

/** What belongs to a target, once for all that is said of it. */
function group({ stack, target, members }: MemberGroup, many: boolean): readonly string[] {
  const shown = members.slice(0, SHOWN).map((each) => `- ${each}`);
  const rest = members.length > SHOWN ? [`and ${members.length - SHOWN} more`] : [];
  return [
    `${many ? `${stack}: ` : ''}${target}: ${plural(members.length, 'object')}`,
    ...indented(...shown, ...rest),
  ];
}

function event(each: ReclamationEvent, many: boolean, groups: Groups): readonly string[] {
  const left = timeLeftInWords(each);
  const until =
    each.recoverableUntil === null
      ? ''
      : `, recoverable until ${timeInWords(each.recoverableUntil)} (${left})`;
  const size = groups.sizeOf(each);
  const what = size === 0 ? '' : `, ${plural(size, 'object')}`;
  return [
    `${many ? `${each.stack}: ` : ''}${targetInWords(each, groups)}: ${reclamationInWords(each)}${until}${what}`,
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

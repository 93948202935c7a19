import { plural } from '../base/plural.js';
import {
  type Deletion,
  type MemberGroup,
  type PolicyFinding,
  type Reason,
  type ReclamationEvent,
  type RequestNote,
  type Review,
  type RuleChange,
  reasonsToStop,
} from '../review/review.js';
import { Requests } from './folded.js';
import { Groups } from './groups.js';
import { deletionSection, names } from './markdown-deletions.js';
import { cut, fitting, MAX_COMMENT, type MarkdownOptions, pointer } from './markdown-parts.js';
import { codeSpan, prose } from './markdown-text.js';
import { timeline } from './markdown-timeline.js';
import { groupReasons, type ReasonGroup } from './reasons.js';
import { askedInWords, targetInWords } from './requests.js';
import {
  CHANGES_TITLE,
  changesInWords,
  RULES_TITLE,
  reclamationInWords,
  ruleInWords,
  rulesInWords,
  summaryLine,
  timeInWords,
  timeLeftInWords,
  waiverInWords,
} from './words.js';

/**
 * The review as a comment: the summary first, then why, what ends, and until when. Never longer
 * than the limit; deletions that have no room of their own are counted by module, never dropped.
 */
export function renderMarkdown(review: Review, options: MarkdownOptions = {}): string {
  const limit = options.limit ?? MAX_COMMENT;
  const head = `## ${prose(summaryLine(review))}\n`;
  const tail = footer(review);
  const budget = limit - head.length - tail.length - 4 * SLACK;
  const room = (share: number): Room => ({ ...options, budget: budget * share });
  const isAboutPolicies = review.scope === 'policies';
  const why = isAboutPolicies
    ? ''
    : section('Why it is blocked', groupReasons(reasonsToStop(review)), reason, room(0.2));
  const rules = section(RULES_TITLE, review.rules ?? [], rule, room(0.1));
  const events = eventSection(review, room(0.2));
  const chart = timeline(review);
  const changes = changeSection(review, room(0.05));
  const findings = isAboutPolicies
    ? section('Findings', review.findings, finding, room(0.8))
    : details('Policies', review.findings, finding, room(0.1));
  const notices = details('Worth knowing', groupReasons(review.notices), reason, room(0.1));
  const members = details(
    'Members',
    new Groups(review).shown,
    (each) => group(each, many(review)),
    room(0.05),
  );
  const others = [why, rules, events, chart, changes, members, findings, notices];
  const used = others.reduce((sum, part) => sum + part.length + 2, 0);
  const deletions = deletionSection(review, many(review), budget - used, options);
  return [head, why, rules, deletions, events, chart, changes, members, findings, notices, tail]
    .filter((part) => part !== '')
    .join('\n');
}

/** More addresses than this for one reason are counted; each has its own row below. */
const SHOWN = 3;

/** More lines than this about what else changes are behind a fold. */
const SHOWN_CHANGES = 6;

/** What headings and blank lines may add. */
const SLACK = 64;

function many(review: Review): boolean {
  return review.plans.length > 1;
}

function reason({ first, addresses }: ReasonGroup): string {
  const shown = addresses.slice(0, SHOWN).map((each) => codeSpan(cut(each)));
  const more = addresses.length > SHOWN ? ` and ${addresses.length - SHOWN} more` : '';
  const where = shown.length === 0 ? '' : ` ${shown.join(', ')}${more}:`;
  return `- **${prose(first.code)}**${where === '' ? ':' : where} ${prose(first.message)}${at(first)}`;
}

/** What belongs to a target, once for all that is said of it. */
function group({ stack, target, members }: MemberGroup, withStack: boolean): string {
  const where = withStack ? `${codeSpan(cut(stack))}: ` : '';
  return `- ${where}${codeSpan(cut(target))}, ${plural(members.length, 'object')}: ${names(members)}`;
}

function at({ source }: Pick<Reason | Deletion, 'source'>): string {
  if (source?.file === undefined) return '';
  const line = source.line === undefined ? '' : `:${source.line}`;
  return ` (${codeSpan(cut(`${source.file}${line}`))})`;
}

/** A list, since a table would be wider than a forge's column. */
function eventSection(review: Review, room: Room): string {
  if (review.reclamations.length === 0) return '';
  const groups = new Groups(review);
  const requests = new Requests(review.requests);
  const lines = review.reclamations.map((each) =>
    event(each, { groups, request: requests.of(each), withStack: many(review) }),
  );
  const top = '### What can be taken back\n\n';
  const { lines: shown, left } = fitting(lines, room.budget - top.length - SLACK);
  const more =
    left === 0
      ? ''
      : `\n${plural(left, 'more deletion')} that can be taken back ${left === 1 ? 'is' : 'are'} ${pointer(room)}.\n`;
  return `${top}${shown.join('\n')}\n${more}`;
}

interface Around {
  readonly groups: Groups;
  readonly request: RequestNote | undefined;
  readonly withStack: boolean;
}

function event(each: ReclamationEvent, { groups, request, withStack }: Around): string {
  const { stack, target, recoverableUntil } = each;
  const where = withStack ? ` in ${codeSpan(cut(stack))}` : '';
  const left = timeLeftInWords(each);
  const until =
    recoverableUntil === null
      ? ''
      : `, recoverable until **${timeInWords(recoverableUntil)}**${left === '' ? '' : ` (${left})`}`;
  const size = groups.sizeOf(each);
  const count = size === 0 ? '' : `, ${plural(size, 'object')}`;
  const what = prose(targetInWords({ stack, target: cut(target) }, groups));
  return `- ${what}${where}: ${reclamationInWords(each)}${until}${count}${request === undefined ? '' : asked(request)}`;
}

/** What the plans change besides: a line for each action, behind a fold where there are many. */
function changeSection(review: Review, room: Room): string {
  const lines = review.plans.flatMap(({ stack, changes = [] }) => {
    const where = many(review) ? `${codeSpan(cut(stack))}: ` : '';
    return changesInWords(changes, (type) => codeSpan(cut(type))).map((line) => `${where}${line}`);
  });
  const put = lines.length > SHOWN_CHANGES ? details : section;
  return put(CHANGES_TITLE, lines, (line) => `- ${line}`, room);
}

/** Who asked for it, and why. */
function asked(request: RequestNote): string {
  const why = request.reason === undefined ? '' : `: ${codeSpan(cut(request.reason))}`;
  return `, ${prose(askedInWords(request))}${why}`;
}

function rule(change: RuleChange): string {
  return `- ${prose(ruleInWords(change))}`;
}

function finding(each: PolicyFinding): string {
  const where = codeSpan(cut(`${each.address}${each.pointer}`));
  const path = each.source === undefined ? '' : ` of ${codeSpan(cut(each.source.path))}`;
  const said = [each.message, each.remediation, ...waiverInWords(each)].map(prose).join(' ');
  return `- **${prose(each.level)}**, ${each.state}: ${codeSpan(cut(each.policy))} at ${where}${path}. ${said}${at(each)}`;
}

function section<T>(
  title: string,
  entries: readonly T[],
  line: (entry: T) => string,
  room: Room,
): string {
  return entries.length === 0 ? '' : `### ${title}\n\n${bullets(entries, line, room)}`;
}

function details<T>(
  title: string,
  entries: readonly T[],
  line: (entry: T) => string,
  room: Room,
): string {
  if (entries.length === 0) return '';
  const summary = `<summary>${title} (${entries.length})</summary>`;
  return `<details>${summary}\n\n${bullets(entries, line, room)}\n</details>\n`;
}

/** How much may be written, and where the rest is. */
interface Room extends MarkdownOptions {
  readonly budget: number;
}

function bullets<T>(entries: readonly T[], line: (entry: T) => string, room: Room): string {
  const { lines, left } = fitting(entries.map(line), room.budget);
  const more = left === 0 ? '' : `- ${plural(left, 'more')} ${pointer(room)}.\n`;
  return `${lines.join('\n')}\n${more}`;
}

function footer(review: Review): string {
  const plans = review.plans.slice(0, 20).map((plan) => {
    const made = plan.plannedAt === null ? '' : `, planned ${timeInWords(plan.plannedAt)}`;
    return `${codeSpan(cut(plan.stack))} (${codeSpan(cut(plan.terraformVersion))}${made})`;
  });
  const more = review.plans.length > 20 ? ` and ${review.plans.length - 20} more` : '';
  const what = plans.length === 0 ? '' : `: ${plans.join(', ')}${more}`;
  return `<sub>Reviewed ${timeInWords(review.reviewedAt)}${rulesInWords(review)}${what}.</sub>\n`;
}

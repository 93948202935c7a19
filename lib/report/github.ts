import { escapeInvisible } from '../base/inert.js';
import {
  type CodeSource,
  type Deletion,
  isMandatory,
  isStopped,
  type PolicyFinding,
  type Reason,
  type Review,
  type RuleChange,
} from '../review/review.js';
import { requestNotices } from './requests.js';
import {
  causeInWords,
  findingInFull,
  kindInWords,
  RULES_TITLE,
  ruleInWords,
  summaryLine,
  titleOf,
} from './words.js';

/** GitHub shows no more than this many of each level for a step. */
const MOST = 10;

interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly source: CodeSource | undefined;
}

/**
 * The review as annotations of a GitHub workflow: errors for what is blocked, warnings for what
 * ends. What exceeds GitHub's limit is counted in one annotation more.
 *
 * @see https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export function renderGithub(review: Review): string {
  const all = [
    ...review.why.map((why) => ofReason('error', why)),
    ...review.deletions.filter((each) => !isStopped(each)).map(ofDeletion),
    ...review.findings.map(ofFinding),
    ...(review.rules ?? []).map(ofRule),
    ...[...review.notices, ...requestNotices(review)].map((notice) => ofReason('notice', notice)),
  ];
  const levels = ['error', 'warning', 'notice'] as const;
  const shown = levels.flatMap((level) => limited(all.filter((each) => each.level === level)));
  const verdict = review.verdict === 'blocked' ? 'error' : 'notice';
  const summary = {
    level: verdict,
    title: titleOf(review),
    message: summaryLine(review),
  } as const;
  return `${[{ ...summary, source: undefined }, ...shown].map(command).join('\n')}\n`;
}

function ofReason(
  level: Annotation['level'],
  { code, message, address, source }: Reason,
): Annotation {
  const title = address === '' ? code : `${code}: ${address}`;
  return { level, title, message, source };
}

function ofDeletion(deletion: Deletion): Annotation {
  const { address, source } = deletion;
  const message = `${address}: ${deletion.actions.join(', ')}, ${causeInWords(deletion)}`;
  return { level: 'warning', title: kindInWords(deletion), message, source };
}

function ofRule(change: RuleChange): Annotation {
  const level = change.direction === 'weaker' ? 'warning' : 'notice';
  return { level, title: RULES_TITLE, message: ruleInWords(change), source: undefined };
}

function ofFinding(finding: PolicyFinding): Annotation {
  const { policy, address, source } = finding;
  return {
    level: isMandatory(finding) ? 'error' : 'notice',
    title: `${policy}: ${address}`,
    message: findingInFull(finding),
    source,
  };
}

function limited(all: readonly Annotation[]): readonly Annotation[] {
  const [first] = all;
  if (first === undefined || all.length < MOST) return all;
  const shown = all.slice(0, MOST - 2);
  const message = `and ${all.length - shown.length} more of this level, in the report`;
  return [...shown, { level: first.level, title: 'More', message, source: undefined }];
}

function command({ level, title, message, source }: Annotation): string {
  const line = source?.line === undefined ? [] : [`line=${source.line}`];
  const file = source?.file === undefined ? [] : [`file=${property(source.file)}`, ...line];
  return `::${level} ${[...file, `title=${property(title)}`].join(',')}::${data(message)}`;
}

function data(text: string): string {
  return escapeInvisible(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

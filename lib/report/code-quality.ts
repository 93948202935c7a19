import { escapeInvisible } from '../base/inert.js';
import { DELETIONS_FILE, SETTINGS_FILE } from '../files/file-names.js';
import { type CodeSource, isMandatory, type PolicyFinding, type Review } from '../review/review.js';
import { fingerprintOf } from './fingerprint.js';
import { requestNotices } from './requests.js';
import { causeInWords, findingInFull, kindInWords, ruleInWords } from './words.js';

/**
 * The review as GitLab's code quality report, shown beside the changed lines.
 *
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function renderCodeQuality(review: Review): string {
  const issues = [
    ...review.why.map((why) => issue(`gate/${why.code}`, 'blocker', why.message, why)),
    ...review.deletions.map((each) => {
      const text = `${each.address}: ${kindInWords(each)}, ${causeInWords(each)}`;
      return issue(`deletion/${each.kind}`, 'major', text, each);
    }),
    ...review.findings.map((each) => {
      const place = { otherwise: SETTINGS_FILE, ...each };
      return issue(`policy/${each.policy}`, severityOf(each), findingInFull(each), place);
    }),
    ...(review.rules ?? []).map((each) => {
      const place = { stack: '', address: each.rule, otherwise: SETTINGS_FILE };
      const severity = each.direction === 'weaker' ? 'major' : 'info';
      return issue(`rules/${each.direction}`, severity, ruleInWords(each), place);
    }),
    ...[...review.notices, ...requestNotices(review)].map((each) => {
      const place = { otherwise: SETTINGS_FILE, ...each };
      return issue(`notice/${each.code}`, 'info', each.message, place);
    }),
  ];
  return `${JSON.stringify(issues, null, 2)}\n`;
}

function severityOf(finding: PolicyFinding): string {
  if (isMandatory(finding)) return 'critical';
  return finding.state === 'open' ? 'minor' : 'info';
}

interface Place {
  readonly stack: string;
  readonly address: string;
  readonly source?: CodeSource;
  /** Where in the resource it is, which tells several of one kind apart. */
  readonly pointer?: string;
  /** The file that stands for it where no line of code is known. */
  readonly otherwise?: string;
}

function issue(check: string, severity: string, description: string, place: Place) {
  const { stack, address, source, pointer = description, otherwise = DELETIONS_FILE } = place;
  return {
    description: escapeInvisible(description),
    check_name: escapeInvisible(check),
    fingerprint: fingerprintOf(check, stack, address, pointer),
    severity,
    location: {
      path: escapeInvisible(source?.file ?? otherwise),
      lines: { begin: source?.line ?? 1 },
    },
  };
}

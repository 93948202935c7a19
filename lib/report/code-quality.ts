import { createHash } from 'node:crypto';
import { escapeInvisible } from '../model/inert.js';
import { type CodeSource, isMandatory, type Review } from '../plan/review.js';
import { causeInWords, kindInWords } from './words.js';

/**
 * The review as GitLab's code quality report, shown beside the changed lines.
 *
 * @see https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
 */
export function renderCodeQuality(review: Review): string {
  const issues = [
    ...review.why.map((why) => issue(`gate/${why.code}`, 'blocker', why.message, why)),
    ...review.deletions.map((each) => {
      const text = `${each.address}: ${kindInWords(each.kind)}, ${causeInWords(each)}`;
      return issue(`deletion/${each.kind}`, 'major', text, each);
    }),
    ...review.findings.map((each) => {
      const severity = isMandatory(each) ? 'critical' : 'info';
      return issue(`policy/${each.policy}`, severity, `${each.message} ${each.remediation}`, each);
    }),
  ];
  return `${JSON.stringify(issues, null, 2)}\n`;
}

interface Place {
  readonly stack: string;
  readonly address: string;
  readonly source?: CodeSource;
}

function issue(check: string, severity: string, description: string, place: Place) {
  const { stack, address, source } = place;
  const parts = JSON.stringify([check, stack, address, description]);
  return {
    description: escapeInvisible(description),
    check_name: escapeInvisible(check),
    fingerprint: createHash('sha256').update(parts).digest('hex'),
    severity,
    // What has no line of code is shown at the file that says what is to be deleted.
    location: {
      path: escapeInvisible(source?.file ?? 'deletions.yaml'),
      lines: { begin: source?.line ?? 1 },
    },
  };
}

import type { PolicyFinding, Review } from '../review/review.js';
import { asciiJson } from './ascii-json.js';

/** The version of the format; a reader has to refuse another one. */
const SCHEMA_VERSION = 1;

/** What policies found for programs, as lib/schemas/validation.schema.json has it. */
export function renderFindingsJson(review: Review): string {
  return asciiJson({
    schemaVersion: SCHEMA_VERSION,
    verdict: review.verdict,
    findings: findingsForPrograms(review),
    rules: rulesForPrograms(review),
    notices: review.notices.map(({ code, stack, address, message }) => ({
      code,
      stack,
      address,
      message,
    })),
  });
}

/** What a change does to its rules. */
export function rulesForPrograms({ rules = [] }: Review): readonly object[] {
  return rules.map(({ rule, before, after, direction }) => ({ rule, before, after, direction }));
}

/** The findings of a review with the same keys in each, `null` for what there is none of. */
export function findingsForPrograms({ findings }: Review): readonly object[] {
  return findings.map(forPrograms);
}

function forPrograms(finding: PolicyFinding): object {
  const { source, waiver } = finding;
  return {
    policy: finding.policy,
    title: finding.title,
    level: finding.level,
    state: finding.state,
    stack: finding.stack,
    address: finding.address,
    pointer: finding.pointer,
    path: source?.path ?? null,
    file: source?.file ?? null,
    line: source?.line ?? null,
    message: finding.message,
    value: finding.value ?? null,
    remediation: finding.remediation,
    url: finding.url ?? null,
    waiver: waiver ?? null,
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderSarif } from '../../lib/report/sarif.js';
import type { PolicyFinding, Review } from '../../lib/review/review.js';
import { planText, reviewOf } from '../support/plans.js';
import { hostileReview } from '../support/reviews.js';
import { sarifValidator } from '../support/sarif.js';

const isSarif = sarifValidator();

const FINDING: PolicyFinding = {
  policy: 'image-by-digest',
  title: 'Images are named by their digests',
  level: 'soft-mandatory',
  state: 'open',
  stack: 'production',
  address: 'kubernetes_cron_job_v1.nightly',
  pointer: '/spec/0',
  message: 'A sentence.',
  remediation: 'Another one.',
  url: 'https://example.org/"x"',
};
const WAIVER = {
  reason: 'Waits for the registry',
  owner: 'ann@example.org',
  expires: '2026-06-01',
};

function validated(...findings: readonly PolicyFinding[]): Review {
  const nothing = { why: [], deletions: [], reclamations: [], groups: [], notices: [], plans: [] };
  return { ...nothing, scope: 'policies', verdict: 'pass', reviewedAt: '', findings };
}

function logOf(review: Review) {
  const log: { runs: { results: Record<string, unknown>[]; tool: unknown }[] } = JSON.parse(
    renderSarif(review),
  );
  expect(isSarif(log), JSON.stringify(isSarif.errors)).toBe(true);
  return log.runs[0] ?? { results: [], tool: {} };
}

describe('the SARIF of a review', () => {
  it('is as the official schema says, whatever the names are', () => {
    fc.assert(
      fc.property(hostileReview, (review) => void logOf(review)),
      { numRuns: 200 },
    );
  });

  it('has no host in the place of a file', () => {
    for (const [file, uri] of [
      ['/\\[', '/%5B'],
      ['a b/c?d#e:f.ts', 'a%20b/c%3Fd%23e%3Af.ts'],
    ] as const) {
      const source = { path: 'x', file, line: 1 };
      const [result] = logOf(validated({ ...FINDING, source })).results;
      expect(JSON.stringify(result)).toContain(JSON.stringify(uri));
    }
  });

  it.each(['destroy-mode', 'hostile-names', 'made/action', 'replace'])(
    'is so for %s',
    async (name) => {
      expect(logOf(await reviewOf(planText(name))).results.length).toBeGreaterThan(0);
    },
  );

  it('is refused by the schema where something is wrong', () => {
    const log = JSON.parse(renderSarif(validated(FINDING)));
    log.runs[0].results[0].level = 'fatal';
    expect(isSarif(log)).toBe(false);
  });

  it('suppresses what is waived, with who, why and until when, and nothing else', () => {
    const [open, waived, undecided] = logOf(
      validated(
        FINDING,
        { ...FINDING, state: 'waived', waiver: WAIVER },
        { ...FINDING, state: 'undecided' },
      ),
    ).results;
    expect(open).toMatchObject({ level: 'error' });
    expect(open).not.toHaveProperty('suppressions');
    expect(waived).toMatchObject({
      level: 'error',
      suppressions: [
        {
          kind: 'external',
          status: 'accepted',
          justification: WAIVER.reason,
          properties: { owner: WAIVER.owner, expires: WAIVER.expires },
        },
      ],
    });
    expect(undecided).toMatchObject({ level: 'note' });
    expect(undecided).not.toHaveProperty('suppressions');
  });

  it('says what a policy is about, and names the line, the address and the construct', () => {
    const source = { path: 'production/billing/nightly', file: 'main.ts', line: 12 };
    const { results, tool } = logOf(validated({ ...FINDING, source }));
    expect(tool).toMatchObject({
      driver: { rules: [{ id: 'policy/image-by-digest', helpUri: 'https://example.org/%22x%22' }] },
    });
    expect(results).toMatchObject([
      {
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: 'main.ts' }, region: { startLine: 12 } },
            logicalLocations: [
              { fullyQualifiedName: FINDING.address },
              { fullyQualifiedName: source.path },
            ],
          },
        ],
      },
    ]);
  });

  it('knows a finding again whose words have changed', () => {
    const prints = [FINDING, { ...FINDING, message: 'Other words.' }, { ...FINDING, pointer: '/x' }]
      .flatMap((each) => logOf(validated(each)).results)
      .map(({ partialFingerprints }) => JSON.stringify(partialFingerprints));
    expect(prints[0]).toBe(prints[1]);
    expect(prints[0]).not.toBe(prints[2]);
  });
});

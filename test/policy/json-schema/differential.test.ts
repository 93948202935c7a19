import { describe, expect, it } from 'vitest';
import { hasOtherJudge } from '../../support/other-schema-judge.js';
import { compareVerdicts } from '../../support/schema-differential.js';

describe.skipIf(!hasOtherJudge())('verdicts', () => {
  it('are those of another implementation of JSON Schema', () => {
    const { wrong, judgements, passed, definite } = compareVerdicts(20261126, 300);
    expect(wrong).toEqual([]);
    expect(judgements).toBeGreaterThan(4000);
    expect(Math.min(passed, definite)).toBeGreaterThan(500);
  });
});

import { describe, expect, it } from 'vitest';
import { hasOtherJudge } from '../../support/other-schema-judge.js';
import { compareVerdicts } from '../../support/schema-differential.js';

describe.skipIf(!hasOtherJudge())('verdicts', () => {
  it('are those of another implementation, 400,000 times', () => {
    let judgements = 0;
    for (let seed = 1; judgements < 400_000; seed += 1) {
      const compared = compareVerdicts(seed, 1000);
      expect(compared.wrong).toEqual([]);
      judgements += compared.judgements;
    }
    console.info(`${judgements} judgements, none different.`);
  });
});

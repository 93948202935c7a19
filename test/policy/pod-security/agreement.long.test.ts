import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pods } from '../../support/pod-security/arbitrary.js';
import { carriersOf } from '../../support/pod-security/carriers.js';
import { Confusion } from '../../support/pod-security/confusion.js';
import { evaluatorMissing } from '../../support/pod-security/evaluator.js';

const RUNS = 100;
const PODS_A_RUN = 1000;

/** Each run asks the evaluator once. */
it.skipIf(evaluatorMissing() !== undefined)(
  '100,000 random pods are judged as Kubernetes’ own evaluator judges them',
  () => {
    const confusion = new Confusion();
    const drawn = fc.tuple(pods, fc.nat());
    for (let run = 0; run < RUNS; run += 1) {
      const some = fc.sample(drawn, { numRuns: PODS_A_RUN });
      confusion.add(
        some.flatMap(([pod, which]) => {
          const carriers = carriersOf(pod);
          return carriers.filter((_, index) => index === which % carriers.length);
        }),
      );
      expect(confusion.differences).toEqual([]);
    }
  },
);

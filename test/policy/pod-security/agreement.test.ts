import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POD_SECURITY_PROFILES, POD_SECURITY_VERSIONS } from '../../../lib/model/pod-security.js';
import { pods } from '../../support/pod-security/arbitrary.js';
import { carriersOf } from '../../support/pod-security/carriers.js';
import { Confusion } from '../../support/pod-security/confusion.js';
import {
  evaluatorMissing,
  kubernetesReasons,
  samples,
} from '../../support/pod-security/evaluator.js';
import { ourVerdicts } from '../../support/pod-security/verdicts.js';

const isMissing = evaluatorMissing() !== undefined;

describe.skipIf(isMissing)('beside Kubernetes’ own evaluator', () => {
  const known = isMissing
    ? []
    : samples().filter(({ version }) => POD_SECURITY_VERSIONS.includes(version));

  it('knows as many versions as it', () => {
    const [reasons] = kubernetesReasons([{ spec: {} }]);
    for (const profile of POD_SECURITY_PROFILES)
      expect(Object.keys(reasons?.[profile] ?? {})).toEqual(POD_SECURITY_VERSIONS);
  });

  it('says the same of every pod of its test data, in that pod’s own version', () => {
    expect(known.length).toBeGreaterThan(1500);
    const wrong = known.filter(({ level, version, admits, pod }) => {
      const resource = carriersOf(pod)[0]?.resource;
      const said = resource && ourVerdicts(resource)[level][version]?.verdict;
      return said !== (admits ? 'pass' : 'fail');
    });
    expect(wrong.map(({ level, version, name }) => `${level} ${version} ${name}`)).toEqual([]);
  });

  it('says the same of them in every version, whatever carries them', () => {
    const each = new Map(known.map(({ pod }) => [JSON.stringify(pod), pod]));
    const confusion = new Confusion();
    confusion.add([...each.values()].flatMap(carriersOf));
    expect(confusion.differences).toEqual([]);
    for (const profile of POD_SECURITY_PROFILES) {
      const { admitted, refused } = confusion.of(profile, '1.37');
      expect(Math.min(admitted, refused)).toBeGreaterThan(100);
    }
  });

  it('says the same of pods that are drawn at random', () => {
    const drawn = fc.sample(fc.tuple(pods, fc.nat()), { numRuns: 500 });
    const confusion = new Confusion();
    confusion.add(
      drawn.flatMap(([pod, which]) => {
        const carriers = carriersOf(pod);
        return carriers.filter((_, index) => index === which % carriers.length);
      }),
    );
    expect(confusion.differences).toEqual([]);
    expect(confusion.of('restricted', '1.37').admitted).toBeGreaterThan(10);
  });
});

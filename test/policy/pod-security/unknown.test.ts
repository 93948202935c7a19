import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRecord } from '../../../lib/base/guards.js';
import { POD_SECURITY_PROFILES } from '../../../lib/model/pod-security.js';
import { Views } from '../../../lib/policy/targets.js';
import { pods } from '../../support/pod-security/arbitrary.js';
import { carriersOf } from '../../support/pod-security/carriers.js';
import { type OurVerdicts, ourVerdicts } from '../../support/pod-security/verdicts.js';

type Path = readonly (string | number)[];

/** Every place in a tree. */
function places(tree: unknown, way: Path = []): readonly Path[] {
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(tree)
    ? [...tree.entries()]
    : isRecord(tree)
      ? Object.entries(tree)
      : [];
  return [way, ...entries.flatMap(([key, each]) => places(each, [...way, key]))];
}

/** The resource itself, and what says on the sandbox which one it is: that is always known. */
const OPENS_NOTHING = new Set(['', 'input', 'input/resource']);

/** The same tree without what is at a place, as a plan has what isn't known yet. */
function without(tree: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return null;
  if (Array.isArray(tree))
    return tree.map((each, index) => (index === key ? without(each, rest) : each));
  const { [String(key)]: inner, ...others } = Object(tree);
  return rest.length === 0 ? others : { ...others, [key]: without(inner, rest) };
}

function marks(tree: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return true;
  const inner = Object(tree)[key];
  if (!Array.isArray(tree)) return { [key]: marks(inner, rest) };
  return tree.map((_, index) => (index === key ? marks(inner, rest) : {}));
}

/** Where something sure is said that another completion contradicts. */
function contradictions(masked: OurVerdicts, whole: OurVerdicts): readonly string[] {
  return POD_SECURITY_PROFILES.flatMap((profile) =>
    Object.entries(masked[profile]).flatMap(([version, { verdict, by }]) => {
      const other = whole[profile][version]?.verdict;
      const isSame = verdict === 'undecided' || verdict === other;
      return isSame ? [] : [`${profile} ${version}: ${verdict} ${by}, and whole ${other}`];
    }),
  );
}

describe('a part of a pod that is not known before the apply', () => {
  it('never makes a verdict that the pod itself would not have', () => {
    fc.assert(
      fc.property(pods, fc.nat(), fc.nat(), (pod, which, at) => {
        const carriers = carriersOf(pod);
        const { resource, carrier } = carriers[which % carriers.length] ?? {};
        if (resource === undefined || carrier === undefined) return;
        const all = places(resource.values).filter((way) => !OPENS_NOTHING.has(way.join('/')));
        const place = all[at % all.length] ?? [];
        const values = without(resource.values, place);
        const unknown = marks(resource.values, place);
        const open = { ...resource, values, unknown };
        // Of a custom kind nobody knows that a pod is there; then it is told that it wasn't looked into.
        if (new Views(open).unseen.includes('unknown')) return;
        const masked = ourVerdicts(open);
        const found = contradictions(masked, ourVerdicts(resource));
        expect(found, `${carrier} /${place.join('/')}`).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});

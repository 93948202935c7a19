import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationOf } from '../../../lib/base/duration.js';
import { admissionPolicies } from '../../../lib/cluster/admission-policies.js';
import { auditPolicies, differ } from '../../../lib/cluster/audit/policies.js';

const EXPECTED = admissionPolicies({
  clock: 'lease',
  floor: durationOf(3600),
  slack: durationOf(7200),
  pipelines: ['ci'],
  approvers: ['bob'],
});
const POLICY = 'ValidatingAdmissionPolicy';
const BINDING = 'ValidatingAdmissionPolicyBinding';

interface Installed {
  kind: string;
  metadata: { name: string };
  spec: Record<string, unknown>;
}

/** The cluster's copy, with one object changed; undefined takes it away. */
function changed(
  kind: string,
  name: string,
  change: (object: Installed) => Installed | undefined,
): readonly string[] {
  const installed = (structuredClone(EXPECTED) as unknown as Installed[]).flatMap((it) =>
    it.kind === kind && it.metadata.name === name ? (change(it) ?? []) : [it],
  );
  return auditPolicies(EXPECTED, installed, ['production']).map(
    ({ level, code, path }) => `${level} ${code} ${path}`,
  );
}

const spec = (more: Record<string, unknown>) => (it: Installed) => ({
  ...it,
  spec: { ...it.spec, ...more },
});
const NAME = 'deletion.reprieve.dev';

describe('admission policies in a cluster', () => {
  it('are as they should be, with what the API server fills in', () => {
    const filled = (it: Installed) => {
      const constraints = Object(it.spec['matchConstraints']);
      const rules = constraints.resourceRules.map((rule: object) => ({ ...rule, scope: '*' }));
      return spec({
        matchConstraints: { namespaceSelector: {}, ...constraints, resourceRules: rules },
      })(it);
    };
    expect(changed(POLICY, NAME, filled)).toEqual([]);
  });

  it.each([
    ['is gone', POLICY, () => undefined, 'policy/missing'],
    ['fails open', POLICY, spec({ failurePolicy: 'Ignore' }), 'policy/edited'],
    [
      'has a condition more',
      POLICY,
      spec({ matchConditions: [{ name: 'never' }] }),
      'policy/edited',
    ],
    ['has a rule less', POLICY, spec({ validations: [] }), 'policy/edited'],
    ['is unbound', BINDING, () => undefined, 'policy/unbound'],
    ['only warns', BINDING, spec({ validationActions: ['Warn'] }), 'policy/unbound'],
    [
      'has a narrower binding',
      BINDING,
      spec({ matchResources: { namespaceSelector: { matchLabels: { a: 'b' } } } }),
      'policy/edited',
    ],
    ['has a binding of another policy', BINDING, spec({ policyName: 'other' }), 'policy/edited'],
  ] as const)('are not when one %s', (_how, kind, change, code) => {
    expect(changed(kind, NAME, change)).toEqual([`finding ${code} ${kind} ${NAME}`]);
  });

  it('are named when they are another version’s', () => {
    const old = {
      kind: POLICY,
      metadata: { name: 'old', labels: { 'app.kubernetes.io/managed-by': 'reprieve' } },
    };
    const [found, ...more] = auditPolicies(EXPECTED, [...EXPECTED, old], []);
    expect(found).toMatchObject({ level: 'note', code: 'policy/unexpected' });
    expect(more).toEqual([]);
  });

  it('differ as soon as any value in them is another', () => {
    for (const manifest of EXPECTED) {
      expect(differ(manifest.spec, manifest.spec, 'spec')).toEqual([]);
      const leaves = leavesOf(manifest.spec);
      const one = fc.nat({ max: leaves.length - 1 });
      fc.assert(
        fc.property(one, fc.jsonValue({ maxDepth: 1 }), (index, value) => {
          const path = leaves[index] ?? [];
          const other = replaced(manifest.spec, path, value);
          fc.pre(JSON.stringify(other) !== JSON.stringify(manifest.spec));
          expect(differ(manifest.spec, other, 'spec')).toHaveLength(1);
        }),
        { numRuns: 20 },
      );
    }
  });
});

function leavesOf(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]];
  return Object.entries(value).flatMap(([key, part]) =>
    leavesOf(part).map((path) => [key, ...path]),
  );
}

function replaced(value: unknown, [key, ...rest]: readonly string[], leaf: unknown): unknown {
  if (key === undefined) return leaf;
  const changed = replaced(Object(value)[key], rest, leaf);
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === key ? changed : each));
  return { ...Object(value), [key]: changed };
}

import { describe, expect, it } from 'vitest';
import { admissionPolicies } from '../../lib/cluster/admission-policies.js';
import { text } from '../../lib/cluster/cel.js';
import type { Manifest } from '../../lib/cluster/manifest.js';
import { clusterRules } from '../../lib/cluster/rules.js';
import { staticPolicies } from '../../lib/cluster/static-policies.js';
import { versionProblems } from '../../lib/cluster/version.js';
import { readSettings } from '../../lib/files/settings.js';

const BASE = 'cluster: { pipelines: [deploy] }';

function rulesOf(yaml: string, stacks: readonly string[] = []) {
  const { value: settings } = readSettings('reprieve.yaml', `version: 1\n${yaml}\n`);
  if (settings === undefined) throw new Error('no settings');
  return clusterRules(settings, stacks);
}

function policiesOf(yaml: string) {
  const { value, problems } = rulesOf(yaml);
  if (value === undefined) throw new Error(problems.map(({ message }) => message).join());
  return value;
}

describe('clusterRules', () => {
  it('has to know who deploys', () => {
    expect(rulesOf('').problems.map(({ code }) => code)).toEqual(['cluster/no-pipeline']);
  });

  it('takes the shortest floor and the oldest plan of all stacks on the cluster', () => {
    const stacks =
      'stacks: { a: { floor: 2h, planMaxAge: 30m, period: 3h }, b: { floor: 3h, period: 4h } }';
    const rules = rulesOf(`${BASE}\n${stacks}`, ['a', 'b']).value;
    expect(rules).toMatchObject({ floor: { text: '2h' }, slack: { text: '2h' } });
    expect(policiesOf(`${BASE}\n${stacks}`)).toMatchObject({
      floor: { text: '24h' },
      slack: { text: '2h' },
    });
  });

  it('knows the approvers by their names in the cluster only', () => {
    const approvers =
      'approvers: [{ id: a@example.org }, { id: b@example.org, kubernetesUser: bob }]';
    expect(policiesOf(`${BASE}\n${approvers}`).approvers).toEqual(['bob']);
  });
});

describe('admissionPolicies', () => {
  it('binds every policy, and denies where one fails or its clock is missing', () => {
    const manifests = admissionPolicies(policiesOf(BASE));
    const policies = manifests.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
    const bindings = manifests.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');
    expect(bindings.map(({ spec }) => spec?.['policyName'])).toEqual(
      policies.map(({ metadata }) => metadata.name),
    );
    for (const { spec } of policies) expect(spec).toMatchObject({ failurePolicy: 'Fail' });
    for (const { spec } of bindings) expect(spec).toMatchObject({ validationActions: ['Deny'] });
    const clocked = bindings.filter(({ spec }) => spec?.['paramRef'] !== undefined);
    expect(clocked).toHaveLength(3);
    for (const { spec } of clocked) {
      expect(spec?.['paramRef']).toMatchObject({ parameterNotFoundAction: 'Deny' });
    }
  });

  it('makes the same bytes from the same settings', () => {
    const once = JSON.stringify(admissionPolicies(policiesOf(BASE)));
    expect(JSON.stringify(admissionPolicies(policiesOf(BASE)))).toBe(once);
  });

  it('asks a tick for deletions only: no update waits for one', () => {
    const manifests = admissionPolicies(
      policiesOf('cluster: { clock: tick, pipelines: [deploy] }'),
    );
    const asking = (kind: string) =>
      manifests.filter(({ spec }) => Object(spec?.['paramKind']).kind === kind);
    const operations = (manifest: Manifest) =>
      Object(manifest.spec?.['matchConstraints']).resourceRules[0].operations;
    expect(asking('ConfigMap').length).toBeGreaterThan(0);
    for (const each of asking('ConfigMap')) expect(operations(each)).toEqual(['DELETE']);
    expect(asking('Lease').map(({ metadata }) => metadata.name)).toEqual(['deadline.reprieve.dev']);
  });

  it('writes a name as a text, whatever is in it', () => {
    expect(text('a"] || true || ["\\')).toBe('"a\\"] || true || [\\"\\\\"');
  });
});

describe('staticPolicies', () => {
  it('guard what could change requests, mutating policies too, which the API never shows', () => {
    const reach = (manifests: readonly Manifest[]) =>
      manifests
        .filter(({ metadata }) => metadata.name.startsWith('mutators.'))
        .flatMap(({ spec }) => Object(spec?.['matchConstraints']).resourceRules ?? [])
        .flatMap(({ resources }: { resources: readonly string[] }) => resources);
    const [webhooks, policies] = ['mutatingwebhookconfigurations', 'mutatingadmissionpolicies'];
    expect(reach(staticPolicies(policiesOf(BASE)))).toEqual([webhooks, policies]);
    expect(reach(admissionPolicies(policiesOf(BASE)))).toEqual([webhooks]);
  });

  it('have the names that files must have, and no parameters', () => {
    for (const { kind, metadata, spec } of staticPolicies(policiesOf(BASE))) {
      expect(metadata.name).toMatch(/\.static\.k8s\.io$/);
      expect(spec).not.toHaveProperty(kind.endsWith('Binding') ? 'paramRef' : 'paramKind');
    }
  });
});

describe('versionProblems', () => {
  it('accepts 1.30 and newer, however it is written', () => {
    for (const version of ['v1.30.0', '1.34', 'v1.33.5-gke.1', '1.31+', 'v2.0.0']) {
      expect(versionProblems(version)).toEqual([]);
    }
  });

  it('refuses what is older, and what is no version', () => {
    expect(versionProblems('v1.29.9').map(({ code }) => code)).toEqual(['cluster/version']);
    expect(versionProblems('v1.36.1', 37).map(({ code }) => code)).toEqual(['cluster/version']);
    for (const text of ['', 'latest', '1', 'v1.3x', '1.30.0'.repeat(100)]) {
      expect(versionProblems(text).map(({ code }) => code)).toEqual(['cluster/version-syntax']);
    }
  });
});

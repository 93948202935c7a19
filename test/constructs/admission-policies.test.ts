import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import { expect, it } from 'vitest';
import { AdmissionPolicies } from '../../lib/constructs/admission-policies.js';
import { Project } from '../../lib/constructs/project.js';
import { ReprieveStack } from '../../lib/constructs/stack.js';
import { Target } from '../../lib/constructs/targets/index.js';
import { synthesizeApp } from '../support/app.js';

const SETTINGS = 'version: 1\ncluster: { pipelines: [deploy] }\n';
const STACK = 'stacks/platform/cdk.tf.json';

function synthesized(target = Target.kubernetes(), settings = SETTINGS) {
  return synthesizeApp(
    (app) => {
      new AdmissionPolicies(new ReprieveStack(app, 'platform', { target }), 'admission');
    },
    { settings },
  );
}

it('declares every policy and binding, and none that a destroy could take away', () => {
  const manifests = Object.values(
    synthesized().json(STACK)['resource']?.['kubernetes_manifest'] ?? {},
  );
  expect(manifests.length).toBeGreaterThan(15);
  for (const each of manifests)
    expect(each).toMatchObject({ lifecycle: { prevent_destroy: true } });
});

it('looks at the server first', () => {
  const { data } = synthesized().json(STACK);
  expect(JSON.stringify(data)).toContain('that takes 1.30 or newer');
});

it('is of no use on a sandbox, or where nobody deploys', () => {
  expect(synthesized(Target.sandbox()).codes).toEqual(['admission/sandbox']);
  expect(synthesized(Target.kubernetes(), 'version: 1\n').codes).toEqual(['cluster/no-pipeline']);
});

it('knows what a user declared below a project by the same labels', () => {
  const { json } = synthesizeApp((app) => {
    const project = new Project(
      new ReprieveStack(app, 'platform', { target: Target.kubernetes() }),
      'billing',
    );
    const metadata = { name: 'raw', namespace: 'billing', labels: { mine: 'yes' } };
    new ConfigMapV1(project, 'raw', { metadata });
  });
  const [raw] = Object.values(json(STACK)['resource']?.['kubernetes_config_map_v1'] ?? {});
  expect(raw).toMatchObject({
    metadata: {
      labels: { mine: 'yes', 'reprieve.dev/protected': 'true', 'reprieve.dev/state': 'active' },
      annotations: { 'reprieve.dev/period': '168h' },
    },
  });
});

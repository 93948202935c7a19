import { describe, expect, it } from 'vitest';
import type { PlannedResource } from '../../../lib/policy/resource.js';
import { valueAt } from '../../../lib/policy/shape/part.js';
import { Views } from '../../../lib/policy/targets.js';

const PRIVILEGED = { name: 'b', image: 'r/b:1', securityContext: { privileged: true } };
const GOOD = { name: 'a', image: 'r/a:1' };
const POD = 'apiVersion: v1\nkind: Pod\nspec:\n  containers: []\n';

function resource(type: string, values: unknown, unknown?: unknown): PlannedResource {
  return { address: `${type}.a`, type, values, unknown, sensitive: {} };
}

const manifest = (apiVersion: string, kind: string, rest: object, unknown?: unknown) =>
  resource('kubernetes_manifest', { manifest: { apiVersion, kind, ...rest } }, unknown);
const custom = (spec: object) => manifest('example.org/v1', 'Thing', { spec });
const argo = (spec: object, kind = 'Workflow') => manifest('argoproj.io/v1alpha1', kind, { spec });
const tekton = (spec: object, kind = 'Task') => manifest('tekton.dev/v1', kind, { spec });
const kserve = (predictor: object) =>
  manifest('serving.kserve.io/v1beta1', 'InferenceService', { spec: { predictor } });
const text = (yaml: string) => resource('kubectl_manifest', { yaml_body: yaml });
const template = { template: { spec: { containers: [PRIVILEGED] } } };

/** Whether some container among what is seen is privileged, and where the resource has it. */
function privilegedIn(of: PlannedResource): readonly string[] {
  const inner = '/securityContext/privileged';
  return new Views(of)
    .of('container')
    .filter(({ value }) => valueAt(value, inner) === true)
    .map(({ original }) => original(inner));
}

describe('a privileged container is found', () => {
  it.each<[string, PlannedResource]>([
    ['in an Argo workflow', argo({ templates: [{ name: 't', container: PRIVILEGED }] })],
    ['as its script', argo({ templates: [{ script: PRIVILEGED }] })],
    ['as its sidecar', argo({ templates: [{ container: GOOD, sidecars: [PRIVILEGED] }] })],
    ['before it', argo({ templates: [{ container: GOOD, initContainers: [PRIVILEGED] }] })],
    ['in a set', argo({ templates: [{ containerSet: { containers: [PRIVILEGED] } }] })],
    ['in a step', argo({ templates: [{ steps: [[{ inline: { container: PRIVILEGED } }]] }] })],
    [
      'in a cron workflow',
      argo({ workflowSpec: { templates: [{ container: PRIVILEGED }] } }, 'CronWorkflow'),
    ],
    ['as a default', argo({ templateDefaults: { container: PRIVILEGED } })],
    ['in a Tekton task', tekton({ steps: [GOOD, PRIVILEGED] })],
    ['as the template of its steps', tekton({ stepTemplate: PRIVILEGED, steps: [GOOD] })],
    [
      'in a task of a pipeline',
      tekton({ tasks: [{ taskSpec: { steps: [PRIVILEGED] } }] }, 'Pipeline'),
    ],
    ['as the model of KServe', kserve({ model: { ...PRIVILEGED, modelFormat: { name: 'x' } } })],
    ['as one of its older models', kserve({ sklearn: { securityContext: { privileged: true } } })],
    ['beside its model', kserve({ containers: [PRIVILEGED] })],
    ['in a Knative service', manifest('serving.knative.dev/v1', 'Service', { spec: template })],
    ['in a job set', custom({ replicatedJobs: [{ template: { spec: template } }] })],
    [
      'in a manifest in another',
      custom({ forProvider: { manifest: { kind: 'Deployment', spec: template } } }),
    ],
    [
      'deep in a custom kind',
      custom({ a: { b: { c: { d: { e: { f: { g: { h: { i: template } } } } } } } } }),
    ],
    ['in a pod in a container', custom({ containers: [{ ...GOOD, debug: template }] })],
    ['in a pod in a single one', custom({ container: { ...GOOD, pods: [template] } })],
    ['in a pod in a step', tekton({ steps: [{ ...GOOD, onError: template }] })],
    ['in a pod in a volume', custom({ containers: [GOOD], volumes: [{ from: template }] })],
    ['in a pod of a step’s template', tekton({ stepTemplate: { x: template }, steps: [GOOD] })],
    ['below a pod', custom({ containers: [GOOD], workers: template })],
    ['by a name of its own', custom({ containers: { app: PRIVILEGED } })],
    [
      'in a custom kind that is called like one of Kubernetes',
      manifest('example.org/v1', 'Secret', { spec: template }),
    ],
    [
      'in a list',
      manifest('v1', 'List', {
        items: [{ apiVersion: 'apps/v1', kind: 'Deployment', spec: template }],
      }),
    ],
    [
      'in a list of pods',
      manifest('v1', 'PodList', { items: [{ spec: { containers: [PRIVILEGED] } }] }),
    ],
    [
      'in a kind that Kubernetes may have one day',
      manifest('apps/v1', 'NewSet', { spec: template }),
    ],
    [
      'for debugging',
      manifest('v1', 'Pod', { spec: { containers: [GOOD], ephemeralContainers: [PRIVILEGED] } }),
    ],
  ])('%s', (_, found) => {
    const places = privilegedIn(found);
    expect(places.length).toBeGreaterThan(0);
    for (const place of places) expect(valueAt(found.values, place)).toBe(true);
  });
});

describe('what belongs to a pod is seen with it', () => {
  const shared = {
    securityContext: { runAsNonRoot: true },
    volumes: [{ name: 'v', hostPath: {} }],
  };

  it('where a workflow says it of all its steps, and a step of its own', () => {
    const own = {
      securityContext: { runAsNonRoot: false },
      volumes: [{ name: 'w', emptyDir: {} }],
    };
    const found = argo({
      ...shared,
      templates: [{ container: GOOD }, { container: GOOD, ...own }],
    });
    const views = new Views(found).of('pod-template');
    expect(views.map(({ value }) => Object(value).spec)).toMatchObject([
      { securityContext: { runAsNonRoot: true }, volumes: shared.volumes },
      { securityContext: { runAsNonRoot: false }, volumes: [...own.volumes, ...shared.volumes] },
    ]);
    expect(views[1]?.original('/spec/volumes/1/hostPath')).toBe(
      '/manifest/spec/volumes/0/hostPath',
    );
    expect(views[1]?.original('/spec/containers/0/image')).toBe(
      '/manifest/spec/templates/1/container/image',
    );
  });

  it('where a task has it in the template of its steps', () => {
    const stepTemplate = {
      securityContext: { runAsNonRoot: true, capabilities: { drop: ['ALL'] } },
      env: [
        { name: 'A', value: 'template' },
        { name: 'B', value: 'template' },
      ],
    };
    const own = { securityContext: { runAsNonRoot: false }, env: [{ name: 'A', value: 'own' }] };
    const found = tekton({ stepTemplate, steps: [GOOD, { ...GOOD, ...own }] });
    const views = new Views(found).of('container');
    expect(views.map(({ value }) => value)).toEqual([
      { ...GOOD, ...stepTemplate },
      {
        ...GOOD,
        securityContext: { runAsNonRoot: false, capabilities: { drop: ['ALL'] } },
        env: [
          { name: 'A', value: 'own' },
          { name: 'B', value: 'template' },
        ],
      },
    ]);
    expect(views[1]?.original('/securityContext/runAsNonRoot')).toBe(
      '/manifest/spec/steps/1/securityContext/runAsNonRoot',
    );
  });

  it('where that template is not known, and the step does not say it itself', () => {
    const values = {
      manifest: { apiVersion: 'tekton.dev/v1', kind: 'Task', spec: { steps: [GOOD] } },
    };
    const marks = { manifest: { spec: { stepTemplate: true } } };
    expect(new Views(resource('kubernetes_manifest', values, marks)).of('container')).toMatchObject(
      [{ unknown: true }],
    );
    const part = {
      manifest: { spec: { stepTemplate: { securityContext: { privileged: true } } } },
    };
    const stepTemplate = { securityContext: { privileged: null } };
    const known = { manifest: { ...values.manifest, spec: { steps: [GOOD], stepTemplate } } };
    expect(new Views(resource('kubernetes_manifest', known, part)).of('container')).toMatchObject([
      { unknown: { securityContext: { privileged: true } } },
    ]);
  });

  it.each([
    ['TaskRun', { podTemplate: { hostNetwork: true }, taskSpec: { steps: [GOOD] } }],
    [
      'PipelineRun',
      {
        taskRunTemplate: { podTemplate: { hostNetwork: true } },
        pipelineSpec: { tasks: [{ taskSpec: { steps: [GOOD] } }] },
      },
    ],
  ])('where a %s of Tekton has it for all of its pods', (kind, spec) => {
    const specs = new Views(tekton(spec, kind))
      .of('pod-template')
      .map(({ value }) => Object(value).spec);
    expect(specs).toContainEqual({ hostNetwork: true, containers: [GOOD] });
  });

  it('annotations of both', () => {
    const annotated = (name: string) => ({ annotations: { [name]: 'x' } });
    const templates = [{ metadata: annotated('own'), container: GOOD }];
    const [view] = new Views(argo({ podMetadata: annotated('shared'), templates })).of(
      'pod-template',
    );
    expect(Object(view?.value).metadata).toEqual({ annotations: { shared: 'x', own: 'x' } });
    expect(view?.original('/metadata/annotations/shared')).toBe(
      '/manifest/spec/podMetadata/annotations/shared',
    );
  });

  it('where a kind has it without the containers', () => {
    const run = tekton({ taskRunTemplate: { podTemplate: { hostNetwork: true } } }, 'PipelineRun');
    const [view] = new Views(run).of('pod-template');
    expect(Object(view?.value).spec).toEqual({ hostNetwork: true });
  });
});

describe('a manifest as text', () => {
  it('is read as Kubernetes’ tools read it, every object of it', () => {
    const specs = (yaml: string) =>
      new Views(text(yaml)).of('pod-template').map(({ value }) => Object(value).spec);
    expect(specs(`${POD}  hostNetwork: yes\n`)).toEqual([{ containers: [], hostNetwork: true }]);
    expect(specs(`kind: ConfigMap\napiVersion: v1\n---\n${POD}---\n${POD}`)).toHaveLength(2);
    expect(specs(`${POD}  <<: { hostPID: true }\n`)).toEqual([{ containers: [], hostPID: true }]);
  });

  it('has places that end at the text, and says where it is in there', () => {
    const [view] = new Views(text(`${POD}  hostNetwork: true\n`)).of('pod-template');
    expect(view?.original('/spec/hostNetwork')).toBe('/yaml_body');
    expect(view?.within?.('/spec/hostNetwork')).toBe('/spec/hostNetwork');
  });

  it.each([
    ['no YAML', '{'],
    ['a key twice', `${POD}  hostNetwork: false\n  hostNetwork: true\n`],
    ['no object', 'hello'],
    ['too much', `a: ${'b'.repeat(2 ** 21)}`],
    [
      'the same thing without an end',
      [
        'a: &a [b]',
        ...'cdefghi'.split('').map((c, i) => `${c}: &${c} [${`*${'acdefgh'[i]}, `.repeat(9)}]`),
      ].join('\n'),
    ],
  ])('that can’t be read fails every policy: %s', (_, yaml) => {
    const [view] = new Views(text(yaml)).of('pod-template');
    expect(view?.fault).toMatch(/^holds Kubernetes objects as text, and /);
  });

  it('that isn’t known yet may be anything', () => {
    const open = resource('kubectl_manifest', { yaml_body: null }, { yaml_body: true });
    expect(new Views(open).of('pod-template')).toMatchObject([{ unknown: true }]);
  });
});

describe('images are those of containers and of volumes', () => {
  it('each with its place', () => {
    const volumes = [
      { name: 'm', image: { reference: 'r/m:1' } },
      { name: 'e', emptyDir: {} },
    ];
    const pod = manifest('v1', 'Pod', { spec: { containers: [GOOD, { name: 'none' }], volumes } });
    const views = new Views(pod).of('image');
    expect(views.map(({ value }) => value)).toEqual([
      { reference: 'r/a:1' },
      {},
      { reference: 'r/m:1' },
    ]);
    expect(views.map(({ original }) => original('/reference'))).toEqual([
      '/manifest/spec/containers/0/image',
      // It has none: a pointer leads to what is there.
      '/manifest/spec/containers/1',
      '/manifest/spec/volumes/0/image/reference',
    ]);
  });
});

describe('what may run containers and wasn’t looked into is known', () => {
  it.each<[string, PlannedResource]>([
    ['rendered', resource('helm_release', { values: ['a: b'] })],
    ['rendered', resource('argocd_application', {})],
    ['source', manifest('helm.toolkit.fluxcd.io/v2', 'HelmRelease', { spec: {} })],
    ['image', manifest('monitoring.coreos.com/v1', 'Prometheus', { spec: { image: 'a' } })],
    ['text', argo({ podSpecPatch: '{"containers": []}', templates: [] })],
    ['text', argo({ templates: [{ resource: { manifest: POD } }] })],
    ['unknown', manifest('example.org/v1', 'Thing', {}, { manifest: { spec: { a: true } } })],
    ['depth', custom(Array.from({ length: 70 }).reduce<object>((a) => ({ a }), template))],
  ])('%s', (reason, unseen) => {
    expect(new Views(unseen).unseen).toContain(reason);
  });

  it.each<[string, PlannedResource]>([
    [
      'a pod with an image that is mounted',
      manifest('v1', 'Pod', {
        spec: { containers: [GOOD], volumes: [{ image: { reference: 'a' } }] },
      }),
    ],
    ['a service that isn’t known yet', manifest('v1', 'Service', {}, { manifest: { spec: true } })],
    ['a config map with a manifest', manifest('v1', 'ConfigMap', { data: { a: POD } })],
    [
      'a definition of a kind',
      manifest('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { spec: { image: 'a' } }),
    ],
    [
      'a program that a container runs',
      tekton({ steps: [{ ...GOOD, script: POD, args: [POD], params: [{ value: POD }] }] }),
    ],
    ['a custom kind without any', manifest('example.org/v1', 'Queue', { spec: { size: 3 } })],
    ['containers by their names', custom({ containers: ['a', 'b'] })],
    ['another provider’s', resource('aws_instance', { image: 'a' })],
  ])('and nothing is made of %s', (_, seen) => {
    expect(new Views(seen).unseen).toEqual([]);
  });
});

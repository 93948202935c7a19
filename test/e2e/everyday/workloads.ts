import { acts, allowed, type Do, denied } from './act.js';
import { deployment, job } from './objects.js';
import { all, by, gone, items, kubectl, patch, pathOf, post, read, remove, until } from './site.js';
import { CODE, LABEL, RESTORE } from './ways.js';

const image = (version: number) => ({
  spec: {
    template: { spec: { containers: [{ name: 'main', image: `example.org/main:${version}` }] } },
  },
});
const STRATEGIC = 'application/strategic-merge-patch+json';
const replicas = (count: number) => ({ spec: { replicas: count } });
const PODS = denied('delete its pods, or change the code and deploy');

const podsOf = async (site: Parameters<Do>[0], app: string) =>
  (await items(site, 'pods')).filter(({ metadata }) => metadata.labels?.['app'] === app);

const deletePods =
  (app: string): Do =>
  async (site) => {
    const found = await podsOf(site, app);
    if (found.length === 0) throw new Error(`no pods of ${app}`);
    return all(...found.map(({ metadata }) => remove(`pods/${metadata.name}`)))(site);
  };

/** Pods belong to what runs them, which makes others. */
const replacePods =
  (app: string): Do =>
  async (site) => {
    const before = new Set((await podsOf(site, app)).map(({ metadata }) => metadata.uid));
    const isNew = async () =>
      (await podsOf(site, app)).some(({ metadata }) => !before.has(metadata.uid));
    return all(deletePods(app), until(isNew))(site);
  };

const evict: Do = async (site) => {
  const [pod] = await podsOf(site, 'web');
  const name = pod?.metadata.name ?? '';
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction' };
  return post(`pods/${name}/eviction`, name, eviction)(site);
};

const claimsOf = async (site: Parameters<Do>[0], set: string) =>
  (await items(site, 'persistentvolumeclaims')).filter(({ metadata }) =>
    metadata.name.startsWith(`data-${set}-`),
  );
const claims = (set: string, count: number) =>
  until(async (site) => (await claimsOf(site, set)).length === count);
const runs = (app: string, count: number) =>
  until(async (site) => (await podsOf(site, app)).length === count);

export const WORKLOADS = acts('Workloads', [
  [
    'scale, through `/scale`',
    'the autoscaler',
    'a declared Deployment',
    allowed,
    RESTORE,
    all(
      patch('deployments/web/scale', replicas(2)),
      runs('web', 2),
      patch('deployments/web/scale', replicas(1)),
    ),
  ],
  [
    'scale, through `/scale`',
    'a developer',
    'an undeclared Deployment',
    allowed,
    RESTORE,
    all(
      kubectl('scale deployment tool --replicas=2'),
      runs('tool', 2),
      kubectl('scale deployment tool --replicas=1'),
    ),
  ],
  [
    'scale by an edit',
    'a developer',
    'a declared Deployment',
    denied('scale through `/scale` (`kubectl scale`)'),
    RESTORE,
    patch('deployments/web', replicas(2)),
  ],
  [
    'create an autoscaler',
    'a developer',
    'the namespace',
    allowed,
    RESTORE,
    post('horizontalpodautoscalers', 'web', {
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    }),
  ],
  [
    '`set image`',
    'a developer',
    'a declared Deployment',
    CODE,
    RESTORE,
    patch('deployments/web', image(2), STRATEGIC),
  ],
  [
    '`set image`',
    'a developer',
    'an undeclared Deployment',
    allowed,
    RESTORE,
    kubectl('set image deployment/tool main=example.org/main:2'),
  ],
  [
    'a new image',
    'the pipeline',
    'a declared Deployment',
    allowed,
    RESTORE,
    all(
      patch('deployments/web', image(2), STRATEGIC),
      until(
        async (site) =>
          (await read(site, 'deployments/web')).metadata.annotations?.[
            'deployment.kubernetes.io/revision'
          ] === '2',
      ),
    ),
  ],
  [
    '`rollout restart`',
    'a developer',
    'a declared Deployment',
    PODS,
    RESTORE,
    kubectl('rollout restart deployment/web'),
  ],
  [
    '`rollout restart`',
    'a developer',
    'an undeclared Deployment',
    allowed,
    RESTORE,
    kubectl('rollout restart deployment/tool'),
  ],
  [
    '`rollout restart`',
    'a developer',
    'a declared StatefulSet',
    PODS,
    RESTORE,
    kubectl('rollout restart statefulset/store'),
  ],
  [
    '`rollout undo`',
    'a developer',
    'a declared Deployment',
    CODE,
    undefined,
    kubectl('rollout undo deployment/web'),
  ],
  [
    '`rollout undo`',
    'a developer',
    'an undeclared Deployment',
    allowed,
    undefined,
    all(
      until(
        async (site) =>
          (await items(site, 'replicasets')).filter((it) => it.metadata.name.startsWith('tool-'))
            .length > 1,
      ),
      kubectl('rollout undo deployment/tool'),
    ),
  ],
  [
    'pause a rollout',
    'a developer',
    'a declared Deployment',
    CODE,
    RESTORE,
    patch('deployments/web', { spec: { paused: true } }),
  ],
  [
    'delete pods, which are made again',
    'a developer',
    'pods of a declared Deployment',
    allowed,
    undefined,
    replacePods('web'),
  ],
  ['evict a pod', 'a cluster-admin', 'a pod of a declared Deployment', allowed, allowed, evict],
  [
    'delete pods, which are not made again',
    'a developer',
    'pods of a declared StatefulSet',
    undefined,
    allowed,
    deletePods('store'),
  ],
  [
    '`create job --from`',
    'a developer',
    'a declared CronJob',
    allowed,
    RESTORE,
    kubectl('create job nightly-now --from=cronjob/nightly'),
  ],
  [
    'delete a job',
    'a developer',
    'an undeclared Job',
    allowed,
    allowed,
    all(kubectl('delete job import --wait=false'), gone('jobs/import')),
  ],
  ['start a job', 'a developer', 'the namespace', allowed, RESTORE, post('jobs', 'once', job)],
  [
    'resume the schedule',
    'a developer',
    'a declared CronJob',
    CODE,
    RESTORE,
    patch('cronjobs/nightly', { spec: { suspend: false } }),
  ],
  [
    'resume the schedule',
    'a developer',
    'an undeclared CronJob',
    allowed,
    RESTORE,
    patch('cronjobs/report', { spec: { suspend: false } }),
  ],
  [
    'write the status',
    'the cron job controller',
    'a declared CronJob',
    allowed,
    allowed,
    patch('cronjobs/nightly/status', { status: { lastScheduleTime: '2026-01-01T00:00:00Z' } }),
  ],
  [
    'create a workload',
    'a developer',
    'the namespace',
    allowed,
    RESTORE,
    post('deployments', 'another', deployment('another')),
  ],
  [
    'delete a workload',
    'a developer',
    'an undeclared Deployment',
    LABEL,
    RESTORE,
    remove('deployments/tool'),
  ],
  [
    'delete a workload, and what it owns',
    'a developer',
    'a Deployment with the label',
    allowed,
    RESTORE,
    all(
      remove('deployments/preview', '?propagationPolicy=Foreground'),
      gone('deployments/preview'),
      runs('preview', 0),
    ),
  ],
  [
    'claims follow a scale-down (`whenScaled`)',
    'a developer',
    'a declared StatefulSet',
    allowed,
    undefined,
    all(
      claims('store', 2),
      kubectl('scale statefulset store --replicas=1'),
      claims('store', 1),
      kubectl('scale statefulset store --replicas=2'),
      claims('store', 2),
    ),
  ],
  [
    'scale down, claims after it (`whenScaled`)',
    'a developer',
    'a declared StatefulSet',
    undefined,
    RESTORE,
    kubectl('scale statefulset store --replicas=1'),
  ],
  [
    'owner references of claims (`whenDeleted`)',
    'Kubernetes',
    'claims of a declared StatefulSet',
    allowed,
    allowed,
    until(async (site) =>
      (await claimsOf(site, 'store')).every(
        (it) => it.metadata.ownerReferences?.some(({ kind }) => kind === 'StatefulSet') ?? false,
      ),
    ),
  ],
  [
    'claims go with it (`whenDeleted`)',
    'a developer',
    'a StatefulSet with the label',
    allowed,
    RESTORE,
    all(remove('statefulsets/cache'), claims('cache', 0)),
  ],
  [
    'bind a volume',
    'the volume binder',
    'a declared PersistentVolumeClaim',
    allowed,
    allowed,
    patch('persistentvolumeclaims/archive', {
      metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'node-1' } },
      spec: { volumeName: 'volume-1' },
    }),
  ],
  [
    'endpoints of a service',
    'Kubernetes',
    'a declared Service',
    allowed,
    allowed,
    until(async (site) =>
      (await items(site, 'endpointslices')).some(
        (it) => it.metadata.labels?.['kubernetes.io/service-name'] === 'web',
      ),
    ),
  ],
  [
    'endpoints that were deleted are made again',
    'a developer',
    'endpoint slices of a declared Service',
    allowed,
    allowed,
    async (site) => {
      const ofWeb = async () =>
        (await items(site, 'endpointslices')).filter(
          (it) => it.metadata.labels?.['kubernetes.io/service-name'] === 'web',
        );
      const [slice] = await ofWeb();
      const removed = await remove(`endpointslices/${slice?.metadata.name}`)(site);
      if (!removed.isAllowed) return removed;
      return until(async () =>
        (await ofWeb()).some((it) => it.metadata.uid !== slice?.metadata.uid),
      )(site);
    },
  ],
  [
    'finalizer of a load balancer',
    'the load balancer controller',
    'a declared Service',
    allowed,
    allowed,
    all(
      patch('services/web/status', {
        metadata: { finalizers: ['service.kubernetes.io/load-balancer-cleanup'] },
      }),
      patch('services/web/status', { metadata: { finalizers: null } }),
    ),
  ],
  [
    'a disruption budget',
    'a developer',
    'the namespace',
    allowed,
    RESTORE,
    post('poddisruptionbudgets', 'web', {
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } },
    }),
  ],
  [
    'leader election',
    'a developer',
    'a Lease',
    allowed,
    allowed,
    all(
      post('leases', 'leader', { spec: { holderIdentity: 'one' } }),
      patch('leases/leader', { spec: { holderIdentity: 'two' } }),
    ),
  ],
  [
    'report an event',
    'a developer',
    'an Event',
    allowed,
    allowed,
    async (site) =>
      post('events', 'it-happened', {
        type: 'Normal',
        reason: 'Tested',
        message: 'It happened.',
        involvedObject: { kind: 'Pod', namespace: site.namespace, name: 'web' },
      })(site),
  ],
  [
    'ask for rights',
    'a developer',
    'a LocalSubjectAccessReview',
    allowed,
    allowed,
    async (site) => {
      const attributes = { namespace: site.namespace, verb: 'get', resource: 'pods' };
      const path = pathOf(site.namespace, 'localsubjectaccessreviews');
      const body = {
        metadata: { namespace: site.namespace },
        spec: { user: 'ann', resourceAttributes: attributes },
      };
      const { status, message } = await site.plane.ask(path, { method: 'POST', as: 'ann', body });
      return { isAllowed: status < 300, said: message };
    },
  ],
  [
    'raise the quota',
    'a developer',
    'the declared quota',
    CODE,
    RESTORE,
    patch('resourcequotas/project', { spec: { hard: { pods: '99' } } }),
  ],
  [
    'raise the quota',
    'the pipeline',
    'the declared quota',
    allowed,
    RESTORE,
    patch('resourcequotas/project', { spec: { hard: { pods: '40' } } }),
  ],
  [
    'count what is used',
    'Kubernetes',
    'the declared quota',
    allowed,
    undefined,
    until(async (site) => {
      const { status } = await site.plane.get<{ status?: { used?: { pods?: string } } }>(
        pathOf(site.namespace, 'resourcequotas/project'),
      );
      return Number(status?.used?.pods ?? 0) > 0;
    }),
  ],
  [
    'another quota',
    'a developer',
    'the namespace',
    allowed,
    RESTORE,
    post('resourcequotas', 'mine', { spec: { hard: { configmaps: '50' } } }),
  ],
  [
    'a status that says nothing new',
    'a developer',
    'a declared Deployment',
    allowed,
    allowed,
    by('a developer', patch('deployments/web/status', { status: { observedGeneration: 1 } })),
  ],
]);

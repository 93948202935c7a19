/** What is in each of the two projects, as deployments, people and their tools have made it. */
export interface Thing {
  readonly resource: string;
  readonly name: string;
  readonly content: object;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** As the constructs mark what is declared. */
export const MARKED = (project: string) => ({
  labels: {
    'reprieve.dev/protected': 'true',
    'reprieve.dev/project': project,
    'reprieve.dev/state': 'active',
  },
  annotations: { 'reprieve.dev/period': '720h' },
});

export const encoded = (value: string) => Buffer.from(value).toString('base64');

const containers = (version: number) => [
  { name: 'main', image: `example.org/main:${version}`, ...{ resources: {} } },
];
const labelsOf = (app: string) => ({ matchLabels: { app } });
const template = (app: string) => ({
  metadata: { labels: { app } },
  spec: { containers: containers(1) },
});

export const deployment = (app: string) => ({
  spec: { replicas: 1, selector: labelsOf(app), template: template(app) },
});

const claim = {
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
};

/** One whose claims are deleted with it, and with each replica. */
const statefulSet = (app: string) => ({
  spec: {
    replicas: 2,
    serviceName: app,
    podManagementPolicy: 'Parallel',
    selector: labelsOf(app),
    template: template(app),
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
  },
});

const service = (app: string) => ({ spec: { selector: { app }, ports: [{ port: 80 }] } });

const jobSpec = { template: { spec: { restartPolicy: 'Never', containers: containers(1) } } };

export const job = { spec: jobSpec };

const cronJob = (schedule: string) => ({
  spec: { schedule, suspend: true, jobTemplate: { spec: jobSpec } },
});

export const certificate = (serial: number) => ({
  'tls.crt': encoded(`certificate ${serial}`),
  'tls.key': encoded(`key ${serial}`),
});

const tls = { type: 'kubernetes.io/tls', data: certificate(1) };

export const tokenOf = (account: string) => ({
  type: 'kubernetes.io/service-account-token',
  metadata: { annotations: { 'kubernetes.io/service-account.name': account } },
});

export const DECLARED: readonly Thing[] = [
  { resource: 'serviceaccounts', name: 'runner', content: {} },
  { resource: 'resourcequotas', name: 'project', content: { spec: { hard: { pods: '30' } } } },
  {
    resource: 'secrets',
    name: 'db',
    content: { data: { password: encoded('one'), user: encoded('app') } },
    annotations: { 'reprieve.dev/data-revision': '1' },
  },
  { resource: 'secrets', name: 'tls', content: tls },
  {
    resource: 'secrets',
    name: 'runner-token',
    content: { type: 'kubernetes.io/service-account-token' },
    annotations: { 'kubernetes.io/service-account.name': 'runner' },
  },
  { resource: 'configmaps', name: 'settings', content: { data: { MODE: 'full' } } },
  { resource: 'persistentvolumeclaims', name: 'archive', content: { spec: claim } },
  { resource: 'services', name: 'web', content: service('web') },
  { resource: 'cronjobs', name: 'nightly', content: cronJob('59 23 31 2 *') },
  { resource: 'deployments', name: 'web', content: deployment('web') },
  { resource: 'statefulsets', name: 'store', content: statefulSet('store') },
];

export const UNDECLARED: readonly Thing[] = [
  { resource: 'configmaps', name: 'notes', content: { data: { MODE: 'full' } } },
  { resource: 'secrets', name: 'certificate', content: tls },
  { resource: 'services', name: 'tool', content: service('tool') },
  { resource: 'jobs', name: 'import', content: job },
  { resource: 'deployments', name: 'tool', content: deployment('tool') },
];

/** With the label that lets them be deleted while the project lives. */
export const TEMPORARY: readonly Thing[] = [
  { resource: 'configmaps', name: 'temporary', content: { data: { MODE: 'full' } } },
  { resource: 'cronjobs', name: 'report', content: cronJob('* * * * *') },
  { resource: 'deployments', name: 'preview', content: deployment('preview') },
  { resource: 'statefulsets', name: 'cache', content: statefulSet('cache') },
];

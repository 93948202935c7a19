import type { Place } from './draws.js';

export type Phase = 'live' | 'gone' | 'over';
export const PHASES: readonly Phase[] = ['live', 'gone', 'over'];

interface Made {
  readonly collection: string;
  readonly body: object;
  readonly place: Place;
}

interface Kind {
  readonly resource: string;
  readonly kind: string;
  readonly content: object;
  readonly hasStatus?: boolean;
}

const pod = (restartPolicy: string) => ({
  restartPolicy,
  containers: [{ name: 'main', image: 'example.org/main:1' }],
});
const template = { metadata: { labels: { app: 'x' } }, spec: pod('Always') };
const RULES = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
const SCHEDULE = { schedule: '59 23 31 2 *', suspend: true };

/** What there is of every project, once under protection and once without being declared. */
const KINDS: readonly Kind[] = [
  { resource: '/secrets', kind: 'Secret', content: { data: { a: 'Yg==' } } },
  { resource: '/configmaps', kind: 'ConfigMap', content: { data: { MODE: 'full' } } },
  { resource: '/serviceaccounts', kind: 'ServiceAccount', content: {} },
  {
    resource: '/services',
    kind: 'Service',
    content: { spec: { ports: [{ port: 80 }], clusterIP: 'None' } },
  },
  {
    resource: 'batch/cronjobs',
    kind: 'CronJob',
    content: { spec: { ...SCHEDULE, jobTemplate: { spec: { template: { spec: pod('Never') } } } } },
    hasStatus: true,
  },
  {
    resource: 'apps/deployments',
    kind: 'Deployment',
    content: { spec: { replicas: 0, selector: { matchLabels: { app: 'x' } }, template } },
  },
  { resource: 'rbac.authorization.k8s.io/roles', kind: 'Role', content: { rules: RULES } },
  {
    resource: 'networking.k8s.io/networkpolicies',
    kind: 'NetworkPolicy',
    content: { spec: { podSelector: {}, policyTypes: ['Ingress'] } },
  },
];

/** What is free in some way, and never declared. */
const TEMPORARY: readonly (Kind & { readonly name: string; readonly labels?: object })[] = [
  {
    name: 'temporary',
    resource: '/configmaps',
    kind: 'ConfigMap',
    content: { data: { a: 'b' } },
    labels: { 'reprieve.dev/protected': 'false' },
  },
  {
    name: 'history',
    resource: '/secrets',
    kind: 'Secret',
    content: { type: 'helm.sh/release.v1', data: { release: 'Yg==' } },
  },
  { name: 'lease', resource: 'coordination.k8s.io/leases', kind: 'Lease', content: { spec: {} } },
  { name: 'kube-root-ca.crt', resource: '/configmaps', kind: 'ConfigMap', content: {} },
];

export function protection(project: string, period: string) {
  return {
    labels: {
      'reprieve.dev/protected': 'true',
      'reprieve.dev/project': project,
      'reprieve.dev/state': 'active',
    },
    annotations: { 'reprieve.dev/period': period },
  };
}

export function collectionOf(project: string, resource: string): string {
  const [group, plural] = resource.split('/');
  const root = group === '' ? '/api/v1' : `/apis/${group}/v1`;
  return resource === '/namespaces'
    ? '/api/v1/namespaces'
    : `${root}/namespaces/${project}/${plural}`;
}

function made(project: string, name: string, kind: Kind, marks: object): Made {
  const { resource, content, hasStatus = false } = kind;
  const collection = collectionOf(project, resource);
  const apiVersion = resource.startsWith('/') ? 'v1' : `${resource.split('/')[0]}/v1`;
  const metadata = { name, ...marks };
  return {
    collection,
    body: { apiVersion, kind: kind.kind, metadata, ...content },
    place: { project, resource, path: `${collection}/${name}`, hasStatus },
  };
}

/** Everything of a project, its namespace first. */
export function projectObjects(project: string, period: string): readonly Made[] {
  const marks = protection(project, period);
  const namespace = { resource: '/namespaces', kind: 'Namespace', content: {}, hasStatus: true };
  return [
    made(project, project, namespace, marks),
    ...KINDS.map((kind) => made(project, 'declared', kind, marks)),
    ...KINDS.map((kind) => made(project, 'undeclared', kind, {})),
    ...TEMPORARY.map((it) => made(project, it.name, it, { labels: it.labels ?? {} })),
  ];
}

/** A protected object whose end a finalizer holds up. */
export function heldObject(project: string, period: string): Made {
  const marks = { ...protection(project, period), finalizers: ['example.org/hold'] };
  const kind = { resource: '/configmaps', kind: 'ConfigMap', content: { data: { a: 'b' } } };
  return made(project, 'held', kind, marks);
}

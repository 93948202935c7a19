/** Objects of a project as the constructs make them, for tests that need no Terraform. */

export const PROJECT = 'billing';

export const CANARY = 'canary-Q2mZ8x';

const encoded = Buffer.from(CANARY).toString('base64');

export function marks(period: string) {
  return {
    labels: {
      'reprieve.dev/protected': 'true',
      'reprieve.dev/project': PROJECT,
      'reprieve.dev/state': 'active',
    },
    annotations: { 'reprieve.dev/period': period },
  };
}

export function protectedObjects(period: string): readonly (readonly [string, object])[] {
  const metadata = (name: string) => ({ name, ...marks(period) });
  const inside = `/api/v1/namespaces/${PROJECT}`;
  return [
    ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: metadata(PROJECT) }],
    [
      `${inside}/secrets`,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: metadata('dockerhub'),
        type: 'Opaque',
        data: { password: encoded },
      },
    ],
    [
      `${inside}/configmaps`,
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: metadata('settings'),
        data: { MODE: 'full' },
      },
    ],
    [
      `${inside}/serviceaccounts`,
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata('reprieve-reader') },
    ],
    [
      `${inside}/resourcequotas`,
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: metadata('project'),
        spec: { hard: { pods: '10' } },
      },
    ],
    [
      `/apis/batch/v1/namespaces/${PROJECT}/cronjobs`,
      { apiVersion: 'batch/v1', kind: 'CronJob', metadata: metadata('nightly'), spec: CRON_JOB },
    ],
    // A kind that the library itself does not make.
    [
      `/apis/apps/v1/namespaces/${PROJECT}/deployments`,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: metadata('listener'),
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: 'listener' } },
          template: { metadata: { labels: { app: 'listener' } }, spec: pod('Always') },
        },
      },
    ],
  ];
}

/** Where the object of a collection is. */
export function pathOf([collection, object]: readonly [string, object]): string {
  return `${collection}/${Object(object).metadata.name}`;
}

function pod(restartPolicy: string) {
  return { restartPolicy, containers: [{ name: 'job', image: 'example.org/invoices:1' }] };
}

const CRON_JOB = {
  schedule: '59 23 31 2 *',
  suspend: true,
  jobTemplate: { spec: { template: { spec: pod('Never') } } },
};

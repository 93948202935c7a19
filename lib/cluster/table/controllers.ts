import type { Part } from './parts.js';

const account = (name: string) => `system:serviceaccount:kube-system:${name}`;

/** All controllers, where they share one account; some of them in any case. */
const MANAGER = 'system:kube-controller-manager';

/** The accounts of Kubernetes' own controllers, and why each writes to objects of others. */
export const CONTROLLERS: Readonly<Record<string, string>> = {
  [MANAGER]: 'all controllers where they share one account; the tokens of service accounts',
  'system:apiserver': 'when a token of a service account was last used',
  'system:kube-scheduler': 'the node that was chosen for a volume claim',
  'system:cloud-controller-manager': 'finalizers of load balancers',
  [account('cloud-controller-manager')]: 'finalizers of load balancers',
  [account('service-controller')]: 'finalizers of load balancers',
  [account('cronjob-controller')]: 'status of cron jobs, and their jobs',
  [account('daemon-set-controller')]: 'status and revisions of daemon sets',
  [account('deployment-controller')]: 'revisions of deployments, and their replica sets',
  [account('disruption-controller')]: 'status of disruption budgets',
  [account('endpoint-controller')]: 'endpoints of services',
  [account('endpointslice-controller')]: 'endpoint slices of services',
  [account('endpointslicemirroring-controller')]: 'endpoint slices of endpoints',
  [account('ephemeral-volume-controller')]: 'volume claims of pods',
  [account('expand-controller')]: 'the resizing of volume claims',
  [account('generic-garbage-collector')]:
    'owner references to what is gone, and finalizers of owners',
  [account('job-controller')]: 'status of jobs, and their pods',
  [account('legacy-service-account-token-cleaner')]: 'which old tokens are no longer valid',
  [account('namespace-controller')]: 'the end of namespaces',
  [account('persistent-volume-binder')]: 'the volume that a claim is bound to',
  [account('pvc-protection-controller')]: 'the finalizer of volume claims that are in use',
  [account('replicaset-controller')]: 'status of replica sets',
  [account('replication-controller')]: 'status of replication controllers',
  [account('resourcequota-controller')]: 'what is used of a quota',
  [account('root-ca-cert-publisher')]: 'kube-root-ca.crt in every namespace',
  [account('service-account-controller')]: 'the service account default in every namespace',
  [account('statefulset-controller')]:
    'owner references of volume claims, by their retention policy',
  [account('ttl-after-finished-controller')]: 'the end of finished jobs',
};

/** What a controller writes besides status, labels and annotations. */
export interface ControllerWrite {
  readonly by: readonly string[];
  /** `GROUP/RESOURCE`; the core group is empty. */
  readonly resource: string;
  readonly part: Extract<Part, 'content' | 'owners' | 'finalizers'>;
  /** Only objects of this name. */
  readonly name?: string;
  /** Only objects of this type, which can't be changed. */
  readonly type?: string;
}

const CLAIMS = '/persistentvolumeclaims';

export const CONTROLLER_WRITES: readonly ControllerWrite[] = [
  {
    by: [MANAGER],
    resource: '/secrets',
    part: 'content',
    type: 'kubernetes.io/service-account-token',
  },
  {
    by: [MANAGER, account('root-ca-cert-publisher')],
    resource: '/configmaps',
    part: 'content',
    name: 'kube-root-ca.crt',
  },
  { by: [MANAGER, account('persistent-volume-binder')], resource: CLAIMS, part: 'content' },
  { by: [MANAGER, account('statefulset-controller')], resource: CLAIMS, part: 'owners' },
  { by: [MANAGER, account('pvc-protection-controller')], resource: CLAIMS, part: 'finalizers' },
  {
    by: [
      MANAGER,
      'system:cloud-controller-manager',
      account('service-controller'),
      account('cloud-controller-manager'),
    ],
    resource: '/services',
    part: 'finalizers',
  },
];

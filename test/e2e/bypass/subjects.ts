/** What an attempt is on: the whole project, or an item of it. */
export interface Subject {
  readonly of: 'project' | 'item';
  /** As deletions.yaml names it. */
  readonly target: string;
  /** Its root object in the API. */
  readonly path: string;
  /** The same in Terraform: type, and the object's name. */
  readonly resource: readonly [string, string];
}

export const NAMESPACE = '/api/v1/namespaces/billing';
export const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
export const CRON_JOBS = '/apis/batch/v1/namespaces/billing/cronjobs';

export const PROJECT: Subject = {
  of: 'project',
  target: 'billing',
  path: NAMESPACE,
  resource: ['kubernetes_namespace_v1', 'billing'],
};
export const SECRET: Subject = {
  of: 'item',
  target: 'billing/secrets/db',
  path: `${NAMESPACE}/secrets/db`,
  resource: ['kubernetes_secret_v1', 'db'],
};
export const TEMPLATE: Subject = {
  of: 'item',
  target: 'billing/job-templates/nightly',
  path: `${CRON_JOBS}/nightly`,
  resource: ['kubernetes_cron_job_v1', 'nightly'],
};

/** For what can be tried on either in the same way. */
export const BOTH = [SECRET, PROJECT] as const;

/** An object of the project that is no item, or isn't declared at all. */
const object = (collection: string, name: string): Subject => ({
  of: 'project',
  target: 'billing',
  path: `${collection}/${name}`,
  resource: ['', name],
});
const inGroup = (group: string, plural: string) => `/apis/${group}/v1/namespaces/billing/${plural}`;

/** What a project is made of besides its items. */
export const OWNED_KINDS = {
  network: object(inGroup('networking.k8s.io', 'networkpolicies'), 'project'),
  quota: object(`${NAMESPACE}/resourcequotas`, 'project'),
  limits: object(`${NAMESPACE}/limitranges`, 'project'),
  settings: object(`${NAMESPACE}/configmaps`, 'settings'),
  binding: object(inGroup('rbac.authorization.k8s.io', 'rolebindings'), 'reprieve-reader'),
} as const;

/** What somebody put into the namespace without declaring it. */
export const BYSTANDERS = [
  object(`${NAMESPACE}/secrets`, 'bystander'),
  object(inGroup('apps', 'deployments'), 'bystander'),
  object(inGroup('apps', 'statefulsets'), 'bystander'),
  object(`${NAMESPACE}/services`, 'bystander'),
  object(inGroup('rbac.authorization.k8s.io', 'roles'), 'bystander'),
] as const;

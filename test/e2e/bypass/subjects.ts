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

import type { JobTemplateSpec, QuotaSpec } from './specification.js';

/** The longest that an approval may count, in seconds: 7 days. */
export const MAX_APPROVAL = 7 * 24 * 3600;

/** Entries of a list: commands, arguments, environment, volume mounts. It only keeps files in bounds. */
export const MAX_ENTRIES = 1000;

/** The size of a job template, in bytes of its JSON: with all that is added, it has to fit into an object. */
export const MAX_TEMPLATE_BYTES = 2 ** 19;

/**
 * The largest array: Kubernetes counts and retries each index of a Job by itself up to this number.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#backoff-limit-per-index
 */
export const MAX_ARRAY = 100_000;

/** So often the largest array, and it is still a number that Kubernetes' `backoffLimit` can hold. */
export const MAX_RETRIES = Math.floor((2 ** 31 - 1) / MAX_ARRAY);

/** The longest execution time, in seconds. */
export const MAX_SECONDS = 2 ** 31 - 1;

/** The size of a config map's or secret's data in Kubernetes, in bytes. */
export const MAX_DATA_BYTES = 2 ** 20;

/** A user id that fits into Kubernetes' and Linux' fields. */
export const MAX_USER_ID = 2 ** 31 - 1;

/**
 * What a project may hold unless it says otherwise.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-limits
 */
export const DEFAULT_QUOTA: QuotaSpec = {
  jobs: 100,
  jobRuns: 100,
  secrets: 100,
  configMaps: 100,
  apps: 40,
  functions: 20,
  instances: 250,
  cpu: 128,
  memory: '512G',
  ephemeralStorage: '512G',
};

/**
 * What a job template says where it leaves something out.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-job-plan
 */
export const JOB_DEFAULTS = {
  mode: 'task',
  serviceAccount: 'default',
  runAsUser: 0,
  arrayIndices: '0',
  cpu: '1',
  memory: '4G',
  ephemeralStorage: '400M',
  maxExecutionTime: 7200,
  retryLimit: 3,
} as const satisfies Partial<JobTemplateSpec>;

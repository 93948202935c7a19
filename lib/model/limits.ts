import type { JobTemplateSpec, QuotaSpec } from './specification.js';

/** Projects of a region, here of a stack, the soft-deleted ones included. */
export const MAX_PROJECTS = 20;

/** Entries of a list: commands, arguments, environment, volume mounts. */
/** The longest that an approval may count, in seconds: 7 days. */
export const MAX_APPROVAL = 7 * 24 * 3600;

export const MAX_ENTRIES = 100;

/** The size of a job template, in bytes of its JSON. */
export const MAX_TEMPLATE_BYTES = 10 * 1024;

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

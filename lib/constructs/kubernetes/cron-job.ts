import type { CronJobV1 } from '@cdktf/provider-kubernetes/lib/cron-job-v1/index.js';
import type { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { asIndexedCompletions } from '../../model/array-indices.js';
import { TEMPLATE_NAME_ANNOTATION } from '../../model/marks.js';
import { cronJobNameFor } from '../../model/names.js';
import type {
  EnvironmentSpec,
  JobTemplateSpec,
  VolumeMountSpec,
} from '../../model/specification.js';
import { literal } from '../../state/expression.js';
import { serviceAccountName } from './access.js';
import { namespacedMetadata, type ObjectLabels } from './metadata.js';
import { CRON_JOB } from './types.js';

/** 31 February: a CronJob needs a schedule, a template must never run by one. */
const NEVER = '59 23 31 2 *';

/** Runs that are kept; Kubernetes also counts the ones that a person started. */
const HISTORY = 100;

/** Kubernetes has no endless retry for a Job; this is its largest count. */
const ENDLESS = 2_147_483_647;

/**
 * A job template as a suspended CronJob: the only typed object that holds a whole Job and runs
 * nothing. `kubectl create job --from=cronjob/NAME` starts a run.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
export function renderCronJob(
  scope: Construct,
  name: string,
  spec: JobTemplateSpec,
  marks: ObjectLabels,
  namespace: TerraformResource,
): CronJobV1 {
  return CRON_JOB.create(scope, 'cron-job', {
    metadata: namespacedMetadata(cronJobNameFor(name), marks, { [TEMPLATE_NAME_ANNOTATION]: name }),
    spec: {
      schedule: NEVER,
      suspend: true,
      concurrencyPolicy: 'Allow',
      successfulJobsHistoryLimit: HISTORY,
      failedJobsHistoryLimit: HISTORY,
      jobTemplate: { metadata: {}, spec: jobSpec(name, spec, marks) },
    },
    dependsOn: [namespace],
    // What is soft-deleted stays as it is, whatever a newer version would render.
    ...(marks.fate.doomed ? { lifecycle: { ignoreChanges: ['spec[0].job_template'] } } : {}),
  });
}

/** @see https://kubernetes.io/docs/concepts/workloads/controllers/job/ */
function jobSpec(name: string, spec: JobTemplateSpec, marks: ObjectLabels) {
  const size = asIndexedCompletions(spec.arrayIndices) ?? 1;
  return {
    completions: size,
    parallelism: size,
    completionMode: 'Indexed',
    ...retries(spec, size),
    template: { metadata: {}, spec: podSpec(name, spec, size, marks) },
  };
}

function retries(spec: JobTemplateSpec, size: number) {
  if (spec.mode === 'daemon') return { backoffLimit: ENDLESS };
  const limit = spec.retryLimit ?? 0;
  return {
    backoffLimit: limit * size,
    backoffLimitPerIndex: limit,
    ...(spec.maxExecutionTime === undefined
      ? {}
      : { activeDeadlineSeconds: spec.maxExecutionTime }),
  };
}

function podSpec(name: string, spec: JobTemplateSpec, size: number, marks: ObjectLabels) {
  return {
    restartPolicy: spec.mode === 'daemon' ? 'OnFailure' : 'Never',
    serviceAccountName: serviceAccountName(spec.serviceAccount),
    automountServiceAccountToken: spec.serviceAccount !== 'none',
    securityContext: podSecurity(spec),
    ...(spec.imageSecret === undefined ? {} : { imagePullSecrets: [{ name: spec.imageSecret }] }),
    container: [container(name, spec, size, marks)],
    ...(spec.mounts.length === 0 ? {} : { volume: spec.mounts.map(volume) }),
  };
}

function container(name: string, spec: JobTemplateSpec, size: number, marks: ObjectLabels) {
  const amounts = {
    cpu: spec.cpu,
    memory: spec.memory,
    'ephemeral-storage': spec.ephemeralStorage,
  };
  const sources = spec.environment.filter(isWhole);
  const variables = spec.environment.filter(isVariable);
  return {
    name: 'job',
    image: literal(spec.image),
    ...(spec.command.length === 0 ? {} : { command: literal([...spec.command]) }),
    ...(spec.arguments.length === 0 ? {} : { args: literal([...spec.arguments]) }),
    env: [...variables.map(variable), ...injected(name, spec, size, marks)],
    ...(sources.length === 0 ? {} : { envFrom: sources.map(source) }),
    resources: { limits: amounts, requests: amounts },
    securityContext: containerSecurity(spec),
    ...(spec.mounts.length === 0 ? {} : { volumeMount: spec.mounts.map(mount) }),
  };
}

/**
 * What a job never needs it doesn't get. Root keeps its capabilities: images that start as root and
 * become another user need them.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
function containerSecurity({ runAsUser, readOnlyRootFilesystem }: JobTemplateSpec) {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: readOnlyRootFilesystem === true,
    // The provider sends false for what a container's own context leaves out, over what its pod says.
    ...(runAsUser === 0 ? {} : { capabilities: { drop: ['ALL'] }, runAsNonRoot: true }),
  };
}

function podSecurity({ runAsUser }: JobTemplateSpec) {
  return {
    runAsUser: String(runAsUser),
    ...(runAsUser === 0 ? {} : { runAsNonRoot: true }),
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** A whole secret or config map, every key of which becomes a variable. */
type WholeSource = Exclude<EnvironmentSpec, { readonly name: string }>;

function isWhole(entry: EnvironmentSpec): entry is WholeSource {
  return !('name' in entry);
}

type Variable = Extract<EnvironmentSpec, { readonly name: string }>;

function isVariable(entry: EnvironmentSpec): entry is Variable {
  return 'name' in entry;
}

function variable(entry: Variable) {
  if ('value' in entry) return { name: entry.name, value: literal(entry.value) };
  const valueFrom =
    'secret' in entry
      ? { secretKeyRef: { name: entry.secret, key: entry.key } }
      : { configMapKeyRef: { name: entry.configMap, key: entry.key } };
  return { name: entry.name, valueFrom };
}

function source(entry: WholeSource) {
  const prefix = entry.prefix === undefined ? {} : { prefix: entry.prefix };
  return 'secret' in entry
    ? { ...prefix, secretRef: { name: entry.secret } }
    : { ...prefix, configMapRef: { name: entry.configMap } };
}

/** What Code Engine puts into every run, as far as Kubernetes knows it. */
function injected(name: string, spec: JobTemplateSpec, size: number, marks: ObjectLabels) {
  const index = "metadata.annotations['batch.kubernetes.io/job-completion-index']";
  return [
    { name: 'JOB_INDEX', valueFrom: { fieldRef: { fieldPath: index } } },
    { name: 'JOB_ARRAY_SIZE', value: String(size) },
    { name: 'JOB_MODE', value: spec.mode },
    ...(spec.retryLimit === undefined
      ? []
      : [{ name: 'JOB_RETRY_LIMIT', value: String(spec.retryLimit) }]),
    { name: 'CE_JOB', value: name },
    { name: 'CE_JOBRUN', valueFrom: { fieldRef: { fieldPath: "metadata.labels['job-name']" } } },
    { name: 'CE_SUBDOMAIN', value: marks.namespace },
  ];
}

function volume(entry: VolumeMountSpec, index: number) {
  return 'secret' in entry
    ? { name: volumeName(index), secret: { secretName: entry.secret } }
    : { name: volumeName(index), configMap: { name: entry.configMap } };
}

function mount(entry: VolumeMountSpec, index: number) {
  return { name: volumeName(index), mountPath: literal(entry.path), readOnly: true };
}

function volumeName(index: number): string {
  return `mount-${index}`;
}

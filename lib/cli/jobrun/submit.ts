import { quote, quoteName } from '../../base/inert.js';
import { shellWord } from '../../base/shell.js';
import { lockedProject } from '../../files/projects-lock.js';
import { asIndexedCompletions } from '../../model/array-indices.js';
import { KINDS } from '../../model/kinds.js';
import { checkJobRunName } from '../../model/names.js';
import type { JobTemplateSpec } from '../../model/specification.js';
import { type ClusterOptions, clusterOf } from '../cluster/access.js';
import type { CreateJobOptions } from '../job/create.js';
import { changed } from '../job/update.js';
import { EXIT, type ExitCode, type Io, misuse, refuse } from '../terminal/io.js';
import { announce, type DisplayOptions, printData, talk } from '../terminal/output.js';
import { changing, specOf } from '../workspace/changing.js';
import { readableStacks } from '../workspace/inventory.js';
import { pickStack } from '../workspace/workspace.js';

export interface SubmitOptions
  extends DisplayOptions,
    ClusterOptions,
    Omit<CreateJobOptions, 'copyOf' | 'name' | 'output'> {
  /** The job template. */
  readonly job: string;
  /** The run's name. */
  readonly name?: string;
  readonly run?: boolean;
}

/** What can't be other for a run than for its template. */
const FIXED = ['image', 'registrySecret', 'serviceAccount', 'runAsUser', 'mode'] as const;
const UNPATCHED = ['envFromSecret', 'envFromConfigmap', 'mountSecret', 'mountConfigmap'] as const;

/**
 * `jobrun submit`: prints how kubectl starts a run, with the size of its array and what is other than
 * in the template; with `--run`, starts it.
 */
export async function submitJobRun(io: Io, options: SubmitOptions): Promise<ExitCode> {
  refuseFixed(options);
  const { stack: named, project } = options;
  const found = await changing(io, 'job', options.job, {
    ...(named === undefined ? {} : { stack: named }),
    ...(project === undefined ? {} : { project }),
  });
  const { workspace, located } = found;
  const template = specOf(found, 'job-templates');
  const locked = lockedProject(workspace.lock(), located);
  if (template === undefined || locked === undefined) return misuse(unknown(options.job));
  const name = options.name ?? runName(located.item.name, io.now());
  const problems = checkJobRunName(name);
  if (problems.length > 0) misuse(...problems);
  const patch = patchOf(located.item.name, template, options);
  const from = {
    namespace: locked.namespace,
    cronJob: KINDS['job-templates'].object.nameFor(located.item.name),
  };
  const stack = pickStack(readableStacks(io, workspace), located.stack);
  if (stack.target !== 'kubernetes') refuse(noCluster(stack.name));
  const line = commandLine(from, name, patch, options);
  if (options.run !== true) {
    talk(io, options, 'Start the run with:', '');
    printData(io, options, { name, ...from, command: line, patch: patch ?? null }, () => line);
    return EXIT.ok;
  }
  announce(io, options, `Submitting job run '${name}'...`);
  await clusterOf(io, options, stack).startJob(from, name, patch);
  announce(io, options, 'OK');
  if (options.output !== undefined) {
    printData(io, options, { name, ...from, command: line, patch: patch ?? null }, () => '');
  }
  return EXIT.ok;
}

/** What a run has other than its template, as a patch of the job that kubectl makes of it. */
export function patchOf(
  job: string,
  template: JobTemplateSpec,
  options: SubmitOptions,
): object | undefined {
  const { output: _output, name: _name, job: _job, run: _run, ...flags } = options;
  const spec = changed(template, flags);
  const size = asIndexedCompletions(spec.arrayIndices) ?? 1;
  const changes = {
    ...arrayPatch(template, spec, size),
    ...podPatch(job, template, spec, size),
  };
  return Object.keys(changes).length === 0 ? undefined : { spec: changes };
}

function arrayPatch(template: JobTemplateSpec, spec: JobTemplateSpec, size: number): object {
  const isOther = (key: keyof JobTemplateSpec) => spec[key] !== template[key];
  const limit = spec.retryLimit;
  const isRetried = limit !== undefined && (isOther('retryLimit') || isOther('arrayIndices'));
  return {
    ...(isOther('arrayIndices') ? { completions: size, parallelism: size } : {}),
    ...(isRetried ? { backoffLimit: limit * size, backoffLimitPerIndex: limit } : {}),
    ...(isOther('maxExecutionTime') ? { activeDeadlineSeconds: spec.maxExecutionTime } : {}),
  };
}

function podPatch(
  _job: string,
  template: JobTemplateSpec,
  spec: JobTemplateSpec,
  size: number,
): object {
  const isOther = (key: keyof JobTemplateSpec) =>
    JSON.stringify(spec[key]) !== JSON.stringify(template[key]);
  const amounts = {
    cpu: spec.cpu,
    memory: spec.memory,
    'ephemeral-storage': spec.ephemeralStorage,
  };
  const isResized = isOther('cpu') || isOther('memory') || isOther('ephemeralStorage');
  const env = [
    ...spec.environment.flatMap((entry) => {
      const known = template.environment.some((it) => JSON.stringify(it) === JSON.stringify(entry));
      return 'name' in entry && 'value' in entry && !known
        ? [{ name: entry.name, value: entry.value, valueFrom: null }]
        : [];
    }),
    ...(isOther('arrayIndices') ? [{ name: 'JOB_ARRAY_SIZE', value: String(size) }] : []),
    ...(isOther('retryLimit') ? [{ name: 'JOB_RETRY_LIMIT', value: String(spec.retryLimit) }] : []),
  ];
  const container = {
    ...(isOther('command') ? { command: spec.command } : {}),
    ...(isOther('arguments') ? { args: spec.arguments } : {}),
    ...(env.length === 0 ? {} : { env }),
    ...(isResized ? { resources: { limits: amounts, requests: amounts } } : {}),
  };
  if (Object.keys(container).length === 0) return {};
  return { template: { spec: { containers: [{ name: 'job', ...container }] } } };
}

/** As it can be typed: a pipe where the run is other than its template. */
function commandLine(
  { namespace, cronJob }: { readonly namespace: string; readonly cronJob: string },
  name: string,
  patch: object | undefined,
  { kubeconfig, context }: ClusterOptions,
): string {
  const flags = [
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(context === undefined ? [] : [`--context=${context}`]),
  ];
  const words = (...all: readonly string[]) =>
    ['kubectl', ...flags, ...all].map(shellWord).join(' ');
  const create = ['create', 'job', name, `--from=cronjob/${cronJob}`, `--namespace=${namespace}`];
  if (patch === undefined) return words(...create);
  return [
    words(...create, '--dry-run=client', '-o', 'json'),
    `  | kubectl patch --local -f - --type=strategic -o json -p ${shellWord(JSON.stringify(patch))}`,
    `  | ${words('create', `--namespace=${namespace}`, '-f', '-')}`,
  ].join(' \\\n');
}

/** The job's name and the time, as long as a run's may be. */
function runName(job: string, now: Date): string {
  const time = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return `${job.slice(0, 53 - time.length - 1).replace(/-+$/, '')}-${time}`;
}

function refuseFixed(options: SubmitOptions): void {
  const given = [...FIXED, ...UNPATCHED].filter((key) => options[key] !== undefined);
  if (given.length === 0) return;
  const flags = given.map(
    (it) => `--${it.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  );
  misuse({
    code: 'jobrun/fixed',
    message: `${flags.join(', ')} can't be other for a run than for its job.`,
    remedy: 'Change the job template: npx reprieve job update',
  });
}

function unknown(job: string) {
  return {
    code: 'jobrun/job',
    message: `projects.lock.yaml has no specification of the job ${quote(job)}.`,
    remedy: 'Run npx cdktf synth, which writes it.',
  };
}

function noCluster(stack: string) {
  return {
    code: 'jobrun/no-cluster',
    message: `${quoteName(stack)} is not for a cluster: nothing runs there.`,
    remedy: 'Name a stack whose target is Target.kubernetes().',
  };
}

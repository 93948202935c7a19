import { checkIndexed } from '../../model/array-indices.js';
import { checkJobTemplate, type JobTemplateProps } from '../../model/job-template.js';
import type { EnvironmentSpec, JobTemplateSpec } from '../../model/specification.js';
import { type ExitCode, type Io, misuse } from '../terminal/io.js';
import { changing, printChange, specOf, type UpdateOptions } from '../workspace/changing.js';
import { refuseUnfit } from '../workspace/declaring.js';
import { asTyped, type CreateJobOptions, propsOf } from './create.js';

export type UpdateJobOptions = UpdateOptions &
  Omit<CreateJobOptions, 'copyOf'> & {
    readonly envRm?: readonly string[];
    readonly mountRm?: readonly string[];
  };

/** `job update`: prints what changes in a job template's declaration. */
export async function updateJob(
  io: Io,
  argument: string | undefined,
  options: UpdateJobOptions,
): Promise<ExitCode> {
  const found = await changing(io, 'job', argument, options);
  const before = specOf(found, 'job-templates');
  if (before === undefined) return misuse(unknown());
  const after = asTyped(io, changed(before, options), options);
  const { workspace, located } = found;
  refuseUnfit(workspace, located, { kind: 'job-templates', name: located.item.name, spec: after });
  return printChange(io, options, found, 'job-templates', [before, after]);
}

/** A template with what the flags say in place of what it has; the rest stays as it is. */
export function changed(before: JobTemplateSpec, options: UpdateJobOptions): JobTemplateSpec {
  const given = propsOf({ ...options, image: options.image ?? before.image });
  const { value, problems } = checkJobTemplate('', { ...kept(before, given), ...given });
  if (value === undefined) return misuse(...problems);
  const gaps = checkIndexed(value.arrayIndices);
  if (gaps.length > 0) misuse(...gaps);
  const isNew = (key: keyof JobTemplateProps) => given[key] !== undefined;
  const { command, arguments: args, imageSecret, serviceAccount, runAsUser, mode } = value;
  const { maxExecutionTime: _time, retryLimit: _limit, ...rest } = before;
  return {
    ...rest,
    ...(options.image === undefined ? {} : { image: value.image }),
    ...(isNew('command') ? { command } : {}),
    ...(isNew('arguments') ? { arguments: args } : {}),
    ...(isNew('imageSecret') && imageSecret !== undefined ? { imageSecret } : {}),
    ...(isNew('serviceAccount') ? { serviceAccount } : {}),
    ...(isNew('runAsUser') ? { runAsUser } : {}),
    ...(isNew('arrayIndices') || isNew('arraySize') ? { arrayIndices: value.arrayIndices } : {}),
    environment: merged(before.environment, value.environment, keyOf, options.envRm),
    mounts: merged(before.mounts, value.mounts, ({ path }) => path, options.mountRm),
    ...{ mode, cpu: value.cpu, memory: value.memory, ephemeralStorage: value.ephemeralStorage },
    ...(value.maxExecutionTime === undefined ? {} : { maxExecutionTime: value.maxExecutionTime }),
    ...(value.retryLimit === undefined ? {} : { retryLimit: value.retryLimit }),
  };
}

/** What is checked together with what the flags say; a daemon has neither time nor retries. */
function kept(before: JobTemplateSpec, { mode = before.mode }: JobTemplateProps) {
  const { cpu, memory, ephemeralStorage, maxExecutionTime, retryLimit } = before;
  const ofTask = {
    ...(maxExecutionTime === undefined ? {} : { maxExecutionTime }),
    ...(retryLimit === undefined ? {} : { retryLimit }),
  };
  return { mode, cpu, memory, ephemeralStorage, ...(mode === 'daemon' ? {} : ofTask) };
}

/** Each entry that is given in place of the one of its key, others after them. */
function merged<T>(
  before: readonly T[],
  given: readonly T[],
  keyOf: (entry: T) => string,
  removed: readonly string[] = [],
): readonly T[] {
  const keys = new Set(before.map(keyOf));
  const byKey = new Map(given.map((entry) => [keyOf(entry), entry]));
  return [
    ...before
      .filter((entry) => !removed.includes(keyOf(entry)))
      .map((entry) => byKey.get(keyOf(entry)) ?? entry),
    ...given.filter((entry) => !keys.has(keyOf(entry))),
  ];
}

/** A variable by its name; a whole secret or config map by what it is. */
function keyOf(entry: EnvironmentSpec): string {
  if ('name' in entry) return entry.name;
  return 'secret' in entry ? `secret ${entry.secret}` : `config map ${entry.configMap}`;
}

function unknown() {
  return {
    code: 'update/kind',
    message: 'projects.lock.yaml has no specification of it.',
    remedy: 'Run npx cdktf synth, which writes it.',
  };
}

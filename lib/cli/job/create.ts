import { checkIndexed } from '../../model/array-indices.js';
import type { EnvironmentSource, EnvironmentValue } from '../../model/environment.js';
import { hasVersion } from '../../model/image-reference.js';
import { checkJobTemplate, type JobTemplateProps } from '../../model/job-template.js';
import type { JobTemplateSpec } from '../../model/specification.js';
import type { VolumeMountProps } from '../../model/volume-mounts.js';
import { nameIn } from '../subject/subject.js';
import { type ExitCode, type Io, misuse } from '../terminal/io.js';
import { talk } from '../terminal/output.js';
import { type CreateOptions, lockedItem, originalFor, printItem } from '../workspace/declaring.js';
import { Workspace } from '../workspace/workspace.js';

/** Code Engine's flags. */
export interface CreateJobOptions extends CreateOptions {
  readonly image?: string;
  readonly registrySecret?: string;
  readonly command?: readonly string[];
  readonly argument?: readonly string[];
  /** NAME=VALUE. */
  readonly env?: readonly string[];
  readonly envFromSecret?: readonly string[];
  readonly envFromConfigmap?: readonly string[];
  /** PATH=NAME. */
  readonly mountSecret?: readonly string[];
  readonly mountConfigmap?: readonly string[];
  readonly mode?: 'task' | 'daemon';
  readonly serviceAccount?: JobTemplateProps['serviceAccount'];
  readonly runAsUser?: number;
  readonly arrayIndices?: string;
  readonly arraySize?: number;
  readonly cpu?: string;
  readonly memory?: string;
  readonly ephemeralStorage?: string;
  readonly maxexecutiontime?: number;
  readonly retrylimit?: number;
  /** The project need not have the secrets and config maps that it names. */
  readonly force?: boolean;
}

/** `job create`: prints the lines that declare a job template. */
export async function createJob(
  io: Io,
  argument: string | undefined,
  options: CreateJobOptions,
): Promise<ExitCode> {
  const name = nameIn(argument, options) ?? '';
  const workspace = Workspace.find(io);
  const original = await originalFor(io, workspace, 'job', options);
  const copied =
    original?.item === undefined
      ? undefined
      : lockedItem(original.locked, 'job-templates', original.item.name);
  const spec = copied ?? asTyped(io, specificationOf(name, options), options);
  return printItem(io, workspace, options, { kind: 'job-templates', name, spec });
}

function specificationOf(name: string, options: CreateJobOptions): JobTemplateSpec {
  const force = options.force === true ? { allowMissingReferences: true } : {};
  const { value, problems } = checkJobTemplate(name, { ...propsOf(options), ...force });
  if (value === undefined) return misuse(...problems);
  const gaps = checkIndexed(value.arrayIndices);
  return gaps.length > 0 ? misuse(...gaps) : value;
}

/** A tag that nobody typed is not written into code: the note says what a run would pull. */
export function asTyped(
  io: Io,
  spec: JobTemplateSpec,
  { image, quiet }: Pick<CreateJobOptions, 'image' | 'quiet'>,
): JobTemplateSpec {
  if (image === undefined || hasVersion(image)) return spec;
  const note =
    'note: --image has no tag, so a run pulls `latest`, whatever that is then. Name a version.';
  talk(io, quiet === undefined ? {} : { quiet }, note);
  return { ...spec, image };
}

/** What the flags say, checked by the platform's rules. */
export function propsOf(options: CreateJobOptions): JobTemplateProps {
  const { env = [], envFromSecret = [], envFromConfigmap = [] } = options;
  const { mountSecret = [], mountConfigmap = [] } = options;
  const image = options.image ?? missingImage();
  const given = {
    imageSecret: options.registrySecret,
    command: options.command,
    arguments: options.argument,
    mode: options.mode,
    serviceAccount: options.serviceAccount,
    runAsUser: options.runAsUser,
    arrayIndices: options.arrayIndices,
    arraySize: options.arraySize,
    cpu: options.cpu,
    memory: options.memory,
    ephemeralStorage: options.ephemeralStorage,
    maxExecutionTime: options.maxexecutiontime,
    retryLimit: options.retrylimit,
  };
  const environment: Readonly<Record<string, EnvironmentValue>> = Object.fromEntries(
    env.map((text) => pairIn('--env', text)),
  );
  const environmentFrom: readonly EnvironmentSource[] = [
    ...envFromSecret.map((secret) => ({ secret })),
    ...envFromConfigmap.map((configMap) => ({ configMap })),
  ];
  const mounts: readonly VolumeMountProps[] = [
    ...mountSecret
      .map((text) => pairIn('--mount-secret', text))
      .map(([path, secret]) => ({ path, secret })),
    ...mountConfigmap
      .map((text) => pairIn('--mount-configmap', text))
      .map(([path, configMap]) => ({ path, configMap })),
  ];
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { image, environment, environmentFrom, mounts, ...Object.fromEntries(set) };
}

/** The value is not repeated: people put secrets there too. */
function pairIn(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  return misuse({
    code: 'create/pair',
    message: `${flag} has a value without a name.`,
    remedy: flag === '--env' ? 'Write --env NAME=VALUE.' : `Write ${flag} /PATH=NAME.`,
  });
}

function missingImage(): never {
  return misuse({
    code: 'create/image',
    message: 'A job needs an image.',
    remedy: 'Add --image, such as --image de.icr.io/team/app:1.4, or --copy-of another job.',
  });
}

import { byteLength, isText } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { unknownProperties } from '../base/texts.js';
import { indicesOfSize, parseArrayIndices } from './array-indices.js';
import { checkEnvironment, type EnvironmentSource, type EnvironmentValue } from './environment.js';
import { formatImageReference, parseImageReference } from './image-reference.js';
import {
  JOB_DEFAULTS,
  MAX_ENTRIES,
  MAX_RETRIES,
  MAX_SECONDS,
  MAX_TEMPLATE_BYTES,
  MAX_USER_ID,
} from './limits.js';
import { isDnsSubdomain } from './names.js';
import { foreignProperties, isForeign } from './not-covered.js';
import { checkSize } from './sizes.js';
import { type JobTemplateSpec, SERVICE_ACCOUNTS, type ServiceAccount } from './specification.js';
import { checkVolumeMounts, type VolumeMountProps } from './volume-mounts.js';

/** A job template as a user declares it; defaults as the platform has them. */
export interface JobTemplateProps {
  readonly image: string;
  readonly imageSecret?: string;
  readonly command?: readonly string[];
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, EnvironmentValue>>;
  readonly environmentFrom?: readonly EnvironmentSource[];
  readonly mounts?: readonly VolumeMountProps[];
  readonly mode?: 'task' | 'daemon';
  readonly serviceAccount?: ServiceAccount;
  readonly runAsUser?: number;
  readonly readOnlyRootFilesystem?: boolean;
  readonly arrayIndices?: string;
  readonly arraySize?: number;
  readonly cpu?: number | string;
  readonly memory?: string;
  readonly ephemeralStorage?: string;
  readonly maxExecutionTime?: number;
  readonly retryLimit?: number;
  readonly allowMissingReferences?: boolean;
}

/** Every property once: one that is missing here, or too many, doesn't compile. */
const KNOWN: Readonly<Record<keyof JobTemplateProps, true>> = {
  image: true,
  imageSecret: true,
  command: true,
  arguments: true,
  environment: true,
  environmentFrom: true,
  mounts: true,
  mode: true,
  serviceAccount: true,
  runAsUser: true,
  readOnlyRootFilesystem: true,
  arrayIndices: true,
  arraySize: true,
  cpu: true,
  memory: true,
  ephemeralStorage: true,
  maxExecutionTime: true,
  retryLimit: true,
  allowMissingReferences: true,
};
const PROPERTIES = Object.keys(KNOWN);

/**
 * Checks a job template and fills in its defaults.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-job-plan
 */
export function checkJobTemplate(_name: string, props: JobTemplateProps): Checked<JobTemplateSpec> {
  const foreign = foreignProperties(props);
  const own = Object.keys(Object(props)).filter(isForeign);
  const wrong = [...foreign, ...unknownProperties(props, [...PROPERTIES, ...own])];
  if (typeof props !== 'object' || props === null) return { problems: wrong };
  const problems = new Problems();
  for (const problem of wrong) problems.add(problem);
  const image = problems.take(parseImageReference(props.image));
  const imageSecret = problems.take(checkImageSecret(props.imageSecret));
  const command = problems.take(checkTexts('command', props.command));
  const args = problems.take(checkTexts('arguments', props.arguments));
  const environment = problems.take(checkEnvironment(props.environment, props.environmentFrom));
  const mounts = problems.take(checkVolumeMounts(props.mounts));
  const run = problems.take(checkRun(props));
  const arrayIndices = problems.take(checkArray(props));
  const size = problems.take(checkSize(props));
  const runAsUser = problems.take(
    checkNumber('runAsUser', props.runAsUser, 0, MAX_USER_ID, JOB_DEFAULTS.runAsUser),
  );
  const readOnly = problems.take(checkFlag('readOnlyRootFilesystem', props.readOnlyRootFilesystem));
  const lenient = problems.take(checkFlag('allowMissingReferences', props.allowMissingReferences));
  if (problems.all.length > 0) return { problems: problems.all };
  if (!image || !command || !args || !environment || !mounts || !run || !size)
    return { problems: [] };
  const specification: JobTemplateSpec = {
    image: formatImageReference(image),
    ...(imageSecret ? { imageSecret } : {}),
    command,
    arguments: args,
    environment,
    mounts,
    ...run,
    runAsUser: runAsUser ?? JOB_DEFAULTS.runAsUser,
    arrayIndices: arrayIndices ?? JOB_DEFAULTS.arrayIndices,
    ...size,
    ...(readOnly === true ? { readOnlyRootFilesystem: true } : {}),
    ...(lenient === true ? { allowMissingReferences: true } : {}),
  };
  const bytes = byteLength(JSON.stringify(specification));
  return bytes > MAX_TEMPLATE_BYTES
    ? { problems: [tooLarge(bytes)] }
    : { value: specification, problems: [] };
}

type Run = Pick<JobTemplateSpec, 'mode' | 'serviceAccount' | 'maxExecutionTime' | 'retryLimit'>;

/** How it runs: what only a task can have is refused for a daemon. */
function checkRun(props: JobTemplateProps): Checked<Run> {
  const problems = new Problems();
  const mode = problems.take(oneOf('mode', props.mode, ['task', 'daemon'] as const));
  const serviceAccount = problems.take(
    oneOf('serviceAccount', props.serviceAccount, SERVICE_ACCOUNTS),
  );
  const { maxExecutionTime, retryLimit } = props;
  if (mode === 'daemon') {
    for (const [field, value] of Object.entries({ maxExecutionTime, retryLimit })) {
      if (value !== undefined) problems.add(onlyForTasks(field, value));
    }
    return problems.result(serviceAccount && { mode, serviceAccount });
  }
  const seconds = problems.take(
    checkNumber(
      'maxExecutionTime',
      maxExecutionTime,
      1,
      MAX_SECONDS,
      JOB_DEFAULTS.maxExecutionTime,
    ),
  );
  const retries = problems.take(
    checkNumber('retryLimit', retryLimit, 0, MAX_RETRIES, JOB_DEFAULTS.retryLimit),
  );
  if (
    mode === undefined ||
    serviceAccount === undefined ||
    seconds === undefined ||
    retries === undefined
  ) {
    return { problems: problems.all };
  }
  return problems.result({ mode, serviceAccount, maxExecutionTime: seconds, retryLimit: retries });
}

function checkArray({ arrayIndices, arraySize }: JobTemplateProps): Checked<string> {
  if (arrayIndices === undefined) return indicesOfSize(arraySize === undefined ? 1 : arraySize);
  if (arraySize === undefined) return parseArrayIndices(arrayIndices);
  return {
    problems: [
      {
        code: 'job-template/array-both',
        message: `\`arrayIndices\` ${quote(arrayIndices)} and \`arraySize\` ${quote(arraySize)} say the same thing twice.`,
        remedy: 'Keep one of them.',
      },
    ],
  };
}

/** An empty text stands for none, so that a check can tell "none" from "wrong". */
function checkImageSecret(name: unknown): Checked<string> {
  if (name === undefined) return { value: '', problems: [] };
  if (typeof name === 'string' && isDnsSubdomain(name)) return { value: name, problems: [] };
  return {
    problems: [
      {
        code: 'job-template/image-secret',
        message: `\`imageSecret\` ${quote(name)} is not a registry secret or its name.`,
        remedy: 'Use a RegistrySecret of the same project.',
      },
    ],
  };
}

function checkTexts(field: string, texts: unknown): Checked<readonly string[]> {
  if (texts === undefined) return { value: [], problems: [] };
  if (!Array.isArray(texts) || texts.length > MAX_ENTRIES) {
    return { problems: [notTexts(field, quote(texts))] };
  }
  const problems = new Problems();
  const checked = texts.flatMap((text: unknown, index) => {
    if (isText(text) && !text.includes('\0')) return [text];
    const what =
      typeof text === 'string' ? 'a text with a character that can’t be passed' : quote(text);
    problems.add(notTexts(`${field}[${index}]`, what));
    return [];
  });
  return problems.result(checked);
}

function notTexts(field: string, what: string): Problem {
  return {
    code: 'job-template/texts',
    message: `\`${field}\` is ${what}.`,
    remedy: `Write a list of at most ${MAX_ENTRIES} texts, without NUL.`,
  };
}

function checkFlag(field: string, value: unknown): Checked<boolean> {
  if (value === undefined || typeof value === 'boolean') {
    return { value: value === true, problems: [] };
  }
  return {
    problems: [
      {
        code: 'job-template/flag',
        message: `\`${field}\` ${quote(value)} is neither true nor false.`,
        remedy: 'Write true or false, without quotation marks.',
      },
    ],
  };
}

/** Only what was left out gets the default: null is a mistake, not an omission. */
function checkNumber(
  field: string,
  given: unknown,
  min: number,
  max: number,
  fallback: number,
): Checked<number> {
  const value = given === undefined ? fallback : given;
  if (Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max) {
    return { value: Number(value), problems: [] };
  }
  return {
    problems: [
      {
        code: 'job-template/number',
        message: `\`${field}\` ${quote(value)} is out of range.`,
        remedy: `Use a whole number from ${min} to ${max}.`,
      },
    ],
  };
}

/** The first of the known ones is the default. */
function oneOf<T extends string>(field: string, value: unknown, known: readonly T[]): Checked<T> {
  const found = value === undefined ? known[0] : known.find((each) => each === value);
  if (found !== undefined) return { value: found, problems: [] };
  const hint = typeof value === 'string' ? didYouMean(value, known) : '';
  return {
    problems: [
      {
        code: 'job-template/choice',
        message: `\`${field}\` ${quote(value)} is none of ${known.join(', ')}.`,
        remedy: `Use one of them.${hint}`,
      },
    ],
  };
}

function onlyForTasks(field: string, value: unknown): Problem {
  return {
    code: 'job-template/daemon',
    message: `\`${field}\` ${quote(value)} has no meaning for a daemon, which is restarted whenever it fails and never times out.`,
    remedy: `Remove \`${field}\`, or use the mode \`task\`.`,
  };
}

function tooLarge(bytes: number): Problem {
  return {
    code: 'job-template/size',
    message: `The template has ${bytes} bytes, more than the ${MAX_TEMPLATE_BYTES} that fit into an object.`,
    remedy:
      'Move environment into a config map, and long arguments into the image or a mounted file.',
  };
}

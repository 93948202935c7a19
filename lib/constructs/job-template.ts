import type { Construct } from 'constructs';
import { isRecord } from '../base/guards.js';
import { inert } from '../base/inert.js';
import { checkJobTemplate } from '../model/job-template.js';
import type { Referring } from '../model/project.js';
import type { ItemKind, ServiceAccount } from '../model/specification.js';
import { type ProjectContext, projectOf } from './context.js';
import { type Declaration, declare, Item, type ItemProps } from './item.js';
import {
  accountReference,
  elsewhere,
  type IConfigMap,
  type IGrantable,
  type IJobTemplate,
  type IRegistrySecret,
  type ISecret,
  type IServiceAccount,
  References,
} from './references.js';
import { type Cpu, type Duration, plain, plainNumber, type Size } from './units.js';

/** A secret of the same project: its construct, or its name. */
export type SecretReference = ISecret | IRegistrySecret | string;

/** A config map of the same project: its construct, or its name. */
export type ConfigMapReference = IConfigMap | string;

/** A variable's value: literal text, or one key of a secret or config map. */
export type EnvironmentValue =
  | string
  | { readonly secret: SecretReference; readonly key: string }
  | { readonly configMap: ConfigMapReference; readonly key: string };

/** A secret or config map, every key of which becomes a variable. */
export type EnvironmentSource =
  | { readonly secret: SecretReference; readonly prefix?: string }
  | { readonly configMap: ConfigMapReference; readonly prefix?: string };

/** A secret or config map as files. */
export type Mount =
  | { readonly path: string; readonly secret: SecretReference }
  | { readonly path: string; readonly configMap: ConfigMapReference };

/** What a run of the job consists of. */
export interface JobTemplateProps extends ItemProps {
  /**
   * The image's reference, such as `de.icr.io/team/report:1.4` or `busybox@sha256:…`. The registry
   * defaults to docker.io and the tag to `latest`. Only the reference is kept: image data stays in
   * its registry, and is deleted there.
   */
  readonly image: string;
  /**
   * The registry secret of the same project to pull the image with: its construct, or its name.
   *
   * @default - none: the image is public
   */
  readonly imageSecret?: IRegistrySecret | string;
  /** Up to 1000 entries. @default - the image's own */
  readonly command?: readonly string[];
  /** Up to 1000 entries. @default - the image's own */
  readonly arguments?: readonly string[];
  /**
   * Up to 1000 variables, those of `environmentFrom` included.
   *
   * @default - none
   * @example { MODE: 'full', TOKEN: { secret: api, key: 'API_KEY' } }
   */
  readonly environment?: Readonly<Record<string, EnvironmentValue>>;
  /**
   * Secrets and config maps, every key of which becomes a variable.
   *
   * @default - none
   * @example [{ configMap: settings }, { secret: mail, prefix: 'MAIL_' }]
   */
  readonly environmentFrom?: readonly EnvironmentSource[];
  /**
   * Up to 1000 secrets and config maps as files.
   *
   * @default - none
   * @example [{ path: '/etc/settings', configMap: settings }]
   */
  readonly mounts?: readonly Mount[];
  /** A `task` ends, a `daemon` is restarted whenever it fails. @default 'task' */
  readonly mode?: 'task' | 'daemon';
  /**
   * What the run may do in the project through the Kubernetes API: one of its service accounts, or
   * the name of one.
   *
   * @default 'default'
   */
  readonly serviceAccount?: IServiceAccount | ServiceAccount;
  /** A UID. Root has the capabilities of its runtime, any other user none. @default 0 */
  readonly runAsUser?: number;
  /** Whether the container can't write to its image's files; mounts stay as they are. @default false */
  readonly readOnlyRootFilesystem?: boolean;
  /**
   * The indices of a run's instances, from 0 without gaps, such as `0-9`: Kubernetes numbers them
   * itself. Not together with `arraySize`. @default '0'
   */
  readonly arrayIndices?: string;
  /** The number of instances: 10 is the same as the indices `0-9`. @default 1 */
  readonly arraySize?: number;
  /** vCPU, such as `2`, `'125m'` or `Cpu.millis(125)`; goes together with `memory`. @default 1 */
  readonly cpu?: number | string | Cpu;
  /** Such as `4G`, or `Size.gigabytes(4)`. @default '4G' */
  readonly memory?: string | Size;
  /** Such as `400M`, or `Size.megabytes(400)`; at most the memory. @default '400M' */
  readonly ephemeralStorage?: string | Size;
  /** Seconds, from 1, or `Duration.hours(2)`; only for a task. @default 7200 */
  readonly maxExecutionTime?: number | Duration;
  /** From 0; only for a task. @default 3 */
  readonly retryLimit?: number;
  /** Whether it may name secrets and config maps that the project lacks. @default false */
  readonly allowMissingReferences?: boolean;
}

/**
 * A job template: what Code Engine calls a job. It runs nothing by itself.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-job-plan
 * @example
 * new JobTemplate(billing, 'nightly', {
 *   image: 'docker.io/example/invoices:1.4.2',
 *   imageSecret: dockerhub,
 *   environmentFrom: [{ configMap: settings }],
 *   cpu: 2,
 *   memory: Size.gigabytes(8),
 *   maxExecutionTime: Duration.hours(1),
 * });
 */
export class JobTemplate extends Item<'job-templates'> implements IGrantable {
  /** The service account that its runs have: what is granted to the template is granted to that. */
  readonly grantee: IServiceAccount;

  constructor(scope: Construct, id: string, props: JobTemplateProps) {
    super(scope, id, (project) => declaration(project, id, props));
    this.grantee = accountReference(this.specification?.serviceAccount ?? 'default', this.project);
  }

  /**
   * A job template that something other than this app makes in the project of `scope`.
   *
   * @example JobTemplate.fromName(billing, 'migration')
   */
  static fromName(scope: Construct, name: string): IJobTemplate {
    return elsewhere('job-templates', name, projectOf(scope));
  }
}

function declaration(
  project: ProjectContext,
  id: string,
  props: JobTemplateProps,
): Declaration<'job-templates'> {
  const references = new References(project);
  let refers: Referring | undefined;
  const declared = declare('job-templates', id, props, (name, rest) => {
    const plain = named(rest, references);
    refers = referringOf(plain);
    const { value, problems } = checkJobTemplate(name, plain);
    const all = [...references.problems, ...problems];
    return all.length === 0 && value !== undefined ? { value, problems } : { problems: all };
  });
  const isSound = declared.specification.value !== undefined;
  const { elsewhere: foreign } = references;
  return isSound || refers === undefined
    ? { ...declared, elsewhere: foreign }
    : { ...declared, elsewhere: foreign, refers };
}

/** What a template names, of whatever shape the rest is. */
function referringOf(plain: Readonly<Record<string, unknown>>): Referring {
  const { imageSecret, environment, environmentFrom, mounts, allowMissingReferences } = plain;
  const lists: readonly unknown[] = [environmentFrom, mounts].flatMap((each) =>
    Array.isArray(each) ? each : [],
  );
  const variables = isRecord(environment) ? Object.values(environment) : [];
  return {
    imageSecret,
    allowMissingReferences,
    entries: [...variables, ...lists].filter((each) => isRecord(each)),
  };
}

type Declared = Omit<JobTemplateProps, keyof ItemProps>;

/**
 * Replaces constructs by their names and units by texts and numbers. What has the wrong shape is
 * left for the check to name.
 */
function named(props: Declared, references: References) {
  const { imageSecret, environment, environmentFrom, mounts, serviceAccount, ...rest } = props;
  const { cpu, memory, ephemeralStorage, maxExecutionTime, ...others } = rest;
  return {
    ...others,
    ...given('imageSecret', imageSecret, (it) => imageSecretOf(it, references)),
    ...given('environment', environment, (it) => mapValues(it, references)),
    ...given('environmentFrom', environmentFrom, (it) =>
      mapEntries('environmentFrom', it, references),
    ),
    ...given('mounts', mounts, (it) => mapEntries('mounts', it, references)),
    ...given('serviceAccount', serviceAccount, (it) => references.accountOf(it)),
    ...given('cpu', cpu, plainNumber),
    ...given('memory', memory, plain),
    ...given('ephemeralStorage', ephemeralStorage, plain),
    ...given('maxExecutionTime', maxExecutionTime, plainNumber),
  };
}

/** What was left out stays left out: only then does a default hold. */
function given<K extends string, T, U>(
  key: K,
  value: T | undefined,
  convert: (value: T) => U,
): { readonly [P in K]?: U } {
  return value === undefined ? {} : ({ [key]: convert(value) } as { readonly [P in K]: U });
}

function imageSecretOf(reference: IRegistrySecret | string, references: References): string;
function imageSecretOf(reference: unknown, references: References): unknown {
  return references.nameOf('imageSecret', reference, 'registry-secrets');
}

/** The same type with names in place of constructs. */
type Named<T> = T extends { readonly secret: SecretReference }
  ? Omit<T, 'secret'> & { readonly secret: string }
  : T extends { readonly configMap: ConfigMapReference }
    ? Omit<T, 'configMap'> & { readonly configMap: string }
    : T;

/** Which kinds of item an entry's key refers to. */
const KINDS: Readonly<Record<string, readonly ItemKind[]>> = {
  secret: ['secrets', 'registry-secrets'],
  configMap: ['config-maps'],
};

function byName(field: string, entry: unknown, references: References): unknown {
  if (!isRecord(entry)) return entry;
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => {
      const kinds = Object.hasOwn(KINDS, key) ? KINDS[key] : undefined;
      const name = kinds && references.nameOf(`${field}.${key}`, value, ...kinds);
      return [key, kinds === undefined ? value : name];
    }),
  );
}

function mapEntries<T>(
  field: string,
  entries: readonly T[],
  references: References,
): readonly Named<T>[];
function mapEntries(field: string, entries: unknown, references: References): unknown {
  if (!Array.isArray(entries)) return entries;
  return entries.map((entry: unknown, index) => byName(`${field}[${index}]`, entry, references));
}

function mapValues<T>(
  entries: Readonly<Record<string, T>>,
  references: References,
): Readonly<Record<string, Named<T>>>;
function mapValues(entries: unknown, references: References): unknown {
  if (!isRecord(entries)) return entries;
  return Object.fromEntries(
    Object.entries(entries).map(([key, entry]) => [
      key,
      byName(`environment.${inert(key)}`, entry, references),
    ]),
  );
}

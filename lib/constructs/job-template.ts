import type { Construct } from 'constructs';
import { checkJobTemplate } from '../model/job-template.js';
import type { ServiceAccount } from '../model/specification.js';
import { declare, Item, type ItemProps } from './item.js';

/** An item of the same project: the construct itself, or its name. */
export type Reference = string | { readonly name: string };

/** A variable's value: literal text, or one key of a secret or config map. */
export type EnvironmentValue =
  | string
  | { readonly secret: Reference; readonly key: string }
  | { readonly configMap: Reference; readonly key: string };

/** A secret or config map, every key of which becomes a variable. */
export type EnvironmentSource =
  | { readonly secret: Reference; readonly prefix?: string }
  | { readonly configMap: Reference; readonly prefix?: string };

/** A secret or config map as files. */
export type Mount =
  | { readonly path: string; readonly secret: Reference }
  | { readonly path: string; readonly configMap: Reference };

/** What a run of the job consists of. */
export interface JobTemplateProps extends ItemProps {
  /**
   * The image's reference, such as `de.icr.io/team/report:1.4` or `busybox@sha256:…`. The registry
   * defaults to docker.io and the tag to `latest`. Only the reference is kept: image data stays in
   * its registry, and is deleted there.
   */
  readonly image: string;
  /** The registry secret to pull the image with. @default - none: the image is public */
  readonly imageSecret?: Reference;
  /** Up to 100 entries. @default - the image's own */
  readonly command?: readonly string[];
  /** Up to 100 entries. @default - the image's own */
  readonly arguments?: readonly string[];
  /** Up to 100 variables, those of `environmentFrom` included. @default - none */
  readonly environment?: Readonly<Record<string, EnvironmentValue>>;
  /** @default - none */
  readonly environmentFrom?: readonly EnvironmentSource[];
  /** Up to 100. @default - none */
  readonly mounts?: readonly Mount[];
  /** A `task` ends, a `daemon` is restarted whenever it fails. @default 'task' */
  readonly mode?: 'task' | 'daemon';
  /** What the run may do in the project. @default 'default' */
  readonly serviceAccount?: ServiceAccount;
  /** A UID. @default 0 */
  readonly runAsUser?: number;
  /**
   * The indices of a run's instances, from 0 without gaps, such as `0-9`: Kubernetes numbers them
   * itself. Not together with `arraySize`. @default '0'
   */
  readonly arrayIndices?: string;
  /** The number of instances: 10 is the same as the indices `0-9`. @default 1 */
  readonly arraySize?: number;
  /** vCPU; goes together with `memory`. @default 1 */
  readonly cpu?: number | string;
  /** Such as `4G`. @default '4G' */
  readonly memory?: string;
  /** At most the memory. @default '400M' */
  readonly ephemeralStorage?: string;
  /** Seconds, 1 to 86400; only for a task. @default 7200 */
  readonly maxExecutionTime?: number;
  /** 0 to 5; only for a task. @default 3 */
  readonly retryLimit?: number;
  /** Whether it may name secrets and config maps that the project lacks. @default false */
  readonly allowMissingReferences?: boolean;
}

/**
 * A job template: what Code Engine calls a job. It runs nothing by itself.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-job-plan
 */
export class JobTemplate extends Item<'job-templates'> {
  constructor(scope: Construct, id: string, props: JobTemplateProps) {
    super(
      scope,
      id,
      declare('job-templates', id, props, (name, rest) => checkJobTemplate(name, named(rest))),
    );
  }
}

type Declared = Omit<JobTemplateProps, keyof ItemProps>;

/** Replaces constructs by their names. What has the wrong shape is left for the check to name. */
function named(props: Declared) {
  const { imageSecret, environment, environmentFrom, mounts, ...rest } = props;
  return {
    ...rest,
    ...(imageSecret === undefined ? {} : { imageSecret: nameOf(imageSecret) }),
    ...(environment === undefined ? {} : { environment: mapValues(environment) }),
    ...(environmentFrom === undefined ? {} : { environmentFrom: mapEntries(environmentFrom) }),
    ...(mounts === undefined ? {} : { mounts: mapEntries(mounts) }),
  };
}

/** The same type with names in place of constructs. */
type Named<T> = T extends { readonly secret: Reference }
  ? Omit<T, 'secret'> & { readonly secret: string }
  : T extends { readonly configMap: Reference }
    ? Omit<T, 'configMap'> & { readonly configMap: string }
    : T;

function byName<T>(entry: T): Named<T>;
function byName(entry: unknown): unknown {
  if (!isRecord(entry)) return entry;
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [
      key,
      (key === 'secret' || key === 'configMap') && isNamed(value) ? value.name : value,
    ]),
  );
}

function mapEntries<T>(entries: readonly T[]): readonly Named<T>[];
function mapEntries(entries: unknown): unknown {
  return Array.isArray(entries) ? entries.map((entry: unknown) => byName(entry)) : entries;
}

function mapValues<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, Named<T>>>;
function mapValues(entries: unknown): unknown {
  if (!isRecord(entries)) return entries;
  return Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, byName(entry)]));
}

function nameOf(reference: Reference): string {
  return isNamed(reference) ? reference.name : reference;
}

function isNamed(value: unknown): value is { readonly name: string } {
  return isRecord(value) && typeof value['name'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { isRecord } from '../../base/guards.js';
import { parseTimestamp } from '../../base/timestamp.js';
import { DEADLINE_ANNOTATION, PROTECTED_LABEL, STATE_LABEL } from '../../model/marks.js';

/** An object of a cluster, as far as an audit looks at it. Its content is never read. */
export interface ClusterObject {
  readonly kind: string;
  /** Undefined for what is in no namespace. */
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, unknown>>;
  /** Reprieve's own; others may hold a copy of an object's content. */
  readonly annotations: Readonly<Record<string, string>>;
  /** By the API server's clock; undefined where it can't be read. */
  readonly created?: Date;
  /** Whether its deletion has begun in Kubernetes. */
  readonly isTerminating: boolean;
  /** Whether another object made it, as a CronJob makes Jobs. */
  readonly isOwned: boolean;
  /** What has to be done before it can go. */
  readonly finalizers: readonly string[];
}

const OURS = 'reprieve.dev/';

/** Reads an object's metadata; undefined where it is none. */
export function readObject(kind: string, metadata: unknown): ClusterObject | undefined {
  if (!isRecord(metadata)) return undefined;
  const { name, namespace, uid, labels, annotations } = metadata;
  if (typeof name !== 'string' || typeof uid !== 'string') return undefined;
  const owners = metadata['ownerReferences'];
  const created = dateOf(metadata['creationTimestamp']);
  return {
    kind,
    ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}),
    name,
    uid,
    labels: isRecord(labels) ? labels : {},
    annotations: ownAnnotations(annotations),
    ...(created === undefined ? {} : { created }),
    isTerminating: typeof metadata['deletionTimestamp'] === 'string',
    isOwned: Array.isArray(owners) && owners.length > 0,
    finalizers: textsIn(metadata['finalizers']),
  };
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((it) => typeof it === 'string') : [];
}

function ownAnnotations(annotations: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(isRecord(annotations) ? annotations : {});
  return Object.fromEntries(
    entries.filter(
      (entry): entry is [string, string] =>
        entry[0].startsWith(OURS) && typeof entry[1] === 'string',
    ),
  );
}

/** Whether it carries the label by which admission policies know what is protected. */
export function isProtected(object: ClusterObject): boolean {
  return object.labels[PROTECTED_LABEL] === 'true';
}

/** Whether it is marked as soft-deleted. */
export function isSoftDeleted(object: ClusterObject): boolean {
  return object.labels[STATE_LABEL] === 'soft-deleted';
}

/** The deadline that is written on it; undefined where there is none that can be read. */
export function deadlineOf(object: ClusterObject): Date | undefined {
  return dateOf(object.annotations[DEADLINE_ANNOTATION]);
}

function dateOf(text: unknown): Date | undefined {
  const instant = typeof text === 'string' ? parseTimestamp(text).value : undefined;
  return instant === undefined ? undefined : new Date(instant);
}

/** As messages and `path` name it: `Secret billing/db`. */
export function nameOf({
  kind,
  namespace,
  name,
}: {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

import type { TerraformResource } from 'cdktf';
import { isRecord } from '../base/guards.js';
import { DEADLINE_ANNOTATION, STATE_LABEL } from '../model/marks.js';

/** A deletion that has begun, as overrides see it. */
export interface SoftDeletion {
  /** What is being deleted: `orders-db`. */
  readonly target: string;
  /** The deadline as a Terraform template: it can be restored before this time. */
  readonly deadline: string;
}

/**
 * What a resource is like while it is soft-deleted: attributes by their path in Terraform's JSON, as
 * `addOverride` of cdktf takes them. A restore takes them away again.
 *
 * @example
 * const readOnly: WhileSoftDeleted = () => ({ 'settings.access': 'read-only' });
 */
export type WhileSoftDeleted = (
  resource: TerraformResource,
  deletion: SoftDeletion,
) => Readonly<Record<string, unknown>>;

/** A resource that was put under protection. */
export interface ProtectedResource {
  /** What a deletion request names: `orders-db`, `billing/resources/archive`. */
  readonly target: string;
  /** Whether its deletion is requested, alone or with what it belongs to. */
  readonly isBeingDeleted: boolean;
}

/** Where Kubernetes' workloads say how much of them runs. */
const STOPPED: readonly (readonly [RegExp, Readonly<Record<string, unknown>>])[] = [
  [
    /^kubernetes_(?:deployment|stateful_set|replication_controller)(?:_v1)?$/,
    { 'spec.replicas': '0' },
  ],
  [/^kubernetes_cron_job(?:_v1|_v1beta1)?$/, { 'spec.suspend': true }],
];

/** Where resources of a provider carry labels or tags, and in which form. */
const MARKED: readonly (readonly [RegExp, string, (deletion: SoftDeletion) => unknown])[] = [
  [/^kubernetes_(?!manifest$)/, 'metadata', kubernetesMarks],
  [/^(?:aws|azurerm|alicloud)_/, 'tags', tagMap],
  [/^google_/, 'labels', labelMap],
  [/^(?:ibm|digitalocean)_/, 'tags', tagList],
];

/**
 * Ready overrides for `whileSoftDeleted`.
 *
 * @example
 * new Reclaimable(stack, 'shop', { whileSoftDeleted: SoftDeleted.all(SoftDeleted.stopped, SoftDeleted.marked) });
 */
export const SoftDeleted = {
  /** Kubernetes workloads run nothing: 0 replicas, suspended. Others stay as they are. */
  stopped: ((resource) =>
    STOPPED.find(([type]) => type.test(resource.terraformResourceType))?.[1] ??
    {}) satisfies WhileSoftDeleted as WhileSoftDeleted,

  /**
   * State and deadline as labels or tags, on resources of Kubernetes, AWS, Azure, Google Cloud, IBM
   * Cloud, Alibaba Cloud and DigitalOcean whose class has them. Others stay as they are.
   */
  marked: ((resource, deletion) => {
    const [, path, marks] =
      MARKED.find(([type]) => type.test(resource.terraformResourceType)) ?? [];
    if (path === undefined || marks === undefined || !has(resource, path)) return {};
    const value = marks(deletion);
    return { [path]: Array.isArray(value) ? [...ownTags(resource), ...value] : value };
  }) satisfies WhileSoftDeleted as WhileSoftDeleted,

  /** Several at once; of two that set the same, the later counts. */
  all:
    (...overrides: readonly WhileSoftDeleted[]): WhileSoftDeleted =>
    (resource, deletion) =>
      Object.assign({}, ...overrides.map((each) => each(resource, deletion))),
} as const;

/**
 * Sets what holds while a resource is soft-deleted. Objects are merged with what was overridden
 * before; keys of objects may have dots.
 */
export function applyOverrides(
  resource: TerraformResource,
  overrides: Readonly<Record<string, unknown>>,
): void {
  for (const [path, value] of Object.entries(overrides)) {
    resource.addOverride(path, merged(overriddenAt(resource, path), value));
  }
}

/** The overrides that have no effect, since the user’s own code ignores changes to them. */
export function ignoredOverrides(
  resource: TerraformResource,
  overrides: Readonly<Record<string, unknown>>,
): readonly string[] {
  const own: unknown =
    overriddenAt(resource, 'lifecycle.ignore_changes') ?? resource.lifecycle?.ignoreChanges;
  if (own === 'all') return Object.keys(overrides);
  const ignored = (Array.isArray(own) ? own : []).map((each) => plainPath(String(each)));
  return Object.keys(overrides).filter((path) =>
    ignored.some((each) => isWithin(plainPath(path), each) || isWithin(each, plainPath(path))),
  );
}

/** `spec[0].replicas` and `spec.replicas` are one place. */
function plainPath(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '');
}

function isWithin(path: string, around: string): boolean {
  return path === around || path.startsWith(`${around}.`);
}

function merged(before: unknown, value: unknown): unknown {
  if (!isRecord(before) || !isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, merged(before[key], each)]);
  return { ...before, ...Object.fromEntries(entries) };
}

function overriddenAt(resource: TerraformResource, path: string): unknown {
  const all: unknown = Reflect.get(resource, 'rawOverrides');
  return path.split('.').reduce((at, key) => (isRecord(at) ? at[key] : undefined), all);
}

/** Whether a resource has an attribute: its class says so, or an override sets it. */
function has(resource: TerraformResource, attribute: string): boolean {
  return attribute in resource || overriddenAt(resource, attribute) !== undefined;
}

function ownTags(resource: TerraformResource): readonly unknown[] {
  const own: unknown = Reflect.get(resource, 'tagsInput') ?? overriddenAt(resource, 'tags');
  return Array.isArray(own) ? own : [];
}

function kubernetesMarks({ deadline }: SoftDeletion) {
  return {
    labels: { [STATE_LABEL]: 'soft-deleted' },
    annotations: { [DEADLINE_ANNOTATION]: deadline },
  };
}

function tagMap({ deadline }: SoftDeletion) {
  return { 'reprieve-state': 'soft-deleted', 'reprieve-reclaim-after': deadline };
}

/** Google Cloud takes small letters, digits, `-` and `_`. */
function labelMap({ deadline }: SoftDeletion) {
  const time = deadline.replace(/^\$\{(.*)\}$/s, '${lower(replace($1, ":", "-"))}');
  return { 'reprieve-state': 'soft-deleted', 'reprieve-reclaim-after': time };
}

function tagList({ deadline }: SoftDeletion) {
  return ['reprieve-state:soft-deleted', `reprieve-reclaim-after:${deadline}`];
}

import { isRecord } from '../../base/guards.js';
import type { FieldSchema } from '../fields/schema.js';
import { isOwnApi } from './kinds.js';
import { type Part, partOf, stepOf } from './part.js';
import { elementsOf, isThere, type Placed, under } from './placed.js';
import { PodSearch, type Unseen } from './pod-search.js';

/** The pod templates of a manifest, and what else may run containers there. */
export interface Pods {
  readonly templates: readonly Placed[];
  readonly unseen: readonly Unseen[];
}

/** Kubernetes' own kinds that run pods, with the way to their template. */
const WORKLOADS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['Pod', []],
  ['PodTemplate', ['template']],
  ...['ReplicationController', 'ReplicaSet', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'].map(
    (kind): [string, readonly string[]] => [kind, ['spec', 'template']],
  ),
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template']],
]);

/** The kinds that run pods. */
export function isWorkload(kind: unknown): boolean {
  return WORKLOADS.has(kind);
}

/** Kinds with a user's own data, or that only describe what an object may look like. */
const DATA: ReadonlySet<unknown> = new Set(['ConfigMap', 'Secret', 'CustomResourceDefinition']);

const NONE: Pods = { templates: [], unseen: [] };

/**
 * The pod templates of a manifest, custom kinds included. One that isn't known as a whole is marked so.
 */
export function podsIn(manifest: Part): Pods {
  const [kind, apiVersion] = ['kind', 'apiVersion'].map((key) => partOf(manifest, key).value);
  const way = WORKLOADS.get(kind);
  const isOwn = isOwnApi(apiVersion);
  if (isOwn && way !== undefined) return { templates: templateAt(manifest, way), unseen: [] };
  if (DATA.has(kind) && (isOwn || apiVersion === undefined)) return NONE;
  // What isn't known of another kind of Kubernetes' own is no pod.
  if (isOwn) return { ...new PodSearch(manifest, false).result(), unseen: [] };
  // Nothing is known of a manifest without a kind, not even that it runs no pods.
  const mayRun = way !== undefined || kind === undefined;
  return new PodSearch(manifest, mayRun).result();
}

function templateAt(manifest: Part, way: readonly string[]): readonly Placed[] {
  const { value, unknown } = way.reduce<Part>(partOf, manifest);
  const mayBe = unknown !== undefined || isRecord(value);
  return mayBe ? [{ value, unknown, pointer: way.map(stepOf).join('') }] : [];
}

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** The containers of a pod template, those included that run before or beside the others. */
export function containersIn(template: Placed): readonly Placed[] {
  const spec = under(template, 'spec');
  if (spec.unknown === true) return [spec];
  return CONTAINERS.flatMap((key) => elementsOf(under(spec, key)));
}

/** Every image that a pod pulls: those of its containers, and those that it mounts. */
export function imagesIn(template: Placed): readonly Placed[] {
  const spec = under(template, 'spec');
  if (spec.unknown === true) return [spec];
  const mounted = elementsOf(under(spec, 'volumes')).map((volume) => under(volume, 'image'));
  return [
    ...containersIn(template).flatMap((container) => imageOf(container, 'image')),
    ...mounted.flatMap((image) =>
      isThere(image) ? (image.unknown === true ? [image] : imageOf(image, 'reference')) : [],
    ),
  ];
}

/** What an image of a pod looks like to a policy. */
export const POD_IMAGE: FieldSchema = {
  type: 'object',
  properties: { reference: { type: 'string' } },
  additionalProperties: false,
};

/** An image as a policy sees it: `{ reference }`. */
function imageOf(holder: Placed, key: string): readonly Placed[] {
  if (holder.unknown === true) return [holder];
  const image = under(holder, key);
  const { value, unknown, pointer } = image;
  const place = image.placeOf ?? ((inner: string) => `${pointer}${inner}`);
  return [
    {
      value: value === undefined ? {} : { reference: value },
      unknown: unknown === undefined ? undefined : { reference: unknown },
      pointer: holder.pointer,
      placeOf: (inner) => place(inner.replace(/^\/reference/, '')),
    },
  ];
}

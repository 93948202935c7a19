import { isRecord } from '../../base/guards.js';
import { keysOf, type Part, partOf, stepOf } from './part.js';

/** A part of a manifest, with its JSON pointer in it. */
export interface Placed extends Part {
  readonly pointer: string;
  /** Why it can't be looked at: every policy about it fails. */
  readonly fault?: string;
  /** Whether the way inside of it must not be told, since its names are secret, too. */
  readonly sealed?: boolean;
}

/** Deeper than any object has its pod template. */
const DEEPEST = 8;

/** Kinds that run pods; what they run may be unknown as a whole. */
export const WORKLOADS: ReadonlySet<unknown> = new Set([
  'Pod',
  'PodTemplate',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
]);

/** Kinds that only describe what an object may look like, or hold a user's own data. */
const OTHERS: ReadonlySet<unknown> = new Set(['CustomResourceDefinition', 'ConfigMap', 'Secret']);

/** On the way from a workload to its pods. */
const WAY: ReadonlySet<string> = new Set(['spec', 'template', 'jobTemplate']);

const CONTAINERS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/**
 * The pod templates of a manifest, wherever it has one: whatever has a `spec` with `containers`,
 * custom resources included. One that isn't known as a whole is marked so.
 */
export function podTemplatesIn(manifest: Part): readonly Placed[] {
  const kind = isRecord(manifest.value) ? manifest.value['kind'] : undefined;
  if (OTHERS.has(kind)) return [];
  // Nothing is known of a manifest without a kind, not even that it runs no pods.
  const mayRun = WORKLOADS.has(kind) || kind === undefined;
  const found: Placed[] = [];
  search(manifest, mayRun, [], found);
  return found;
}

/** The containers of a pod template, those included that run before or beside the others. */
export function containersIn(template: Placed): readonly Placed[] {
  const spec = under(template, 'spec');
  if (spec.unknown === true) return [spec];
  return CONTAINERS.flatMap((key) => {
    const list = under(spec, key);
    if (list.unknown === true) return [list];
    return Array.isArray(list.value) ? list.value.map((_, index) => under(list, index)) : [];
  });
}

/** @param steps - the way to the part, put back as it was in the end */
function search(at: Part, isWorkload: boolean, steps: (string | number)[], found: Placed[]): void {
  if (at.unknown === true ? isWorkload : isTemplate(at)) {
    found.push({ ...at, pointer: steps.map(stepOf).join('') });
    return;
  }
  if (at.unknown === true || steps.length > DEEPEST) return;
  for (const key of Array.isArray(at.value) ? at.value.keys() : keysOf(at)) {
    const inner = partOf(at, key);
    if (key === 'metadata' || isPlain(inner)) continue;
    steps.push(key);
    search(inner, isWorkload && typeof key === 'string' && WAY.has(key), steps, found);
    steps.pop();
  }
}

/** Whether nothing can be in it. */
function isPlain({ value, unknown }: Part): boolean {
  return unknown === undefined && (typeof value !== 'object' || value === null);
}

function isTemplate(at: Part): boolean {
  const spec = partOf(at, 'spec');
  if (!isRecord(spec.value)) return false;
  return CONTAINERS.some((key) => {
    const list = partOf(spec, key);
    return Array.isArray(list.value) || list.unknown === true;
  });
}

function under(part: Placed, key: string | number): Placed {
  return { ...partOf(part, key), pointer: `${part.pointer}${stepOf(key)}` };
}

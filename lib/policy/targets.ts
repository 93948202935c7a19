import { isRecord } from '../model/record.js';
import type { PlannedResource } from './resource.js';
import { manifestOf } from './shape/manifest.js';
import { keysIn, type Part, stepOf } from './shape/part.js';
import { containersIn, type Placed, podTemplatesIn } from './shape/pods.js';

/** Targets that are no Terraform type: Kubernetes manifests and parts of them. */
export const VIRTUAL_TARGETS: readonly string[] = ['manifest', 'pod-template', 'container'];

/** One object that a policy looks at. */
export interface Sight extends Part {
  /** Kubernetes' kind of the manifest that it is in; undefined where there is none. */
  readonly kind: unknown;
  /** Where something at a JSON pointer of the object is in the resource. */
  readonly original: (pointer: string) => string;
}

/** What a policy with a certain target sees in a resource, which is no stand-in any more. */
export function sightsOf(target: string, resource: PlannedResource): readonly Sight[] {
  if (target === 'resource' || target === resource.type) {
    return [{ ...partIn(resource), kind: undefined, original: (pointer) => pointer }];
  }
  if (!VIRTUAL_TARGETS.includes(target)) return [];
  const manifest = manifestOf(resource.type, partIn(resource));
  if (manifest === undefined) return [];
  const kind = isRecord(manifest.value) ? manifest.value['kind'] : undefined;
  return partsFor(target, manifest).map(({ pointer, ...part }) => ({
    ...part,
    kind,
    original: (inner) => originalOf(resource, `${pointer}${inner}`),
  }));
}

function partsFor(target: string, manifest: Part): readonly Placed[] {
  if (target === 'manifest') return [{ ...manifest, pointer: '' }];
  const templates = podTemplatesIn(manifest);
  return target === 'container' ? templates.flatMap(containersIn) : templates;
}

function partIn({ values, unknown, sensitive }: PlannedResource): Part {
  return { value: values, unknown, sensitive };
}

/** Traced anew for a finding, since most objects have none. */
function originalOf(resource: PlannedResource, pointer: string): string {
  const ways = new Map<string, string>();
  manifestOf(resource.type, partIn(resource), (to, from) => ways.set(to, from));
  const steps = keysIn(pointer).map(stepOf);
  for (let known = steps.length; known >= 0; known -= 1) {
    const around = ways.get(steps.slice(0, known).join(''));
    if (around !== undefined) return `${around}${steps.slice(known).join('')}`;
  }
  return '';
}

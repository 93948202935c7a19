import { isRecord } from '../model/record.js';
import { onlyUnknown } from './instance.js';
import { type PlannedResource, withoutStandIn } from './resource.js';
import { manifestOf } from './shape/manifest.js';
import { keysIn, type Part, stepOf } from './shape/part.js';
import { containersIn, type Placed, podTemplatesIn } from './shape/pods.js';
import { attributesOf } from './shape/terraform.js';

/** Targets that are Kubernetes manifests, and parts of them. */
export const VIRTUAL_TARGETS: readonly string[] = ['manifest', 'pod-template', 'container'];

/** One object that a policy looks at. */
export interface Sight extends Part {
  /** Kubernetes' kind of the manifest that it is in; undefined where there is none. */
  readonly kind: unknown;
  /** Where something at a JSON pointer of the object is in the resource. */
  readonly original: (pointer: string) => string;
}

/** What policies of any target see in a resource; each form of it is made once. */
export class Sights {
  private readonly known = new Map<string, readonly Sight[]>();
  private readonly resource: PlannedResource;
  private shaped: { readonly manifest: Part | undefined } | undefined;
  private traced: ReadonlyMap<string, string> | undefined;

  constructor(resource: PlannedResource) {
    this.resource = withoutStandIn(resource);
  }

  /** Undefined for what is no object of Kubernetes. */
  get manifest(): Part | undefined {
    this.shaped ??= { manifest: trimmed(manifestOf(this.resource.type, partIn(this.resource))) };
    return this.shaped.manifest;
  }

  /** What a policy with a certain target sees. */
  of(target: string): readonly Sight[] {
    const known = this.known.get(target) ?? this.make(target);
    this.known.set(target, known);
    return known;
  }

  /** Traced for the first finding, since most objects have none. */
  private get ways(): ReadonlyMap<string, string> {
    this.traced ??= waysIn(this.resource);
    return this.traced;
  }

  private make(target: string): readonly Sight[] {
    const { resource } = this;
    if (target === 'resource' || target === resource.type) {
      const part = attributesOf(resource.type, partIn(resource));
      const unknown = onlyUnknown(part.unknown);
      return [{ ...part, unknown, kind: undefined, original: (pointer) => pointer }];
    }
    return VIRTUAL_TARGETS.includes(target) ? this.inManifest(target) : [];
  }

  private inManifest(target: string): readonly Sight[] {
    const { manifest } = this;
    if (manifest === undefined) return [];
    const kind = kindIn(manifest);
    return partsFor(target, manifest).map(({ pointer, ...part }) => ({
      ...part,
      unknown: onlyUnknown(part.unknown),
      kind,
      original: (inner) => originalOf(this.ways, `${pointer}${inner}`),
    }));
  }
}

/** Kubernetes' kind of a manifest, where it is known. */
export function kindIn({ value }: Part): unknown {
  return isRecord(value) ? value['kind'] : undefined;
}

function trimmed(part: Part | undefined): Part | undefined {
  return part === undefined ? undefined : { ...part, unknown: onlyUnknown(part.unknown) };
}

function partsFor(target: string, manifest: Part): readonly Placed[] {
  if (target === 'manifest') return [{ ...manifest, pointer: '' }];
  const templates = podTemplatesIn(manifest);
  return target === 'container' ? templates.flatMap(containersIn) : templates;
}

function partIn({ values, unknown, sensitive }: PlannedResource): Part {
  return { value: values, unknown, sensitive };
}

/** Where each place of a manifest is in the resource. */
function waysIn(resource: PlannedResource): ReadonlyMap<string, string> {
  const ways = new Map<string, string>();
  manifestOf(resource.type, partIn(resource), (to, from) => ways.set(to, from));
  return ways;
}

function originalOf(ways: ReadonlyMap<string, string>, pointer: string): string {
  const steps = keysIn(pointer).map(stepOf);
  for (let known = steps.length; known >= 0; known -= 1) {
    const around = ways.get(steps.slice(0, known).join(''));
    if (around !== undefined) return `${around}${steps.slice(known).join('')}`;
  }
  return '';
}

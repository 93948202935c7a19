import { isRecord } from '../base/guards.js';
import { type Declared, isDeclaredTarget } from '../model/declared.js';
import { changeViews, isChangeTarget } from './change-views.js';
import { onlyUnknown } from './json-schema/instance.js';
import { type PlannedResource, withoutStandIn } from './resource.js';
import { kindOf } from './shape/kinds.js';
import { dockerConfigsIn } from './shape/logins.js';
import { manifestOf } from './shape/manifest.js';
import { keysIn, type Part, partOf, stepOf } from './shape/part.js';
import { containersIn, type Placed, podTemplatesIn, WORKLOADS } from './shape/pods.js';
import { attributesOf } from './shape/terraform.js';
import type { View } from './view.js';

/** Targets that are Kubernetes manifests, and parts of them. */
export const VIRTUAL_TARGETS: readonly string[] = [
  'manifest',
  'pod-template',
  'container',
  'docker-config',
];

/** What policies of any target see in a resource; each form of it is made once. */
export class Views {
  private readonly resource: PlannedResource;
  private readonly part: Part;
  private shaped: { readonly manifest: Part | undefined } | undefined;
  private pods: readonly Placed[] | undefined;
  private originals: Map<string, string> | undefined;

  constructor(resource: PlannedResource) {
    this.resource = withoutStandIn(resource);
    this.part = { value: this.resource.values, unknown: onlyUnknown(this.resource.unknown) };
  }

  /** Undefined for what is no object of Kubernetes. */
  get manifest(): Part | undefined {
    if (this.resource.removed === true) return undefined;
    this.shaped ??= { manifest: manifestOf(this.resource.type, this.part) };
    return this.shaped.manifest;
  }

  /** What a policy with a certain target sees. */
  of(target: string): readonly View[] {
    const { type, sensitive } = this.resource;
    if (isDeclaredTarget(target)) return [];
    // What is deleted is no resource of the plan's outcome.
    if ((this.resource.removed === true) !== (target === 'removal')) return [];
    if (isChangeTarget(target)) return changeViews(target, this.resource, this.part);
    if (target === 'resource' || target === type) {
      const { value, unknown } = attributesOf(type, this.part);
      const original = (pointer: string) => existing(this.part, pointer);
      return [{ value, unknown, sensitive, kind: undefined, original }];
    }
    return VIRTUAL_TARGETS.includes(target) ? this.inManifest(target) : [];
  }

  private inManifest(target: string): readonly View[] {
    const { manifest } = this;
    if (manifest === undefined) return [];
    const { sensitive } = this.resource;
    const kind = kindIn(manifest);
    return this.partsFor(target, manifest).map(({ pointer, value, unknown, fault, sealed }) => ({
      value,
      unknown,
      sensitive,
      kind,
      original: (inner) =>
        existing(this.part, this.original(sealed ? pointer : `${pointer}${inner}`)),
      sealed,
      fault,
    }));
  }

  /** Traced when it is asked for, since most objects have no findings. */
  private original(pointer: string): string {
    this.originals ??= new Map();
    const known = this.originals.get(pointer);
    if (known !== undefined) return known;
    const ways = new Map<string, string>();
    const tell = (to: string, from: string) => ways.set(to, from);
    manifestOf(this.resource.type, this.part, { pointer, tell });
    const original = originalOf(ways, pointer);
    this.originals.set(pointer, original);
    return original;
  }

  /** A type of the provider has the fields of its kind and no others. */
  private get mayRunPods(): boolean {
    const kind = kindOf(this.resource.type)?.kind;
    return kind === undefined || WORKLOADS.has(kind);
  }

  private partsFor(target: string, manifest: Part): readonly Placed[] {
    if (target === 'manifest') return [{ ...manifest, pointer: '' }];
    if (target === 'docker-config') return dockerConfigsIn(manifest);
    this.pods ??= this.mayRunPods ? podTemplatesIn(manifest) : [];
    return target === 'container' ? this.pods.flatMap(containersIn) : this.pods;
  }
}

/** What policies see of something declared: all of it, as it is. */
export function declaredView(declared: Declared): View {
  const { value, unknown } = declared;
  const original = (pointer: string) => pointer;
  return { value, unknown, sensitive: undefined, kind: undefined, original, declared };
}

/** Kubernetes' kind of a manifest, where it is known. */
export function kindIn({ value }: Part): unknown {
  return isRecord(value) ? value['kind'] : undefined;
}

/**
 * The part of a pointer that leads to something: a finding names what is there. A single block may
 * be bare where the pointer has it in a list.
 */
function existing(resource: Part, pointer: string): string {
  let at = resource;
  let way = '';
  for (const key of keysIn(pointer)) {
    const inner = partOf(at, key);
    const isThere = inner.value !== undefined || inner.unknown !== undefined;
    const isBare = !isThere && key === '0' && isRecord(at.value);
    if (!isThere && !isBare) return way;
    if (isBare) continue;
    at = inner;
    way += stepOf(key);
  }
  return way;
}

/** Where a place of a manifest is in the resource: as far as the ways lead, and further alike. */
function originalOf(ways: ReadonlyMap<string, string>, pointer: string): string {
  const steps = keysIn(pointer).map(stepOf);
  for (let known = steps.length; known >= 0; known -= 1) {
    const around = ways.get(steps.slice(0, known).join(''));
    if (around !== undefined) return `${around}${steps.slice(known).join('')}`;
  }
  return '';
}

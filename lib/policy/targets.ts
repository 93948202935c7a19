import { isRecord } from '../base/guards.js';
import { type Declared, isDeclaredTarget } from '../model/declared.js';
import { changeViews, isEarlyTarget, isRemovalTarget } from './change-views.js';
import { onlyUnknown } from './json-schema/instance.js';
import { type PlannedResource, withoutStandIn } from './resource.js';
import { type CarriedText, carriedText, isRendered } from './shape/carried.js';
import { isOwnApi, kindOf } from './shape/kinds.js';
import { dockerConfigsIn } from './shape/logins.js';
import { manifestOf, withoutNulls } from './shape/manifest.js';
import { keysIn, type Part, partOf, stepOf } from './shape/part.js';
import { elementsOf, type Placed, under } from './shape/placed.js';
import type { Unseen } from './shape/pod-search.js';
import { containersIn, imagesIn, isWorkload, type Pods, podsIn } from './shape/pods.js';
import { attributesOf } from './shape/terraform.js';
import type { HeldObject } from './uses/references.js';
import type { View } from './view.js';

/** Targets that are Kubernetes manifests, and parts of them. */
export const VIRTUAL_TARGETS: readonly string[] = [
  'manifest',
  'pod-template',
  'container',
  'image',
  'docker-config',
];

/** Targets for which pods are looked for. */
export const POD_TARGETS: readonly string[] = ['pod-template', 'container', 'image'];

/** A manifest, and where it is in what the resource holds. */
interface Manifest extends Placed {
  readonly kind: unknown;
}

/** What policies of any target see in a resource; each form of it is made once. */
export class Views {
  private readonly resource: PlannedResource;
  private readonly part: Part;
  /** What it holds as text, if anything. */
  private readonly text: CarriedText | undefined;
  private shaped: readonly Manifest[] | undefined;
  private pods: readonly (Pods & { readonly kind: unknown })[] | undefined;
  private originals: Map<string, string> | undefined;

  constructor(resource: PlannedResource) {
    this.resource = withoutStandIn(resource);
    this.part = { value: this.resource.values, unknown: onlyUnknown(this.resource.unknown) };
    this.text = carriedText(this.resource.type, this.part);
  }

  /** The objects of Kubernetes that it is, or holds, and that are there after the plan. */
  get manifests(): readonly Manifest[] {
    return this.resource.removed === true ? [] : this.objects;
  }

  /** Each of its objects, whether they stay or not, with the pods that it runs. */
  get held(): readonly HeldObject[] {
    const pods = this.podsByManifest;
    return this.objects.map((manifest, index) => ({
      manifest,
      pods: pods[index]?.templates ?? [],
    }));
  }

  get address(): string {
    return this.resource.address;
  }

  /** What it was, if it is deleted. */
  get removed(): PlannedResource | undefined {
    return this.resource.removed === true ? this.resource : undefined;
  }

  private get objects(): readonly Manifest[] {
    this.shaped ??= listed(this.whole);
    return this.shaped;
  }

  /** Why it may run containers that no policy sees. */
  get unseen(): readonly (Unseen | 'rendered')[] {
    if (this.resource.removed === true) return [];
    if (isRendered(this.resource.type)) return ['rendered'];
    if (this.manifests.length === 0) return [];
    return this.podsByManifest.flatMap(({ unseen }) => unseen);
  }

  /** What a policy with a certain target sees. */
  of(target: string): readonly View[] {
    const { type, sensitive } = this.resource;
    if (isDeclaredTarget(target)) return [];
    // What is deleted is no resource of the plan's outcome.
    if ((this.resource.removed === true) !== isRemovalTarget(target)) return [];
    if (isEarlyTarget(target)) return changeViews(target, this.resource, this.part);
    if (target === 'resource' || target === type) {
      const { value, unknown } = attributesOf(type, this.part);
      const original = (pointer: string) => existing(this.part, pointer);
      return [{ value, unknown, sensitive, kind: undefined, original }];
    }
    return VIRTUAL_TARGETS.includes(target) ? this.inManifest(target) : [];
  }

  private get whole(): Part | undefined {
    const { text } = this;
    if (text === undefined) return manifestOf(this.resource.type, this.part);
    return text.manifest && withoutNulls(text.manifest);
  }

  private inManifest(target: string): readonly View[] {
    const { sensitive } = this.resource;
    const fault = this.text?.fault;
    if (fault !== undefined) {
      const original = () => this.original('');
      return [
        { value: undefined, unknown: undefined, sensitive, kind: undefined, original, fault },
      ];
    }
    const views: View[] = [];
    const see = (kind: unknown, parts: readonly Placed[]) => {
      for (const part of parts) views.push(this.viewOf(part, kind));
    };
    if (isPodTarget(target)) {
      for (const { kind, templates } of this.podsByManifest)
        for (const template of templates) see(kind, partsOf(target, template));
      return views;
    }
    for (const manifest of this.manifests) {
      see(manifest.kind, target === 'manifest' ? [manifest] : loginsIn(manifest));
    }
    return views;
  }

  private viewOf(part: Placed, kind: unknown): View {
    const view = {
      value: part.value,
      unknown: part.unknown,
      kind,
      sensitive: this.resource.sensitive,
      original: (inner: string) => existing(this.part, this.original(placeIn(part, inner))),
      sealed: part.sealed,
      fault: part.fault,
    };
    if (this.text === undefined) return view;
    return { ...view, within: (inner) => placeIn(part, inner) };
  }

  /** Traced when it is asked for, since most objects have no findings. */
  private original(pointer: string): string {
    if (this.text !== undefined) return stepOf(this.text.attribute);
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
    return kind === undefined || isWorkload(kind);
  }

  private get podsByManifest(): readonly (Pods & { readonly kind: unknown })[] {
    this.pods ??= this.mayRunPods ? this.objects.map(podsWithKind) : [];
    return this.pods;
  }
}

function isPodTarget(target: string): boolean {
  return POD_TARGETS.includes(target);
}

function loginsIn(manifest: Placed): readonly Placed[] {
  return dockerConfigsIn(manifest).map((each) => moved(each, manifest.pointer));
}

function partsOf(target: string, template: Placed): readonly Placed[] {
  if (target === 'container') return containersIn(template);
  return target === 'image' ? imagesIn(template) : [template];
}

/** Lists in lists, deeper than anybody has them. */
const DEEPEST_LIST = 8;

/** A list of objects is each of them. */
function listed(whole: Part | undefined): readonly Manifest[] {
  return whole === undefined ? [] : objectsIn({ ...whole, pointer: '' }, 0);
}

function objectsIn(manifest: Placed, depth: number): readonly Manifest[] {
  const kind = kindIn(manifest);
  const apiVersion = partOf(manifest, 'apiVersion').value;
  const items = under(manifest, 'items');
  const isList = typeof kind === 'string' && kind.endsWith('List') && isOwnApi(apiVersion);
  // Nothing is known of what is in it, not even that it runs no pods.
  if (isList && items.unknown === true) return [{ ...items, kind: undefined }];
  if (!isList || !Array.isArray(items.value) || depth > DEEPEST_LIST)
    return [{ ...manifest, kind }];
  // In a list of one kind, the objects needn't repeat it.
  const own = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
  return elementsOf(items).flatMap((item) => {
    const value = isRecord(item.value) ? { ...own, ...item.value } : item.value;
    return objectsIn({ ...item, value }, depth + 1);
  });
}

function podsWithKind(manifest: Manifest): Pods & { readonly kind: unknown } {
  const { templates, unseen } = podsIn(manifest);
  const { kind, pointer } = manifest;
  if (pointer === '') return { kind, unseen, templates };
  return { kind, unseen, templates: templates.map((each) => moved(each, pointer)) };
}

/** The same, where the manifest isn't the whole. */
function moved(part: Placed, around: string): Placed {
  if (around === '') return part;
  return {
    ...part,
    pointer: `${around}${part.pointer}`,
    placeOf: (inner) => `${around}${placeIn(part, inner)}`,
  };
}

function placeIn({ pointer, placeOf, sealed }: Placed, inner: string): string {
  if (sealed === true) return pointer;
  return placeOf === undefined ? `${pointer}${inner}` : placeOf(inner);
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

import { keysIn, keysOf, type Part, stepOf } from './part.js';
import { elementsOf, isThere, type Placed, under } from './placed.js';

/** How Kubernetes lists containers. */
export const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const;

/** A container, the list that it belongs to, and the way to it from the pod. */
export interface FoundContainer extends Part {
  readonly list: (typeof CONTAINER_LISTS)[number];
  readonly way: readonly (string | number)[];
  /** Places in it that stand elsewhere, as pointers from the object that it is in. @default - none */
  readonly elsewhere?: ReadonlyMap<string, string>;
}

/** What belongs to a pod besides the object that its containers are in. */
interface Around {
  /** The object whose `spec` it is. */
  readonly around: Placed | undefined;
  /** What holds for several pods. */
  readonly shared: Placed | undefined;
}

/** What pods take from what is shared. */
const SHARED = ['securityContext', 'hostNetwork', 'hostPID', 'hostIPC', 'hostUsers', 'os'] as const;

/** A pod template in the making, that remembers where each of its parts is. */
class Composition {
  readonly value: Record<string, unknown> = {};
  readonly unknown: Record<string, unknown> = {};
  readonly origins = new Map<string, string>();

  put(key: string, { value, unknown, pointer }: Placed): void {
    if (value !== undefined && value !== null) this.value[key] = value;
    if (unknown !== undefined) this.unknown[key] = unknown;
    this.origins.set(stepOf(key), pointer);
  }

  list(key: string, parts: readonly Placed[]): void {
    if (parts.length === 0) return;
    this.value[key] = parts.map(({ value }) => value);
    if (parts.some(({ unknown }) => unknown !== undefined))
      this.unknown[key] = parts.map(({ unknown }) => unknown);
    for (const [index, { pointer }] of parts.entries())
      this.origins.set(`${stepOf(key)}${stepOf(index)}`, pointer);
  }

  get part(): Part {
    const isKnown = Object.keys(this.unknown).length === 0;
    return { value: this.value, unknown: isKnown ? undefined : this.unknown };
  }
}

/**
 * A pod template of what a custom kind has in other places: the containers as lists, and what stands
 * beside them as the rest of the pod.
 */
export function composedPod(
  at: Placed,
  containers: readonly FoundContainer[],
  { around, shared }: Around,
): Placed {
  const spec = new Composition();
  const taken = new Set<string | number | undefined>(containers.map(({ way }) => way[0]));
  for (const key of keysOf(at)) {
    const isOpenList =
      CONTAINER_LISTS.some((list) => list === key) && under(at, key).unknown === true;
    if (key !== 'metadata' && (!taken.has(key) || isOpenList)) spec.put(key, under(at, key));
  }
  if (shared !== undefined) share(spec, at, shared);
  listContainers(spec, at, containers);
  const { value, unknown } = spec.part;
  const template = new Composition();
  describe(template, under(around ?? at, 'metadata'), shared);
  template.put('spec', { value, unknown, pointer: at.pointer });
  for (const [to, from] of spec.origins) template.origins.set(`/spec${to}`, from);
  template.origins.set('', (around ?? at).pointer);
  return {
    ...template.part,
    pointer: (around ?? at).pointer,
    placeOf: (inner) => placeIn(template.origins, inner),
  };
}

function listContainers(
  spec: Composition,
  at: Placed,
  containers: readonly FoundContainer[],
): void {
  for (const key of CONTAINER_LISTS) {
    if (spec.unknown[key] === true) continue;
    const found = containers.filter(({ list }) => list === key);
    const placed = found.map(({ value, unknown, way }) => {
      return { value, unknown, pointer: `${at.pointer}${way.map(stepOf).join('')}` };
    });
    spec.list(key, placed);
    for (const [index, { elsewhere = [] }] of found.entries())
      for (const [inner, from] of elsewhere)
        spec.origins.set(`${stepOf(key)}/${index}${inner}`, `${at.pointer}${from}`);
  }
}

/** What is shared is added to a pod's own annotations, as Argo does it. */
function describe(template: Composition, own: Placed, shared: Placed | undefined): void {
  const [one, other] = [own, shared && under(shared, 'podMetadata')];
  const only = other === undefined || !isThere(other) ? one : isThere(one) ? undefined : other;
  if (only !== undefined || other === undefined) {
    template.put('metadata', only ?? one);
    return;
  }
  const annotations = new Composition();
  const both = [other, one].map((metadata) => under(metadata, 'annotations'));
  if (both.some(({ unknown }) => unknown === true)) {
    template.put('metadata', { ...one, unknown: true });
    return;
  }
  for (const each of both) for (const key of keysOf(each)) annotations.put(key, under(each, key));
  const { value, unknown } = annotations.part;
  template.put('metadata', {
    pointer: one.pointer,
    value: { annotations: value },
    unknown: unknown === undefined ? undefined : { annotations: unknown },
  });
  for (const [to, from] of annotations.origins)
    template.origins.set(`/metadata/annotations${to}`, from);
}

/** The pod's own settings go before those that are shared; volumes are added to them. */
function share(spec: Composition, at: Placed, shared: Placed): void {
  for (const key of SHARED) {
    const isOwn = spec.value[key] !== undefined || spec.unknown[key] !== undefined;
    const part = under(shared, key);
    if (!isOwn && isThere(part)) spec.put(key, part);
  }
  if (![at, shared].some((each) => isThere(under(each, 'volumes')))) return;
  const volumes = [under(at, 'volumes'), under(shared, 'volumes')];
  const open = volumes.find(({ unknown }) => unknown === true);
  if (open !== undefined) spec.put('volumes', open);
  else spec.list('volumes', volumes.flatMap(elementsOf));
}

/** As far as the origins lead, and further alike. */
function placeIn(origins: ReadonlyMap<string, string>, inner: string): string {
  const steps = keysIn(inner).map(stepOf);
  for (let known = steps.length; known >= 0; known -= 1) {
    const from = origins.get(steps.slice(0, known).join(''));
    if (from !== undefined) return `${from}${steps.slice(known).join('')}`;
  }
  return inner;
}

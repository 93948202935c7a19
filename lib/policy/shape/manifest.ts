import { isRecord } from '../../model/record.js';
import { type Kind, kindOf } from './kinds.js';
import { isForeign, isInlined, isMap, listName, nameOf, type Place, scalarOf } from './names.js';
import { keysOf, listOf, type Part, partOf, stepOf } from './part.js';

/** Deeper than Kubernetes' own objects ever are; what lies deeper is kept as it is. */
const DEEPEST = 64;

/** Told of each value: where it is in the manifest, and where in the resource. */
export type Trace = (to: string, from: string) => void;

type Entry = readonly [name: string, part: Part];

/** Where a value is in the manifest and in the resource: JSON pointers. */
interface Way {
  readonly to: string;
  readonly from: string;
}

/**
 * A resource of the Kubernetes provider as the manifest that it stands for: Kubernetes' names,
 * lists where Kubernetes has lists, and nothing that isn't set. What isn't known stays marked.
 * Undefined for a type that has no manifest.
 */
export function manifestOf(
  type: string,
  resource: Part,
  trace: Trace = () => {},
): Part | undefined {
  if (type === 'kubernetes_manifest') {
    trace('', '/manifest');
    return partOf(resource, 'manifest');
  }
  const kind = kindOf(type);
  return kind === undefined ? undefined : new Shaper(kind, trace).whole(resource);
}

class Shaper {
  constructor(
    private readonly kind: Kind,
    private readonly trace: Trace,
  ) {}

  whole(resource: Part): Part {
    const { value, ...marks } = this.block(resource, '', { to: '', from: '' });
    return { value: { ...(isRecord(value) ? value : {}), ...this.kind }, ...marks };
  }

  private block(part: Part, parent: string, way: Way): Part {
    this.trace(way.to, way.from);
    if (part.unknown === true || way.to.split('/').length > DEEPEST) return part;
    const entries = this.entries(part, parent, way);
    // What isn't known may be anything in the block, under any name.
    return entries === undefined ? { ...part, unknown: true } : assemble(entries);
  }

  private entries(part: Part, parent: string, way: Way): readonly Entry[] | undefined {
    if (part.unknown === true) return undefined;
    const parts = keysOf(part).map((key) => {
      const place = { parent, key, kind: this.kind.kind };
      const inner = partOf(part, key);
      if (isForeign(place) || isUnset(inner)) return [];
      return isInlined(place) ? this.inlined(place, inner, way) : [this.entry(place, inner, way)];
    });
    return parts.includes(undefined) ? undefined : parts.flatMap((each) => each ?? []);
  }

  private inlined({ key }: Place, part: Part, { to, from }: Way): readonly Entry[] | undefined {
    const isWrapped = Array.isArray(part.value);
    const way = { to, from: `${from}${stepOf(key)}${isWrapped ? '/0' : ''}` };
    return this.entries(isWrapped ? partOf(part, 0) : part, key, way);
  }

  private entry(place: Place, part: Part, way: Way): Entry {
    const from = `${way.from}${stepOf(place.key)}`;
    const list = isBlocks(part) ? listName(place) : undefined;
    const name = list ?? nameOf(place);
    const next = { to: `${way.to}${stepOf(name)}`, from };
    this.trace(next.to, from);
    if (list !== undefined) return [name, this.list(place, part, next)];
    if (isMap(place, part.value)) return [name, part];
    return [name, this.single(place, part, next)];
  }

  private list(place: Place, part: Part, way: Way): Part {
    if (part.unknown === true) return part;
    if (!Array.isArray(part.value)) {
      return listOf([this.block(part, place.key, { to: `${way.to}/0`, from: way.from })]);
    }
    return listOf(
      part.value.map((_, index) =>
        this.block(partOf(part, index), place.key, {
          to: `${way.to}/${index}`,
          from: `${way.from}/${index}`,
        }),
      ),
    );
  }

  private single(place: Place, part: Part, way: Way): Part {
    const { value, unknown } = part;
    if (unknown === true) return part;
    if (isRecord(value)) return this.block(part, place.key, way);
    if (!isBlocks(part)) return { ...part, value: scalarOf(place, value) };
    if (Array.isArray(value) && value.length > 1) return this.list(place, part, way);
    return this.block(partOf(part, 0), place.key, { ...way, from: `${way.from}/0` });
  }
}

/** Whether a value is one block or several, as opposed to a single value or a list of such. */
function isBlocks({ value, unknown }: Part): boolean {
  if (unknown === true || isRecord(value)) return true;
  const marks: readonly unknown[] = Array.isArray(unknown) ? unknown : [];
  // An empty block is null in a plan. A text that isn't known is null as well, but marked.
  return (
    Array.isArray(value) &&
    value.every((each, index) => isRecord(each) || (each === null && marks[index] !== true))
  );
}

/** The provider has null, an empty text or an empty list for what a manifest leaves out. */
function isUnset({ value, unknown }: Part): boolean {
  if (unknown === true) return false;
  if (Array.isArray(value)) return value.length === 0;
  return value === '' || ((value === null || value === undefined) && !isRecord(unknown));
}

function assemble(entries: readonly Entry[]): Part {
  const known = entries.filter(([, { value }]) => value !== undefined && value !== null);
  return {
    value: Object.fromEntries(known.map(([name, { value }]) => [name, value])),
    unknown: Object.fromEntries(entries.map(([name, { unknown }]) => [name, unknown])),
    sensitive: Object.fromEntries(entries.map(([name, { sensitive }]) => [name, sensitive])),
  };
}

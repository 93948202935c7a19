import { isRecord } from '../../model/record.js';
import { type Kind, kindOf } from './kinds.js';
import { DEEPEST, KnownShaper } from './known-manifest.js';
import { isMap, scalarOf } from './names.js';
import { type Naming, Namings } from './naming.js';
import { keysOf, listOf, type Part, partOf, stepOf } from './part.js';

/** Follows the way to one place of the manifest; what lies beside it is not made. */
export interface Trace {
  /** JSON pointer in the manifest. */
  readonly pointer: string;
  /** Told of each value on the way: where it is in the manifest, and where in the resource. */
  readonly tell: (to: string, from: string) => void;
}

type Entry = readonly [name: string, part: Part];

/** A key of the provider, the block that it is in, and what it stands for. */
interface Named {
  readonly parent: string;
  readonly key: string;
  readonly naming: Naming;
}

/** Where a value is in the manifest and in the resource: JSON pointers, empty where nobody asks. */
interface Way {
  readonly depth: number;
  readonly to: string;
  readonly from: string;
}

/**
 * A resource of the Kubernetes provider as the manifest that it stands for: Kubernetes' names,
 * lists where Kubernetes has lists, and nothing that isn't set. What isn't known stays marked.
 * Undefined for a type that has no manifest.
 */
export function manifestOf(type: string, resource: Part, trace?: Trace): Part | undefined {
  if (type === 'kubernetes_manifest') {
    trace?.tell('', '/manifest');
    return partOf(resource, 'manifest');
  }
  const kind = kindOf(type);
  if (kind === undefined) return undefined;
  return resource.unknown === undefined && trace === undefined
    ? { value: new KnownShaper(kind).whole(resource.value), unknown: undefined }
    : new Shaper(kind, trace).whole(resource);
}

/** `KnownShaper` does the same where there is nothing to keep track of. */
class Shaper {
  private readonly namings: Namings;

  constructor(
    private readonly kind: Kind,
    private readonly trace: Trace | undefined,
  ) {
    this.namings = Namings.of(kind);
  }

  whole(resource: Part): Part {
    const { value, unknown } = this.block(resource, '', { depth: 0, to: '', from: '' });
    return { value: { ...(isRecord(value) ? value : {}), ...this.kind }, unknown };
  }

  private block(part: Part, parent: string, way: Way): Part {
    if (!this.follows(way) || part.unknown === true || way.depth >= DEEPEST) return part;
    const entries: Entry[] = [];
    // What isn't known may be anything in the block, under any name.
    if (!this.enter(part, parent, way, entries)) return { ...part, unknown: true };
    return assemble(entries);
  }

  /** Adds what is in a block to the entries; false where that isn't known. */
  private enter(part: Part, parent: string, way: Way, entries: Entry[]): boolean {
    if (part.unknown === true) return false;
    for (const key of keysOf(part)) {
      const naming = this.namings.at(parent, key);
      const inner = partOf(part, key);
      if (naming.isForeign || isUnset(inner)) continue;
      if (!naming.isInlined) entries.push(this.entry({ parent, key, naming }, inner, way));
      else if (!this.enterInlined(key, inner, way, entries)) return false;
    }
    return true;
  }

  private enterInlined(key: string, part: Part, way: Way, entries: Entry[]): boolean {
    const inner = this.past(way, key);
    return Array.isArray(part.value)
      ? this.enter(partOf(part, 0), key, this.past(inner, 0), entries)
      : this.enter(part, key, inner, entries);
  }

  private entry(place: Named, part: Part, way: Way): Entry {
    const { list } = place.naming;
    const isList = list !== undefined && isBlocks(part);
    const name = isList ? list : place.naming.name;
    const next = this.under(way, name, place.key);
    if (!this.follows(next)) return [name, part];
    if (isList) return [name, this.list(place, part, next)];
    if (isMap(place, part.value)) return [name, part];
    return [name, this.single(place, part, next)];
  }

  private list({ key }: Named, part: Part, way: Way): Part {
    if (part.unknown === true) return part;
    if (!Array.isArray(part.value)) {
      const { from } = way;
      return listOf([this.block(part, key, { ...this.under(way, 0, 0), from })]);
    }
    return listOf(
      part.value.map((_, index) =>
        this.block(partOf(part, index), key, this.under(way, index, index)),
      ),
    );
  }

  private single(place: Named, part: Part, way: Way): Part {
    const { value, unknown } = part;
    if (unknown === true) return part;
    if (isRecord(value)) return this.block(part, place.key, way);
    if (!isBlocks(part)) return { value: scalarOf(place, value), unknown };
    if (Array.isArray(value) && value.length > 1) return this.list(place, part, way);
    return this.block(partOf(part, 0), place.key, this.past(way, 0));
  }

  /** Whether what is there has to be made, which is told. */
  private follows({ to, from }: Way): boolean {
    if (this.trace === undefined) return true;
    const isOnWay = to === '' || `${this.trace.pointer}/`.startsWith(`${to}/`);
    if (isOnWay) this.trace.tell(to, from);
    return isOnWay;
  }

  /** One step further in both. */
  private under({ depth, to, from }: Way, name: string | number, key: string | number): Way {
    return this.trace === undefined
      ? { depth: depth + 1, to, from }
      : { depth: depth + 1, to: `${to}${stepOf(name)}`, from: `${from}${stepOf(key)}` };
  }

  /** One step further in the resource alone. */
  private past(way: Way, key: string | number): Way {
    return this.trace === undefined ? way : { ...way, from: `${way.from}${stepOf(key)}` };
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

/** No name can be `__proto__`: what Kubernetes' names are made from has no underscores left. */
function assemble(entries: readonly Entry[]): Part {
  const values: Record<string, unknown> = {};
  const marks: Record<string, unknown> = {};
  let isKnown = true;
  for (const [name, { value, unknown }] of entries) {
    if (value !== undefined && value !== null) values[name] = value;
    if (unknown === undefined) continue;
    marks[name] = unknown;
    isKnown = false;
  }
  return { value: values, unknown: isKnown ? undefined : marks };
}

import { isRecord, memberOf } from '../../base/guards.js';
import { type Kind, kindOf } from './kinds.js';
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

/** Where a value is in the manifest and in the resource: JSON pointers. */
interface Way {
  readonly to: string;
  readonly from: string;
}

/** Where a block is; `way` only where that is traced. */
interface Spot {
  /** The provider's key of the block. */
  readonly parent: string;
  readonly depth: number;
  readonly way: Way | undefined;
}

/** A key of the provider, the block that it is in, and what is there. */
interface Entry extends Part {
  readonly parent: string;
  readonly key: string;
  readonly naming: Naming;
}

/** A block of the manifest in the making. */
interface Block {
  readonly value: Record<string, unknown>;
  unknown: Record<string, unknown> | undefined;
}

/** Deeper than Kubernetes' own objects ever are; what lies deeper is kept as it is. */
const DEEPEST = 64;

/**
 * A resource of the Kubernetes provider as the manifest that it stands for: Kubernetes' names,
 * lists where Kubernetes has lists, and nothing that isn't set. What isn't known stays marked.
 * Undefined for a type that has no manifest.
 */
export function manifestOf(type: string, resource: Part, trace?: Trace): Part | undefined {
  if (type === 'kubernetes_manifest') {
    trace?.tell('', '/manifest');
    return withoutNulls(partOf(resource, 'manifest'));
  }
  const kind = kindOf(type);
  return kind === undefined ? undefined : new Shaper(kind, trace).whole(resource);
}

/** Neither a provider nor an API server tells null from what isn't there. */
export function withoutNulls(part: Part): Part {
  return { ...part, value: pruned(part.value, 0) };
}

/** The same value where there is nothing to leave out. */
function pruned(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth >= DEEPEST) return value;
  if (Array.isArray(value)) {
    const items = value.map((each) => pruned(each, depth + 1));
    return items.some((each, index) => each !== value[index]) ? items : value;
  }
  const entries = Object.entries(value);
  const kept = entries
    .filter(([, each]) => each !== null)
    .map(([key, each]): [string, unknown] => [key, pruned(each, depth + 1)]);
  const isSame =
    kept.length === entries.length && kept.every(([, each], index) => each === entries[index]?.[1]);
  return isSame ? value : Object.fromEntries(kept);
}

/** Most resources are known in every part: of those, nothing is made but the manifest itself. */
class Shaper {
  private readonly namings: Namings;

  constructor(
    private readonly kind: Kind,
    private readonly trace: Trace | undefined,
  ) {
    this.namings = Namings.of(kind);
  }

  whole(resource: Part): Part {
    const way = this.trace && { to: '', from: '' };
    const { value, unknown } = this.block(resource, { parent: '', depth: 0, way });
    return { value: { ...(isRecord(value) ? value : {}), ...this.kind }, unknown };
  }

  private block(part: Part, spot: Spot): Part {
    if (!this.follows(spot.way) || part.unknown === true || spot.depth >= DEEPEST) return part;
    const block: Block = { value: {}, unknown: undefined };
    // What isn't known may be anything in the block, under any name.
    return this.fill(block, part, spot) ? block : { value: part.value, unknown: true };
  }

  /** Adds what is in a block of the resource; false where that isn't known. */
  private fill(block: Block, part: Part, spot: Spot): boolean {
    if (part.unknown === true) return false;
    const { parent } = spot;
    for (const key of keysOf(part)) {
      const naming = this.namings.at(parent, key);
      if (naming.isForeign) continue;
      const value = valueUnder(part, key);
      const unknown = memberOf(part.unknown, key);
      if (isUnset(value, unknown)) continue;
      const entry = { parent, key, naming, value, unknown };
      if (!naming.isInlined) this.enter(block, entry, spot);
      else if (!this.inline(block, entry, spot)) return false;
    }
    return true;
  }

  private inline(block: Block, entry: Entry, { depth, way }: Spot): boolean {
    const spot = { parent: entry.key, depth, way: past(way, entry.key) };
    return Array.isArray(entry.value)
      ? this.fill(block, partOf(entry, 0), { ...spot, way: past(spot.way, 0) })
      : this.fill(block, entry, spot);
  }

  private enter(block: Block, entry: Entry, { depth, way }: Spot): void {
    const { key, naming, value, unknown } = entry;
    const isBlock = isBlocks(entry);
    const list = isBlock ? naming.list : undefined;
    const name = list ?? naming.name;
    const next = under(way, name, key);
    if (!this.follows(next) || (list === undefined && isMap(entry, value))) {
      put(block, name, value, unknown);
    } else if (isOneUnknown(entry)) {
      // It may be a block, or a list of single values.
      put(block, name, undefined, true);
    } else if (!isBlock) {
      put(block, name, scalarOf(entry, value), unknown);
    } else {
      const spot = { parent: key, depth: depth + 1, way: next };
      const part = list === undefined ? this.single(entry, spot) : this.list(entry, spot);
      put(block, name, part.value, part.unknown);
      if (key === 'security_context') this.send(block.value[name], entry, next);
    }
  }

  /** What the provider sends with a block, though nobody has set it. */
  private send(context: unknown, { parent, unknown, value }: Entry, way: Way | undefined): void {
    if (!isRecord(context) || isSentEmpty(parent, context, value)) return;
    if (context['runAsNonRoot'] !== undefined || mayHave(unknown, 'run_as_non_root')) return;
    Object.assign(context, { runAsNonRoot: false });
    const spot = Array.isArray(value) ? past(way, 0) : way;
    this.follows(under(spot, 'runAsNonRoot', 'run_as_non_root'));
  }

  private list(part: Part, { parent, depth, way }: Spot): Part {
    if (part.unknown === true) return part;
    const spotAt = (index: number) => ({ parent, depth: depth + 1, way: under(way, index, index) });
    if (!Array.isArray(part.value)) {
      const bare = way && { to: `${way.to}/0`, from: way.from };
      return listOf([this.block(part, { parent, depth: depth + 1, way: bare })]);
    }
    return listOf(part.value.map((_, index) => this.block(partOf(part, index), spotAt(index))));
  }

  private single(part: Part, spot: Spot): Part {
    const { value, unknown } = part;
    if (unknown === true) return part;
    if (isRecord(value)) return this.block(part, spot);
    if (Array.isArray(value) && value.length > 1) return this.list(part, spot);
    const { parent, depth, way } = spot;
    return this.block(partOf(part, 0), { parent, depth, way: past(way, 0) });
  }

  /** Whether what is there has to be made, which is told. */
  private follows(way: Way | undefined): boolean {
    if (this.trace === undefined || way === undefined) return true;
    const isOnWay = way.to === '' || `${this.trace.pointer}/`.startsWith(`${way.to}/`);
    if (isOnWay) this.trace.tell(way.to, way.from);
    return isOnWay;
  }
}

/**
 * Whether the provider takes a security context for none: one that is null, and of a pod one without
 * anything in it.
 */
function isSentEmpty(parent: string, context: object, value: unknown): boolean {
  const block: unknown = Array.isArray(value) ? value[0] : value;
  const isOfPod = parent === 'spec';
  return block === null || (isOfPod && Object.keys(context).length === 0);
}

/** Whether a single block may have a member once all is known. */
function mayHave(unknown: unknown, key: string): boolean {
  const block = Array.isArray(unknown) ? unknown[0] : unknown;
  return block === true || (isRecord(block) && block[key] !== undefined);
}

/** One step further in both. */
function under(way: Way | undefined, name: string | number, key: string | number): Way | undefined {
  return way && { to: `${way.to}${stepOf(name)}`, from: `${way.from}${stepOf(key)}` };
}

/** One step further in the resource alone. */
function past(way: Way | undefined, key: string | number): Way | undefined {
  return way && { ...way, from: `${way.from}${stepOf(key)}` };
}

/** What is under one of a part's keys: its own, where no mark adds others. */
function valueUnder({ value, unknown }: Part, key: string): unknown {
  return unknown === undefined && isRecord(value) ? value[key] : memberOf(value, key);
}

/** Whether a value is one block or several, as opposed to a single value or a list of such. */
function isBlocks({ value, unknown, naming }: Entry): boolean {
  if (unknown === true || isRecord(value)) return true;
  if (!Array.isArray(value) || !value.every((each) => each === null || isRecord(each)))
    return false;
  // An empty block is null in a plan. A text that isn't known is null as well, but marked.
  if (naming.list !== undefined || value.some(isRecord)) return true;
  return !value.some((_, index) => Array.isArray(unknown) && unknown[index] === true);
}

/** Whether it is a list of one thing, of which nothing is known. */
function isOneUnknown({ value, unknown }: Part): boolean {
  const isOne = Array.isArray(value) && value.length === 1 && value[0] === null;
  return isOne && Array.isArray(unknown) && unknown[0] === true;
}

/** The provider has null, an empty text or an empty list for what a manifest leaves out. */
function isUnset(value: unknown, unknown: unknown): boolean {
  if (unknown === true) return false;
  if (Array.isArray(value)) return value.length === 0;
  return value === '' || ((value === null || value === undefined) && !isRecord(unknown));
}

/** No name can be `__proto__`: what Kubernetes' names are made from has no underscores left. */
function put(block: Block, name: string, value: unknown, unknown: unknown): void {
  if (value !== undefined && value !== null) block.value[name] = value;
  if (unknown === undefined) return;
  block.unknown ??= {};
  block.unknown[name] = unknown;
}

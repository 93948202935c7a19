import { isRecord } from '../../model/record.js';
import type { Kind } from './kinds.js';
import { isMap, scalarOf } from './names.js';
import { type Naming, Namings } from './naming.js';

/** Deeper than Kubernetes' own objects ever are; what lies deeper is kept as it is. */
export const DEEPEST = 64;

type Block = Record<string, unknown>;

/** A key of the provider, the block that it is in, and how deep that is. */
interface Named {
  readonly parent: string;
  readonly key: string;
  readonly depth: number;
}

/**
 * The manifest of a resource that is known in every part, as most are: without a word on what isn't
 * known, in half of the time.
 */
export class KnownShaper {
  private readonly namings: Namings;

  constructor(private readonly kind: Kind) {
    this.namings = Namings.of(kind);
  }

  whole(resource: unknown): unknown {
    const block = this.block(resource, '', 0);
    return Object.assign(isRecord(block) ? block : {}, this.kind);
  }

  private block(value: unknown, parent: string, depth: number): unknown {
    if (depth >= DEEPEST) return value;
    const block: Block = {};
    this.fill(block, value, parent, depth);
    return block;
  }

  private fill(block: Block, value: unknown, parent: string, depth: number): void {
    if (!isRecord(value)) return;
    for (const key of Object.keys(value)) {
      const naming = this.namings.at(parent, key);
      const inner = value[key];
      if (naming.isForeign || isUnset(inner)) continue;
      if (naming.isInlined) this.fill(block, Array.isArray(inner) ? inner[0] : inner, key, depth);
      else this.enter(block, naming, { parent, key, depth }, inner);
    }
  }

  private enter(block: Block, { name, list }: Naming, place: Named, value: unknown): void {
    if (list !== undefined && isBlocks(value)) block[list] = this.list(place, value);
    else block[name] = isMap(place, value) ? value : this.single(place, value);
  }

  private list({ key, depth }: Named, value: unknown): readonly unknown[] {
    const blocks: readonly unknown[] = Array.isArray(value) ? value : [value];
    return blocks.map((each) => this.block(each, key, depth + 2));
  }

  private single(place: Named, value: unknown): unknown {
    const { key, depth } = place;
    if (isRecord(value)) return this.block(value, key, depth + 1);
    if (!Array.isArray(value) || !isBlocks(value)) return scalarOf(place, value);
    return value.length > 1 ? this.list(place, value) : this.block(value[0], key, depth + 1);
  }
}

/** Whether a value is one block or several; an empty one is null in a plan. */
function isBlocks(value: unknown): boolean {
  return Array.isArray(value)
    ? value.every((each) => each === null || isRecord(each))
    : isRecord(value);
}

/** The provider has null, an empty text or an empty list for what a manifest leaves out. */
function isUnset(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}

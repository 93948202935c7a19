import { canonicalText } from './json-schema/equality.js';
import { meets } from './json-schema/instance.js';
import type { Join, Others } from './json-schema/keyword.js';
import { type Part, valueAt } from './shape/part.js';

/** The objects of a whole plan that some policy may ask for, by Kubernetes' kind. */
export class ObjectIndex implements Others {
  private readonly byKind = new Map<string, Part[]>();
  private readonly indexes = new Map<string, Index>();

  add(kind: string, object: Part): void {
    const known = this.byKind.get(kind);
    if (known === undefined) this.byKind.set(kind, [object]);
    else known.push(object);
    this.indexes.clear();
  }

  /** All of a kind where there is no join that an index can be made of. */
  candidates(kind: string, joins: readonly Join[]): readonly Part[] {
    const all = this.byKind.get(kind) ?? [];
    const known = joins.filter(
      ({ wanted: { value, unknown } }) => unknown === undefined && isPlain(value),
    );
    if (known.length === 0) return all;
    const pointers = known.map(({ pointer }) => pointer);
    const key = JSON.stringify([kind, ...pointers]);
    const index = this.indexes.get(key) ?? indexOf(all, pointers);
    this.indexes.set(key, index);
    const fitting = index.byValues.get(keyOf(known.map(({ wanted }) => wanted.value))) ?? [];
    return index.open.length === 0 ? fitting : [...fitting, ...index.open];
  }
}

/** Objects of a kind by what is at some pointers, so that none is compared with all others. */
interface Index {
  readonly byValues: ReadonlyMap<string, readonly Part[]>;
  /** Where one of the values isn't known. */
  readonly open: readonly Part[];
}

function indexOf(objects: readonly Part[], pointers: readonly string[]): Index {
  const byValues = new Map<string, Part[]>();
  const open: Part[] = [];
  for (const object of objects) {
    const values = pointers.map((pointer) => valueAt(object.value, pointer));
    const key = keyOf(values);
    const known = byValues.get(key);
    const isOpen = pointers.some((pointer) => meets(object, pointer));
    if (isOpen) open.push(object);
    else if (known === undefined) byValues.set(key, [object]);
    else known.push(object);
  }
  return { byValues, open };
}

/** An object's members may stand in any order, which a key would tell apart. */
function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** The same for values that are the same: a member that isn't there differs from null. */
function keyOf(values: readonly unknown[]): string {
  return values.map((value) => canonicalText(value)).join('\n');
}

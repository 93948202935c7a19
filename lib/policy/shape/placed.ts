import { type Part, partOf, stepOf } from './part.js';

/** A part of a manifest, with its JSON pointer in it. */
export interface Placed extends Part {
  readonly pointer: string;
  /** Where a pointer into the part is in the manifest. @default - below `pointer` */
  readonly placeOf?: (inner: string) => string;
  /** Why it can't be looked at: every policy about it fails. */
  readonly fault?: string;
  /** Whether the way inside of it must not be told, since its names are secret, too. */
  readonly sealed?: boolean;
}

/** What lies under a key or index of a part. */
export function under(part: Placed, key: string | number): Placed {
  const step = stepOf(key);
  const { placeOf } = part;
  const { value, unknown } = partOf(part, key);
  const pointer = `${part.pointer}${step}`;
  if (placeOf === undefined) return { value, unknown, pointer };
  return { value, unknown, pointer, placeOf: (inner) => placeOf(`${step}${inner}`) };
}

/** What is in a list; the list itself where that isn't known. */
export function elementsOf(list: Placed): readonly Placed[] {
  if (list.unknown === true) return [list];
  return Array.isArray(list.value) ? list.value.map((_, index) => under(list, index)) : [];
}

/** Whether there is something, or will be. */
export function isThere({ value, unknown }: Part): boolean {
  return unknown !== undefined || (value !== undefined && value !== null);
}

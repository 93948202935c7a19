import { isRecord } from '../model/record.js';

/** More than any object has; what is beyond is not listed. */
const MOST = 100;
const DEEPEST = 64;

/**
 * The image references of an object's containers, sorted: deleting the object leaves the images in
 * their registries. What the plan marks as sensitive is left out.
 */
export function imagesIn(values: unknown, sensitive: unknown): readonly string[] {
  const found = new Set<string>();
  collect(values, sensitive, false, 0, found);
  return [...found].sort();
}

function collect(
  value: unknown,
  sensitive: unknown,
  inContainer: boolean,
  depth: number,
  found: Set<string>,
): void {
  if (sensitive === true || depth > DEEPEST || found.size >= MOST) return;
  if (Array.isArray(value)) {
    value.forEach((each, index) => {
      collect(each, childOf(sensitive, index), inContainer, depth + 1, found);
    });
  } else if (isRecord(value)) {
    for (const [key, each] of Object.entries(value)) {
      const marked = childOf(sensitive, key);
      const isImage = inContainer && key === 'image' && typeof each === 'string';
      if (isImage && marked !== true) found.add(each);
      else collect(each, marked, /container/i.test(key), depth + 1, found);
    }
  }
}

function childOf(marks: unknown, key: string | number): unknown {
  if (Array.isArray(marks)) return typeof key === 'number' ? marks[key] : undefined;
  return isRecord(marks) && Object.hasOwn(marks, key) ? marks[key] : undefined;
}

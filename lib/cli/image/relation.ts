import { parseImageReference, registryOf } from '../../model/image-reference.js';
import type { SeenImage } from '../../registry/image.js';

/** What another reference means to an image: it needs that very one, or it may. */
export type Relation = 'same' | 'unclear' | 'other';

/** Whether two references may be one image: the same path, since a registry can have several names. */
export function isNear(one: string, other: string): boolean {
  const [a, b] = [one, other].map((each) => parseImageReference(each).value);
  return a === undefined || b === undefined ? one === other : a.repository === b.repository;
}

/**
 * Whether a reference needs an image. Digests say so, of the whole or of a platform; where one isn't
 * known, what is in the same repository can't be told from it.
 */
export function relationOf(
  image: string,
  other: string,
  seen: ReadonlyMap<string, SeenImage>,
): Relation {
  if (image === other) return 'same';
  if (!isNear(image, other)) return 'other';
  const [one, another] = [image, other].map((each) => digestsOf(each, seen.get(each)));
  if (one?.digests.some((each) => another?.digests.includes(each)) === true) return 'same';
  const isClear = one?.isWhole === true && another?.isWhole === true;
  return isClear || !isSameRegistry(image, other) ? 'other' : 'unclear';
}

/** Every digest that an image goes by, and whether these are all of them. */
function digestsOf(image: string, seen: SeenImage | undefined) {
  if (seen?.kind === 'there') return { digests: [seen.digest, ...seen.parts], isWhole: true };
  const digest = parseImageReference(image).value?.digest;
  return { digests: digest === undefined ? [] : [digest], isWhole: seen?.kind === 'gone' };
}

function isSameRegistry(one: string, other: string): boolean {
  const [a, b] = [one, other].map((each) => parseImageReference(each).value);
  return a !== undefined && b !== undefined && registryOf(a) === registryOf(b);
}

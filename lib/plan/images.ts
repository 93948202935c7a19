import { isRecord, memberOf } from '../base/guards.js';
import { withoutCredential } from '../model/image-reference.js';

/** More than any object has; what is beyond is not listed. */
const MOST = 100;
const DEEPEST = 512;

/**
 * The image references of an object's containers, sorted: deleting the object leaves the images in
 * their registries. What the plan marks as sensitive is left out, and so is every copy of it: the
 * `output` of a `terraform_data`, for one, repeats its `input` without the marks. A user or password in
 * a reference isn't shown.
 */
export function imagesIn(values: unknown, sensitive: unknown): readonly string[] {
  const images = new Set<string>();
  const secrets = new Set<string>();
  walk(values, sensitive, 0, (text, isMarked, isImage) => {
    if (isMarked) secrets.add(text);
    else if (isImage && images.size < MOST) images.add(text);
  });
  const isClean = (image: string) =>
    ![...secrets].some((each) => each !== '' && image.includes(each));
  return [...new Set([...images].filter(isClean).map(withoutCredential))].sort();
}

type Visit = (text: string, isMarked: boolean, isImage: boolean) => void;

function walk(
  value: unknown,
  marks: unknown,
  depth: number,
  visit: Visit,
  place: Place = {},
): void {
  if (depth > DEEPEST) return;
  if (typeof value === 'string') {
    visit(value, marks === true, place.key === 'image' && place.inContainer === true);
  } else if (Array.isArray(value)) {
    value.forEach((each, index) => {
      const inContainer = /container/i.test(place.key ?? '');
      walk(each, marks === true || memberOf(marks, index), depth + 1, visit, { inContainer });
    });
  } else if (isRecord(value)) {
    const inContainer = place.inContainer === true || /container/i.test(place.key ?? '');
    for (const [key, each] of Object.entries(value)) {
      walk(each, marks === true || memberOf(marks, key), depth + 1, visit, { inContainer, key });
    }
  }
}

interface Place {
  readonly key?: string;
  /** Whether what surrounds the value is a container. */
  readonly inContainer?: boolean;
}

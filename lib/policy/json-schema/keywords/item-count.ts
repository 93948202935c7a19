import { elementsOf, type Instance } from '../instance.js';
import type { Keyword } from '../keyword.js';
import { ofLists } from '../predicate.js';
import { atLeast, atMost, type Range, within } from '../verdict.js';
import { sizeWording } from '../wording.js';

/** How many items a list may have. */
export const itemCount: readonly Keyword[] = [
  counted('minItems', atLeast, (count, bound) => count >= bound),
  counted('maxItems', atMost, (count, bound) => count <= bound),
];

function counted(
  name: string,
  allowed: (bound: unknown) => Range,
  holds: (count: number, bound: number) => boolean,
): Keyword {
  return {
    name,
    types: ['array'],
    evaluate: (_, bound, instance) => {
      const wanted = allowed(bound);
      const items = elementsOf(instance);
      const message = sizeWording(wanted, 'item');
      const actual = { least: fewest(items), most: items.length };
      return within(actual, wanted, instance.pointer, message);
    },
    message: ({ limit }) => sizeWording(allowed(limit), 'item'),
    match: (bound) => ofLists((list) => holds(list.length, Number(bound))),
  };
}

/**
 * How many are left of some items if those that aren't known turn out to be ones that are: a set's
 * items are each another one.
 */
export function fewest(items: readonly Instance[]): number {
  const known = items.filter(({ unknown }) => unknown === undefined).length;
  return known > 0 ? known : Math.min(1, items.length);
}

import { certainNames, possibleNames } from '../instance.js';
import type { Keyword } from '../keyword.js';
import { ofObjects } from '../predicate.js';
import { atLeast, atMost, type Range, within } from '../verdict.js';
import { sizeWording } from '../wording.js';

/** How many members an object may have. */
export const propertyCount: readonly Keyword[] = [
  counted('minProperties', atLeast, (count, bound) => count >= bound),
  counted('maxProperties', atMost, (count, bound) => count <= bound),
];

function counted(
  name: string,
  allowed: (bound: unknown) => Range,
  holds: (count: number, bound: number) => boolean,
): Keyword {
  return {
    name,
    types: ['object'],
    evaluate: (_, bound, instance) => {
      const wanted = allowed(bound);
      const [least, most] = [certainNames(instance).length, possibleNames(instance).length];
      const message = sizeWording(wanted, 'field');
      return within({ least, most }, wanted, instance.pointer, message);
    },
    message: ({ limit }) => sizeWording(allowed(limit), 'field'),
    match: (bound) => ofObjects((object) => holds(Object.keys(object).length, Number(bound))),
  };
}

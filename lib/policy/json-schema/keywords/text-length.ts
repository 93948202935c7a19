import type { Keyword } from '../keyword.js';
import { ofTexts } from '../predicate.js';
import { atLeast, atMost } from '../verdict.js';
import { sizeWording } from '../wording.js';

/** How long a text may be. It has at most as many characters as units, and at least half as many. */
export const textLength: readonly Keyword[] = [
  {
    name: 'minLength',
    types: ['string'],
    match: ofTexts(
      (text, bound) => text.length >= bound && (text.length >= 2 * bound || count(text) >= bound),
    ),
    message: ({ limit }) => sizeWording(atLeast(limit), 'character'),
  },
  {
    name: 'maxLength',
    types: ['string'],
    match: ofTexts((text, bound) => text.length <= bound || count(text) <= bound),
    message: ({ limit }) => sizeWording(atMost(limit), 'character'),
  },
];

/** Two units of UTF-16 may be one character. */
function count(text: string): number {
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters;
}

import type { Keyword } from './keyword.js';
import { additionalProperties } from './keywords/additional-properties.js';
import { annotations } from './keywords/annotations.js';
import { bounds } from './keywords/bounds.js';
import { combinations } from './keywords/combinations.js';
import { conditional } from './keywords/conditional.js';
import { contains } from './keywords/contains.js';
import { dependents } from './keywords/dependents.js';
import { format } from './keywords/format.js';
import { imageReference } from './keywords/image-reference.js';
import { itemCount } from './keywords/item-count.js';
import { items } from './keywords/items.js';
import { multipleOf } from './keywords/multiple-of.js';
import { not } from './keywords/not.js';
import { pattern } from './keywords/pattern.js';
import { patternProperties } from './keywords/pattern-properties.js';
import { properties } from './keywords/properties.js';
import { propertyCount } from './keywords/property-count.js';
import { propertyNames } from './keywords/property-names.js';
import { quantity } from './keywords/quantity.js';
import { references } from './keywords/references.js';
import { related } from './keywords/related.js';
import { required } from './keywords/required.js';
import { textLength } from './keywords/text-length.js';
import { type } from './keywords/type.js';
import { unevaluated } from './keywords/unevaluated.js';
import { uniqueItems } from './keywords/unique-items.js';
import { values } from './keywords/values.js';

const ALL: readonly Keyword[] = [
  ...[annotations, references, combinations, conditional, not],
  ...[type, values, bounds, multipleOf, textLength, pattern, format],
  ...[required, properties, patternProperties, additionalProperties, propertyNames],
  ...[propertyCount, dependents, items, contains, itemCount, uniqueItems, unevaluated],
  // Keywords beside those of JSON Schema.
  ...[imageReference, quantity, related],
].flat();

/** Every keyword of which something is known; any other is the validator's alone, or undecided. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  ALL.map((keyword) => [keyword.name, keyword]),
);

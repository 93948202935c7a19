import type { JsonType, Keyword } from '../keyword.js';
import { ofNumbers } from '../predicate.js';

const types: readonly JsonType[] = ['number'];

/** The bounds of a number. */
export const bounds: readonly Keyword[] = [
  { name: 'minimum', types, match: ofNumbers((value, bound) => value >= bound) },
  { name: 'maximum', types, match: ofNumbers((value, bound) => value <= bound) },
  { name: 'exclusiveMinimum', types, match: ofNumbers((value, bound) => value > bound) },
  { name: 'exclusiveMaximum', types, match: ofNumbers((value, bound) => value < bound) },
];

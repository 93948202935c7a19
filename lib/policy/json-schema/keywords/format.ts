import type { Keyword } from '../keyword.js';

/** Says what a text is meant to be. By the standard, nothing fails by it. */
export const format: Keyword = { name: 'format', types: ['string'], match: () => () => true };

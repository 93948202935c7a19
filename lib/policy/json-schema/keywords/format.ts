import type { Keyword } from '../keyword.js';

export const format: Keyword = { name: 'format', types: ['string'] };

import type { Keyword } from '../keyword.js';

export const multipleOf: Keyword = { name: 'multipleOf', types: ['number'] };

import type { Keyword } from '../keyword.js';
import { linear } from '../patterns.js';

export const pattern: Keyword = {
  name: 'pattern',
  types: ['string'],
  match: (operand) => {
    if (typeof operand !== 'string') return undefined;
    const compiled = linear(operand);
    return (value) => typeof value !== 'string' || compiled.test(value);
  },
};

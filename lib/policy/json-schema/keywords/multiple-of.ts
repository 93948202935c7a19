import { decimalOf } from '../decimal.js';
import type { Keyword } from '../keyword.js';
import { ofNumbers } from '../predicate.js';

export const multipleOf: Keyword = {
  name: 'multipleOf',
  types: ['number'],
  match: ofNumbers((value, divisor) => {
    const [a, b] = [decimalOf(value), decimalOf(divisor)];
    if (a === undefined || b === undefined || b.digits === 0n) return false;
    const least = Math.min(a.exponent, b.exponent);
    const scaled = ({ digits, exponent }: typeof a) => digits * 10n ** BigInt(exponent - least);
    return scaled(a) % scaled(b) === 0n;
  }),
};

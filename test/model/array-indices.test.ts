import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asIndexedCompletions,
  indicesOfSize,
  parseArrayIndices,
} from '../../lib/model/array-indices.js';
import { codes } from '../support/codes.js';

/** The indices one by one, counted apart from the code under test. */
const expand = (text: string) =>
  text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });

describe('array indices', () => {
  it('are sorted and joined', () => {
    expect(parseArrayIndices('10,1-2,3').value).toBe('1-3,10');
    expect(parseArrayIndices('1-5,7-8,10').value).toBe('1-5,7-8,10');
    expect(parseArrayIndices('0').value).toBe('0');
  });

  it('are refused when malformed, doubled, too many or too large', () => {
    const wrong = ['', ',', '1-', '5-1', 'a', '-1', '1,1', '1-5,3', '0-100000', '10000000', '1.5'];
    for (const text of [...wrong, `${'1,'.repeat(130)}1`, 7, null]) {
      expect(codes(parseArrayIndices(text))).toEqual(['job-template/array-indices']);
    }
    expect(parseArrayIndices('0-99999').value).toBe('0-99999');
    expect(parseArrayIndices('9999999').value).toBe('9999999');
  });

  it('mean the same set after normalising, and stay as they are', () => {
    const sets = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sets, (indices) => {
        const normalised = parseArrayIndices(indices.join(',')).value ?? '';
        expect(expand(normalised)).toEqual([...indices].sort((a, b) => a - b));
        expect(parseArrayIndices(normalised).value).toBe(normalised);
        const sorted = [...indices].sort((a, b) => a - b);
        const gapless = sorted.every((index, at) => index === at);
        expect(asIndexedCompletions(normalised)).toBe(gapless ? indices.length : undefined);
      }),
    );
  });

  it('of a size run from 0', () => {
    expect(indicesOfSize(1).value).toBe('0');
    expect(indicesOfSize(10).value).toBe('0-9');
    expect(asIndexedCompletions('0-9')).toBe(10);
    for (const size of [0, -1, 1.5, 100_001, '3', Number.NaN]) {
      expect(codes(indicesOfSize(size))).toEqual(['job-template/array-size']);
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quote } from '../../lib/base/inert.js';
import { nearest } from '../../lib/base/nearest.js';
import { formatProblem } from '../../lib/base/problem.js';

describe('a quoted value', () => {
  it('can not act on a terminal or reorder a line, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.anything()), (value) => {
        expect(quote(value)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(quote(value).length).toBeLessThan(1000);
      }),
    );
    expect(quote('a\u001b[31mb')).toBe('"a\\u001b[31mb"');
    expect(quote('x'.repeat(500)).length).toBeLessThan(100);
  });
});

describe('the nearest name', () => {
  it('is one that a typing mistake leads to, or none', () => {
    expect(nearest('biling', ['billing', 'shipping'])).toBe('billing');
    expect(nearest('BILLING', ['billing'])).toBe('billing');
    expect(nearest('other', ['billing', 'shipping'])).toBeUndefined();
    expect(nearest('x'.repeat(10_000), ['billing'])).toBeUndefined();
  });
});

describe('a problem', () => {
  it('is printed as what, where and what to do', () => {
    const problem = {
      code: 'x/y',
      message: 'It is wrong.',
      remedy: 'Mend it.',
      path: 'production/billing',
      source: { file: 'main.ts', line: 3, column: 7 },
    };
    expect(formatProblem(problem)).toBe(
      'error: It is wrong.\n  at production/billing · main.ts:3:7\n  Mend it.',
    );
  });
});

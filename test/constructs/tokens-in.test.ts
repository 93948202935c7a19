import {
  DefaultTokenResolver,
  Lazy,
  StringConcat,
  TerraformStack,
  Testing,
  Token,
  Tokenization,
} from 'cdktf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsTokens, resolveTokens } from '../../lib/constructs/tokens-in.js';

const stack = new TerraformStack(Testing.app(), 'prod');
/** As cdktf itself resolves a stack. */
const resolver = new DefaultTokenResolver(new StringConcat());
const resolve = (value: unknown) => Tokenization.resolve(value, { scope: stack, resolver });

const lazy = Lazy.anyValue({ produce: () => ({ made: 'late' }) });
const token = fc.constantFrom<unknown>(
  Token.asString({ Ref: 'x' }),
  `a-${Token.asString({ Ref: 'b' })}-c`,
  Token.asNumber({ Ref: 'n' }),
  `n-${Token.asNumber({ Ref: 'm' })}`,
  Token.asList({ Ref: 'l' }),
  Token.asStringMap({ Ref: 'm' }),
  lazy,
);
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(`\${var.a}`, '$${b}', '%{if}', '-1e+289', 'e+2'),
);
const leaf = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
);
const value = (leaves: fc.Arbitrary<unknown>) =>
  fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      leaves,
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(text, fc.constant('resolve')), tie('any'), { maxKeys: 4 }),
    ),
  })).any;

describe('resolveTokens', () => {
  it('makes of any value what cdktf makes of it', () => {
    fc.assert(
      fc.property(value(fc.oneof(leaf, token)), (any) => {
        expect(resolveTokens(stack, any)).toEqual(resolve(any));
      }),
    );
  });

  it('keeps what holds no token, without what is undefined', () => {
    const given = { a: [1, undefined, 'x'], b: undefined, c: { d: null } };
    expect(resolveTokens(stack, given)).toStrictEqual({ a: [1, 'x'], c: { d: null } });
    expect(holdsTokens(given)).toBe(false);
  });

  it('finds every kind of token, however deep', () => {
    fc.assert(
      fc.property(token, (each) => {
        expect(holdsTokens({ a: [{ b: each }] })).toBe(true);
      }),
    );
  });
});

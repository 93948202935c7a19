import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Compiler } from '../../../lib/policy/json-schema/compiler.js';
import { parseQuantity } from '../../../lib/policy/json-schema/keywords/quantity.js';

const IMAGE = `nginx@sha256:${'0'.repeat(64)}`;

const keeps = (schema: object, value: unknown) =>
  new Compiler().compile(schema).at('', value)?.length === 0;

describe('imageReference', () => {
  const image = (rules: object, text: unknown) =>
    keeps({ type: 'string', imageReference: rules }, text);

  it.each([
    [{ registries: ['docker.io'] }, 'busybox', true],
    [{ registries: ['docker.io'] }, 'localhost/busybox', false],
    [{ registries: ['docker.io/library'] }, 'busybox', true],
    [{ registries: ['docker.io/lib'] }, 'busybox', false],
    [{ registries: ['GHCR.io'] }, 'ghcr.io/a/b', true],
    [{ registries: ['*.icr.io'] }, 'de.icr.io/a/b', true],
    [{ registries: ['*.icr.io'] }, 'icr.io/a/b', false],
    [{ registries: ['*.icr.io'] }, 'xicr.io/a/b', false],
    [{ registries: ['r.example'] }, 'r.example:5000/a', false],
    [{ registries: [] }, 'busybox', false],
    [{ forbiddenTags: ['latest'] }, 'r.example:5000/a', false],
    [{ forbiddenTags: ['latest'] }, 'a:latest', false],
    [{ forbiddenTags: ['latest'] }, IMAGE, true],
    [{ digest: true }, IMAGE, true],
    [{ digest: true }, 'nginx:1', false],
    [{ digest: false }, 'nginx', true],
    [{}, 'Not An Image', false],
  ])('%j of %s: %s', (rules, text, expected) => {
    expect(image(rules, text)).toBe(expected);
  });

  it('refuses rules that it does not know', () => {
    expect(() => image({ tag: true }, 'a')).toThrow(/imageReference/);
  });
});

describe('quantity', () => {
  const quantity = (bounds: object, value: unknown) =>
    keeps({ type: ['string', 'number'], quantity: bounds }, value);

  it.each([
    [{ maximum: '1Gi' }, '1024Mi', true],
    [{ maximum: '1G' }, '1Gi', false],
    [{ minimum: '0.1' }, '100m', true],
    [{ minimum: '0.1' }, '99999999u', true],
    [{ minimum: '0.1' }, '99999u', false],
    [{ minimum: 1 }, 1, true],
    [{ maximum: '1e3' }, '1k', true],
    [{ maximum: '1e3' }, '1001', false],
    [{ maximum: '1G' }, 'much', false],
    [{ maximum: '1G' }, '', false],
    [{ maximum: '1G' }, '1 G', false],
    [{ minimum: '0' }, '-1', false],
  ])('%j of %s: %s', (bounds, value, expected) => {
    expect(quantity(bounds, value)).toBe(expected);
  });

  it('refuses bounds that are no quantities', () => {
    expect(() => quantity({ maximum: 'much' }, '1')).toThrow(/quantity/);
    expect(() => quantity({}, '1')).toThrow(/quantity/);
  });

  it('compares as numbers do, in any unit', () => {
    const units: readonly (readonly [string, number])[] = [
      ['', 1],
      ['k', 1e3],
      ['M', 1e6],
      ['Ki', 2 ** 10],
      ['Gi', 2 ** 30],
    ];
    const amount = fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(...units));
    fc.assert(
      fc.property(amount, amount, ([a, [unitA, sizeA]], [b, [unitB, sizeB]]) => {
        const one = parseQuantity(`${a}${unitA}`) ?? 0n;
        const other = parseQuantity(`${b}${unitB}`) ?? 0n;
        expect(one < other).toBe(a * sizeA < b * sizeB);
      }),
    );
  });
});

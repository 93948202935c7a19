import type { KeywordDefinition } from 'ajv/dist/2020.js';

/** Kubernetes' suffixes, as powers that a number is multiplied by. */
const SUFFIXES: ReadonlyMap<string, readonly [base: bigint, exponent: number]> = new Map([
  ['n', [10n, -9]],
  ['u', [10n, -6]],
  ['m', [10n, -3]],
  ['', [10n, 0]],
  ['k', [10n, 3]],
  ['M', [10n, 6]],
  ['G', [10n, 9]],
  ['T', [10n, 12]],
  ['P', [10n, 15]],
  ['E', [10n, 18]],
  ['Ki', [2n, 10]],
  ['Mi', [2n, 20]],
  ['Gi', [2n, 30]],
  ['Ti', [2n, 40]],
  ['Pi', [2n, 50]],
  ['Ei', [2n, 60]],
]);

const SYNTAX =
  /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?$/;

/** The smallest unit that is told apart: more digits than Kubernetes keeps. */
const SCALE = 10n ** 130n;

/** The bounds of a quantity, each a quantity itself. */
interface Bounds {
  readonly minimum?: string | number;
  readonly maximum?: string | number;
}

/**
 * Reads a quantity as Kubernetes does, such as `500m`, `1.5`, `2Gi` or `1e3`, exactly: in a unit so
 * small that every quantity is a whole number of it. Undefined for anything else.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(value: unknown): bigint | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  const match = typeof text === 'string' && text.length <= 100 ? SYNTAX.exec(text) : null;
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', suffix = '', power] = match;
  if (whole === '' && fraction === '') return undefined;
  const [base, exponent] = SUFFIXES.get(suffix) ?? [10n, 0];
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const scaled = (digits * SCALE) / 10n ** BigInt(fraction.length);
  return times(scaled, base, power === undefined ? exponent : Number(power));
}

/**
 * `quantity: { minimum, maximum }` bounds an amount of Kubernetes. What is neither text nor a number
 * is left to `type`; text that is no quantity fails.
 */
export const quantityKeyword: KeywordDefinition = {
  keyword: 'quantity',
  type: ['string', 'number'],
  schemaType: 'object',
  errors: true,
  metaSchema: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: { minimum: { $ref: '#/$defs/quantity' }, maximum: { $ref: '#/$defs/quantity' } },
    $defs: {
      quantity: {
        type: ['string', 'number'],
        maxLength: 40,
        pattern: '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?$',
      },
    },
  },
  compile: (bounds: Bounds) => {
    const minimum = parseQuantity(bounds.minimum);
    const maximum = parseQuantity(bounds.maximum);
    return (value: unknown) => {
      const amount = parseQuantity(value);
      const isLow = amount !== undefined && minimum !== undefined && amount < minimum;
      const isHigh = amount !== undefined && maximum !== undefined && amount > maximum;
      return amount !== undefined && !isLow && !isHigh;
    };
  },
  error: { message: ({ schema }) => wanted(schema) },
};

function wanted({ minimum, maximum }: Bounds): string {
  const parts = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ];
  return `must be a quantity of ${parts.join(' and ')}`;
}

function times(value: bigint, base: bigint, exponent: number): bigint {
  return exponent < 0 ? value / base ** BigInt(-exponent) : value * base ** BigInt(exponent);
}

import { isRecord, memberOf } from '../../../base/guards.js';
import { valueAt } from '../../shape/part.js';
import { below, checkPointer } from '../field-check.js';
import { type Instance, meets } from '../instance.js';
import type { Keyword } from '../keyword.js';
import type { Predicate } from '../predicate.js';
import { entriesOf } from '../subschema.js';
import { failure, type Judgement, PASS, UNDECIDED } from '../verdict.js';

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

/** The same for a schema. */
const WRITTEN = '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,2})?$';

/** The smallest unit that is told apart: more digits than Kubernetes keeps. */
const SCALE = 10n ** 130n;

/** The bounds of a quantity, each a quantity itself. */
interface Bounds {
  readonly minimum?: string | number;
  readonly maximum?: string | number;
  /** Of an object: how often one of its quantities goes into another, between the bounds. */
  readonly ratio?: { readonly of: string; readonly to: string };
}

/**
 * Reads a quantity as Kubernetes does, such as `500m`, `1.5`, `2Gi` or `1e3`, exactly: in a unit so
 * small that every quantity is a whole number of it. Undefined for anything else.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(value: unknown): bigint | undefined {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
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
export const quantity: Keyword = {
  name: 'quantity',
  types: ['string', 'number', 'object'],
  own: {
    metaSchema: {
      minProperties: 1,
      properties: {
        minimum: { $ref: '#/$defs/quantity' },
        maximum: { $ref: '#/$defs/quantity' },
        ratio: {
          type: 'object',
          additionalProperties: false,
          required: ['of', 'to'],
          properties: { of: { $ref: '#/$defs/pointer' }, to: { $ref: '#/$defs/pointer' } },
        },
      },
      $defs: {
        pointer: { type: 'string', pattern: '^/', maxLength: 400 },
        quantity: { type: ['string', 'number'], maxLength: 40, pattern: WRITTEN },
      },
    },
    message: (operand) => wanted(Object(operand)),
  },
  evaluate: (evaluator, operand, instance) =>
    isRecord(instance.value)
      ? judgementOf(Object(operand), instance)
      : evaluator.alone(quantity, operand, instance),
  match: (operand) => predicateOf(Object(operand)),
  fields: (walk, operand, at) => {
    for (const [side, pointer] of entriesOf(memberOf(operand, 'ratio'))) {
      checkPointer(walk, pointer, below(at, 'ratio', side));
    }
  },
};

/** The keyword on an object of which parts aren't known. */
function judgementOf(bounds: Bounds, instance: Instance): Judgement {
  const { ratio } = bounds;
  const isOpen = ratio !== undefined && [ratio.of, ratio.to].some((each) => meets(instance, each));
  if (isOpen) return UNDECIDED;
  return predicateOf(bounds)(instance.value) ? PASS : failure(instance.pointer, wanted(bounds));
}

/** What isn't the keyword's affair holds: an object without a ratio, a ratio without both sides. */
function predicateOf({ ratio, minimum, maximum }: Bounds): Predicate {
  const bounds = [parseQuantity(minimum), parseQuantity(maximum)] as const;
  if (ratio === undefined) {
    return (value) => {
      if (typeof value !== 'string' && !Number.isFinite(value)) return true;
      const amount = parseQuantity(value);
      return amount !== undefined && lies(amount, SCALE, bounds);
    };
  }
  return (value) => {
    if (!isRecord(value)) return true;
    const [of, to] = [valueAt(value, ratio.of), valueAt(value, ratio.to)];
    if (of === undefined || to === undefined) return true;
    const [amount, unit] = [parseQuantity(of), parseQuantity(to)];
    return amount !== undefined && unit !== undefined && unit > 0n && lies(amount, unit, bounds);
  };
}

/** Whether `amount / unit` lies between the bounds, without a division. */
function lies(
  amount: bigint,
  unit: bigint,
  [minimum, maximum]: readonly [bigint | undefined, bigint | undefined],
): boolean {
  const isLow = minimum !== undefined && amount * SCALE < minimum * unit;
  const isHigh = maximum !== undefined && amount * SCALE > maximum * unit;
  return !isLow && !isHigh;
}

function wanted({ minimum, maximum, ratio }: Bounds): string {
  const parts = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ];
  const range = parts.join(' and ');
  return ratio === undefined
    ? `must be a quantity of ${range}`
    : `must have ${ratio.of} ${range} times ${ratio.to}`;
}

function times(value: bigint, base: bigint, exponent: number): bigint {
  return exponent < 0 ? value / base ** BigInt(-exponent) : value * base ** BigInt(exponent);
}

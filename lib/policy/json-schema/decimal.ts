/** A number as it is written: `digits` times ten to the power of `exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

const WRITTEN = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/;

/**
 * What a number is in the decimal system, in which people and Terraform write it: 0.3 is three times
 * 0.1, though no fraction of two is.
 */
export function decimalOf(value: number | bigint): Decimal | undefined {
  const match = WRITTEN.exec(String(value));
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  return {
    digits: BigInt(`${sign}${whole}${fraction}`),
    exponent: Number(power) - fraction.length,
  };
}

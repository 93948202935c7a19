import { quote } from './inert.js';
import { didYouMean } from './nearest.js';
import type { Checked, Problem } from './problem.js';
import { isRecord } from './record.js';

/** A text of a limited length without control characters other than the allowed line breaks. */
export function plainText(
  field: string,
  value: unknown,
  maxLength: number,
  options: { readonly lines?: boolean } = {},
): Checked<string> {
  const breaks = options.lines === true ? /[\r\n\t]/g : /(?!)/g;
  const isPlain =
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= maxLength &&
    !/\p{Cc}/u.test(value.replaceAll(breaks, ''));
  if (isPlain) return { value, problems: [] };
  return {
    problems: [
      {
        code: 'item/text',
        message: `\`${field}\` ${quote(value)} is not a usable text.`,
        remedy: `Write 1 to ${maxLength} characters without control characters.`,
      },
    ],
  };
}

/** Properties that don't exist, each with the one that was probably meant. Values are not shown. */
export function unknownProperties(props: unknown, known: readonly string[]): readonly Problem[] {
  if (!isRecord(props)) {
    return [
      {
        code: 'item/properties',
        message: `The properties are ${quote(props)}.`,
        remedy: `Write an object with ${known.join(', ')}.`,
      },
    ];
  }
  return Object.keys(props)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      code: 'item/unknown-property',
      message: `There is no property ${quote(key)}.`,
      remedy: `Known: ${known.join(', ')}.${didYouMean(key, known)}`,
    }));
}

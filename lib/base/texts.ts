import { isRecord, isText } from './guards.js';
import { quote } from './inert.js';
import { didYouMean } from './nearest.js';
import type { Checked, Problem } from './problem.js';

/** More problems of one list or object than anyone reads. */
const MAX_PROBLEMS = 50;

/** The first of many problems, then how many more there are: input may be of any size. */
export function atMost(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MAX_PROBLEMS) return problems;
  return [
    ...problems.slice(0, MAX_PROBLEMS),
    {
      code: 'item/more-problems',
      message: `There are ${problems.length - MAX_PROBLEMS} more problems like the last one.`,
      remedy: 'Mend those above first.',
    },
  ];
}

/**
 * A text of a limited length without control characters other than the allowed line breaks. It
 * stands beside a credential, and the two are easily swapped: a message never repeats it.
 */
export function plainText(
  field: string,
  value: unknown,
  maxLength: number,
  options: { readonly lines?: boolean } = {},
): Checked<string> {
  const breaks = options.lines === true ? /[\r\n\t]/g : /(?!)/g;
  const isPlain =
    isText(value) &&
    value.length >= 1 &&
    value.length <= maxLength &&
    !/\p{Cc}/u.test(value.replaceAll(breaks, ''));
  if (isPlain) return { value, problems: [] };
  return {
    problems: [
      {
        code: 'item/text',
        message: `\`${field}\` is ${whatIs(value)}, not a usable text.`,
        remedy: `Write 1 to ${maxLength} characters without control characters.`,
      },
    ],
  };
}

function whatIs(value: unknown): string {
  if (typeof value !== 'string') return value === undefined ? 'missing' : `a ${typeof value}`;
  return value === '' ? 'empty' : `a text that is too long or has control characters`;
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
  const unknown = Object.keys(props).filter((key) => !known.includes(key));
  return atMost(
    unknown.map((key, index) => ({
      code: 'item/unknown-property',
      message: `There is no property ${quote(key)}.`,
      remedy: `Known: ${known.join(', ')}.${index < MAX_PROBLEMS ? didYouMean(key, known) : ''}`,
    })),
  );
}

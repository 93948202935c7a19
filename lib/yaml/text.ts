import { LineCounter } from 'yaml';
import type { Problem, Source } from '../base/problem.js';
import { CONTROLS, REORDERING, SURROGATES } from '../base/unseen.js';

/** What can be wrong with a file's text before YAML comes into it. */
interface TextFault {
  readonly code: string;
  /** Matches the offending text wherever it stands. */
  readonly pattern: RegExp;
  readonly message: (found: string) => string;
  readonly remedy: string;
}

const CONFLICT_REMEDY =
  'Keep what both sides say, each entry once, and delete the three lines of markers.';

/**
 * Characters that change how text looks without being seen are refused as they stand: a reviewer
 * has to see what is there. In double quotes, `\u202e` and its like say the same in the open.
 *
 * @see https://trojansource.codes
 */
const FAULTS: readonly TextFault[] = [
  {
    code: 'yaml/byte-order-mark',
    pattern: /^\uFEFF/,
    message: () => 'The file starts with a byte order mark.',
    remedy: 'Save it as UTF-8 without one.',
  },
  {
    code: 'yaml/merge-conflict',
    pattern: /^<{7}(?= |\r?$)/m,
    message: () => 'The file holds the marks of an unresolved merge conflict.',
    remedy: CONFLICT_REMEDY,
  },
  {
    code: 'yaml/control-character',
    pattern: new RegExp(`[${CONTROLS}]`, 'u'),
    message: (found) => `The control character ${codePoint(found)} can't be part of a YAML file.`,
    remedy: 'Delete it. A file with NUL characters is often saved as UTF-16: save it as UTF-8.',
  },
  {
    code: 'yaml/invisible-character',
    pattern: new RegExp(`[${REORDERING}]`, 'u'),
    message: (found) => `The character ${codePoint(found)} makes text look other than it is.`,
    remedy: 'Delete it, or write it as an escape in double quotes, such as "\\u202e".',
  },
  {
    code: 'yaml/encoding',
    pattern: new RegExp(SURROGATES, 'u'),
    message: (found) => `The lone surrogate ${codePoint(found)} is not a character.`,
    remedy: 'Delete it, and save the file as UTF-8.',
  },
];

/** Looks for what no reader of YAML should be handed. Each kind of fault is told once. */
export function checkText(file: string, text: string, conflictRemedy?: string): readonly Problem[] {
  return FAULTS.flatMap((fault) => {
    const match = fault.pattern.exec(text);
    if (match === null) return [];
    const isConflict = fault.code === 'yaml/merge-conflict';
    return [
      {
        code: fault.code,
        message: fault.message(match[0]),
        remedy: isConflict ? (conflictRemedy ?? fault.remedy) : fault.remedy,
        source: sourceAt(file, lineCounterOf(text.slice(0, match.index)), match.index),
      },
    ];
  });
}

/** The line and column of an offset; both count from 1. */
export function sourceAt(file: string, lines: LineCounter, offset: number): Source {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(1, line), column: Math.max(1, col) };
}

function lineCounterOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    lines.addNewLine(at + 1);
  }
  return lines;
}

function codePoint(found: string): string {
  const hex = (found.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${hex.padStart(4, '0')}`;
}

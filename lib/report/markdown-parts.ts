import { codeSpan } from './markdown-text.js';

/** The longest comment that GitHub takes, in characters. */
export const MAX_COMMENT = 65_536;

/** How a comment is made. */
export interface MarkdownOptions {
  /** Where the whole report is, such as the name of an artifact; printed as a name. */
  readonly artifact?: string;
  /** @default MAX_COMMENT */
  readonly limit?: number;
}

/** Where to read on. */
export function pointer({ artifact }: MarkdownOptions): string {
  return artifact === undefined ? 'in the full report' : `in ${codeSpan(cut(artifact))}`;
}

/** A line of a table. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The lines that fit, in order, and how many don't. */
export function fitting(lines: readonly string[], budget: number) {
  let used = 0;
  const fits = lines.findIndex((line) => {
    used += line.length + 1;
    return used > budget;
  });
  return fits === -1
    ? { lines, left: 0 }
    : { lines: lines.slice(0, fits), left: lines.length - fits };
}

/** Keeps one name from taking all the room. */
export function cut(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 297)}...`;
}

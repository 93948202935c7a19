import type { MarkdownOptions } from './markdown-parts.js';

/** What reporters are told beside the review. */
export interface ReportOptions extends MarkdownOptions {
  /** The lines of a file of the project; none where it can't be read. */
  readonly linesOf?: (file: string) => readonly string[];
}

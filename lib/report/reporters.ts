import type { Review } from '../plan/review.js';
import type { MarkdownOptions } from './markdown-parts.js';

/** Turns a review into the text of one format. */
export type Reporter = (review: Review, options: MarkdownOptions) => string;

/** Each format loads only what it needs. */
const REPORTERS = {
  text: async () => (await import('./text.js')).renderText,
  markdown: async () => (await import('./markdown.js')).renderMarkdown,
  html: async () => (await import('./html/html.js')).renderHtml,
  json: async () => (await import('./json.js')).renderJson,
  sarif: async () => (await import('./sarif.js')).renderSarif,
  junit: async () => (await import('./junit.js')).renderJunit,
  codequality: async () => (await import('./code-quality.js')).renderCodeQuality,
  github: async () => (await import('./github.js')).renderGithub,
} satisfies Readonly<Record<string, () => Promise<Reporter>>>;

export type Format = keyof typeof REPORTERS;

/** The names of all formats, the default first. */
export const FORMATS: readonly Format[] = Object.keys(REPORTERS).filter(isFormat);

export function isFormat(name: string): name is Format {
  return Object.hasOwn(REPORTERS, name);
}

/** The reporter of a format. */
export async function reporterOf(format: Format): Promise<Reporter> {
  return REPORTERS[format]();
}

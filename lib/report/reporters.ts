import type { Review } from '../review/review.js';
import type { ReportOptions } from './options.js';

/** Turns a review into the text of one format. */
export type Reporter = (review: Review, options: ReportOptions) => string;

type Reporters<Name extends string> = Readonly<Record<Name, () => Promise<Reporter>>>;

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
} satisfies Reporters<string>;

export type Format = keyof typeof REPORTERS;

/** What is told in another form where only policies were asked. */
const OF_POLICIES: Partial<Reporters<Format>> = {
  text: async () => (await import('./findings.js')).renderFindings,
  json: async () => (await import('./findings-json.js')).renderFindingsJson,
};

/** The names of all formats, the default first. */
export const FORMATS: readonly Format[] = Object.keys(REPORTERS).filter(isFormat);

export function isFormat(name: string): name is Format {
  return Object.hasOwn(REPORTERS, name);
}

/** The reporter of a format. */
export async function reporterOf(
  format: Format,
  scope: Review['scope'] = 'deletions',
): Promise<Reporter> {
  const special = scope === 'policies' ? OF_POLICIES[format] : undefined;
  return (special ?? REPORTERS[format])();
}

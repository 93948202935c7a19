import fc from 'fast-check';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { hasInvisible, quoteName } from '../../lib/base/inert.js';
import { foldedDeletions } from '../../lib/report/folded.js';
import { renderGithub } from '../../lib/report/github.js';
import { renderHtml } from '../../lib/report/html/html.js';
import { renderJson } from '../../lib/report/json.js';
import { renderJunit } from '../../lib/report/junit.js';
import { renderMarkdown } from '../../lib/report/markdown.js';
import { prose } from '../../lib/report/markdown-text.js';
import { renderSarif } from '../../lib/report/sarif.js';
import { renderText } from '../../lib/report/text.js';
import type { Review } from '../../lib/review/review.js';
import { hostileReview, hostileText } from '../support/reviews.js';

/** As GitHub renders a comment, less its own list of allowed tags: nothing is forgiven here. */
function rendered(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

/** The tags of a text, and what is left between them once code is taken out. */
function taken(html: string) {
  const tags = [...html.matchAll(/<\/?([a-z][a-z0-9]*)\b[^>]*>/gi)].map(([tag]) => tag);
  const bare = html.replaceAll(/<code[^>]*>[^<]*<\/code>/g, '').replaceAll(/<[^>]*>/g, '');
  return { tags, bare };
}

const holds = (check: (review: Review) => void) =>
  fc.assert(fc.property(hostileReview, check), { numRuns: 300 });

/** No line has a character that acts or hides. */
function allVisible(text: string): boolean {
  return text.split('\n').every((line) => !hasInvisible(line));
}

const MARKDOWN_TAGS =
  /^<\/?(?:h2|h3|table|thead|tbody|tr|th|td|code|pre|strong|ul|li|p|details|summary|sub|br|blockquote)(?: class="language-mermaid")?\s*\/?>$/;

describe('names from a plan', () => {
  it('make nothing but code in a comment', () => {
    holds((review) => {
      const { tags, bare } = taken(rendered(renderMarkdown(review)));
      expect(tags.filter((tag) => !MARKDOWN_TAGS.test(tag))).toEqual([]);
      expect(tags.filter((tag) => tag === '<blockquote>')).toHaveLength(
        foldedDeletions(review).hard.length,
      );
      expect(bare).not.toMatch(/@|https?:|www\.|#\d|GH-\d|evil/);
    });
  });

  it('stay names in a sentence of a comment', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const html = rendered(prose(`Here ${quoteName(text)} is gone.`));
        expect(html).toMatch(/^<p>Here <code>[^<]*<\/code> is gone\.<\/p>$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('make no element, no attribute and no script in HTML', () => {
    holds((review) => {
      const html = renderHtml(review);
      const page = html
        .replace(/<style>[\s\S]*?<\/style>/, '')
        .replace(/<script>[\s\S]*?<\/script>/, '');
      const { tags } = taken(page);
      const known =
        /^<\/?(?:html|head|meta|title|body|a|header|h1|h2|span|p|main|ol|ul|li|div|code|time|section|table|caption|thead|tbody|tr|th|td|br|label|input|details|summary|strong|footer|style|script|svg|rect|line|circle|text)(?: (?:lang|charset|http-equiv|content|name|class|href|id|tabindex|datetime|aria-label|role|scope|data-row|hidden|for|type|autocomplete|width|height|x|y|x1|x2|y1|y2|cx|cy|r)(?:="[^"<>]*")?)*>$/;
      expect(tags.filter((tag) => !known.test(tag))).toEqual([]);
      expect(html.match(/<script/g)).toHaveLength(1);
      expect(page).not.toMatch(/(?:href|src)="(?!#(?:content|members-\d+)")/);
      expect(allVisible(html)).toBe(true);
    });
  });

  it('give no command to a workflow beyond our own lines', () => {
    holds((review) => {
      const lines = renderGithub(review).trimEnd().split('\n');
      expect(lines.filter((line) => !/^::(?:error|warning|notice) /.test(line))).toEqual([]);
      expect(lines.length).toBe(
        1 +
          review.why.length +
          review.findings.length +
          review.notices.length +
          (review.rules ?? []).length +
          (review.requests ?? []).length +
          review.deletions.filter(({ kind }) => kind !== 'blocked').length,
      );
      expect(lines.every((line) => /^::\w+ (?:(?:file|line|title)=[^:,]*,?)+::/.test(line))).toBe(
        true,
      );
    });
  });

  it('do not act on a terminal', () => {
    holds((review) => {
      expect(allVisible(renderText(review))).toBe(true);
    });
  });

  it('are the same names again in JSON', () => {
    holds((review) => {
      const text = renderJson(review);
      const json: { deletions: { address: string }[]; groups: unknown } = JSON.parse(text);
      expect(allVisible(text)).toBe(true);
      expect(json.deletions.map(({ address }) => address)).toEqual(
        review.deletions.map(({ address }) => address),
      );
      expect(json.groups).toEqual(review.groups);
    });
  });

  it('are text in XML, whose tags are ours alone', () => {
    holds((review) => {
      const xml = renderJunit(review);
      const rest = xml.replaceAll(
        /<\/?(?:\?xml|testsuites|testsuite|testcase|failure|skipped|system-out)(?: [a-z]+="[^"<>]*")*[?/]?>/g,
        '',
      );
      expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|apos);)/);
      expect(allVisible(xml)).toBe(true);
    });
  });

  it('make no link in SARIF', () => {
    holds((review) => {
      const log: { runs: { results: { message: { text: string } }[] }[] } = JSON.parse(
        renderSarif(review),
      );
      for (const { message } of log.runs[0]?.results ?? []) {
        expect(message.text.replaceAll(/\\[\\[\]]/g, '')).not.toMatch(/[[\]]/);
      }
    });
  });
});

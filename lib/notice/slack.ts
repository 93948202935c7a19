import type { Notice } from './notice.js';
import { headline, type Line, linesOf, type Piece } from './words.js';

/**
 * A message for Slack. Every name is the text of an element of its own, in which Slack reads neither
 * markup nor mentions nor links: there is nothing to escape, and nothing to forget.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export function slackBody(notices: readonly Notice[], now: Date): object {
  const title = headline(notices);
  return {
    text: title,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title, emoji: false } },
      ...notices.map((each) => ({
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: elements(linesOf(each, now)) }],
      })),
    ],
  };
}

function elements(lines: readonly Line[]): readonly object[] {
  return lines.flatMap((line, at) => [...(at === 0 ? [] : [text('\n')]), ...line.map(element)]);
}

function element({ text: shown, style }: Piece): object {
  if (style === 'bold') return { ...text(shown), style: { bold: true } };
  return style === 'code' ? { ...text(shown), style: { code: true } } : text(shown);
}

function text(shown: string) {
  return { type: 'text', text: shown };
}

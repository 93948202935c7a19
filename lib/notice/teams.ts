import type { Notice } from './notice.js';
import { headline, type Line, linesOf, type Piece } from './words.js';

/**
 * A message for a channel of Teams: an Adaptive Card, as a workflow's webhook takes it. Names are in
 * runs of text, in which Teams reads no Markdown; mentions would be entities, and there are none.
 *
 * @see https://learn.microsoft.com/en-us/adaptive-cards/schema-explorer/text-run
 */
export function teamsBody(notices: readonly Notice[], now: Date): object {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      { type: 'TextBlock', text: headline(notices), weight: 'Bolder', size: 'Large', wrap: true },
      ...notices.map((each) => ({
        type: 'Container',
        separator: true,
        items: linesOf(each, now).map(block),
      })),
    ],
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
}

function block(line: Line): object {
  return { type: 'RichTextBlock', inlines: line.map(run) };
}

function run({ text, style }: Piece): object {
  // Cards have functions of their own, such as {{DATE(…)}}.
  const shown = { type: 'TextRun', text: text.replaceAll(/\{(?=\{)/g, '{ ') };
  if (style === 'bold') return { ...shown, weight: 'Bolder' };
  return style === 'code' ? { ...shown, fontType: 'Monospace' } : shown;
}

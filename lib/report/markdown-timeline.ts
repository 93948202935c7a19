import { compareTexts } from '../base/order.js';
import type { Review } from '../review/review.js';
import { plainName } from './markdown-text.js';

/** More deadlines than this are counted. */
const MOST = 24;

/**
 * The deadlines as a diagram that GitHub and GitLab draw.
 *
 * @see https://mermaid.js.org/syntax/timeline.html
 */
export function timeline(review: Review): string {
  const deadlines = review.reclamations
    .flatMap(({ recoverableUntil, target }) =>
      recoverableUntil === null ? [] : [{ until: recoverableUntil, target }],
    )
    .sort((a, b) => compareTexts(a.until, b.until));
  if (deadlines.length === 0) return '';
  const lines = deadlines
    .slice(0, MOST)
    .map(({ until, target }) => `    ${moment(until)} : ${plainName(target)}`);
  const rest = deadlines.length - MOST;
  return [
    '```mermaid',
    'timeline',
    '    title Recoverable until (UTC)',
    ...lines,
    ...(rest > 0 ? [`    later : and ${rest} more`] : []),
    '```',
    '',
  ].join('\n');
}

/** A colon would part the diagram's line. */
function moment(rfc3339: string): string {
  return rfc3339.slice(0, 16).replace('T', ' ').replace(':', 'h');
}

import { plural } from '../../base/plural.js';
import { parseTimestamp, rfc3339 } from '../../base/timestamp.js';
import type { ReclamationEvent } from '../../review/review.js';
import { timeInWords } from '../words.js';
import { html, join, type Markup } from './markup.js';

/** Deadlines that are nearer to each other than such a part of the line are one point. */
const STEPS = 100;
/** What is due within it is set off, in milliseconds. */
export const WEEK = 7 * 24 * 3600 * 1000;
/** Where the line begins and ends, in percent. */
const [LEFT, RIGHT] = [3, 97];

/**
 * The deadlines on a line to scale, from the review to the last one, with the coming week set off. The
 * list below it says the same in words.
 */
export function picture(
  events: readonly Pick<ReclamationEvent, 'recoverableUntil'>[],
  reviewedAt: string,
): Markup {
  const now = parseTimestamp(reviewedAt).value;
  const deadlines = events.flatMap(
    ({ recoverableUntil }) => parseTimestamp(recoverableUntil ?? '').value ?? [],
  );
  if (now === undefined || deadlines.length === 0) return html``;
  const last = deadlines.reduce((latest, each) => Math.max(latest, each), now + 1);
  const place = (instant: number) => {
    const part = Math.min(Math.max((instant - now) / (last - now), 0), 1);
    return LEFT + Math.round(part * STEPS) * ((RIGHT - LEFT) / STEPS);
  };
  const end = timeInWords(rfc3339(new Date(last)));
  const soon = deadlines.filter((each) => each <= now + WEEK).length;
  const words = `${plural(deadlines.length, 'deadline')} until ${end}, ${soon} of them in the next 7 days`;
  return html`<svg class="line" role="img" aria-label="${words}" width="100%" height="64">
<rect class="week" x="${LEFT}%" y="10" width="${percent(place(now + WEEK) - LEFT)}" height="32"></rect>
<line x1="${LEFT}%" x2="${RIGHT}%" y1="26" y2="26"></line>
<line x1="${LEFT}%" x2="${LEFT}%" y1="10" y2="42"></line>
${join(points(deadlines.map(place)))}
<text x="${LEFT}%" y="60">now</text>
<text class="end" x="${RIGHT}%" y="60">${end}</text>
</svg>
<p class="soft">${words}.</p>`;
}

/** A point for each place, the larger the more deadlines there are. */
function points(places: readonly number[]): readonly Markup[] {
  const counts = new Map<number, number>();
  for (const each of places) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts]
    .sort(([one], [other]) => one - other)
    .map(([place, count]) => {
      const radius = Math.min(6 + 2 * Math.floor(Math.log10(count)), 12);
      return html`<circle cx="${percent(place)}" cy="26" r="${radius}"></circle>`;
    });
}

function percent(value: number): string {
  return `${Math.round(value * 100) / 100}%`;
}

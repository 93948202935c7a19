import { compareTexts } from '../../base/order.js';
import { plural } from '../../base/plural.js';
import type { ReclamationEvent, Review } from '../../review/review.js';
import { Requests } from '../folded.js';
import type { Groups } from '../groups.js';
import { askedInWords } from '../requests.js';
import { reclamationInWords, timeInWords, timeLeftInWords } from '../words.js';
import { belongsTo, marked, time } from './deletions.js';
import { html, join, type Markup } from './markup.js';
import { picture } from './picture.js';

/** More of one day than this are behind a fold. */
const SHOWN = 5;

/** The deadlines in order, by day: until when what can be taken back. */
export function timelineSection(
  review: Pick<Review, 'reclamations' | 'reviewedAt'>,
  withStack: boolean,
  done = 'reviewed',
): Markup {
  const dated = review.reclamations.filter(({ recoverableUntil }) => recoverableUntil !== null);
  if (dated.length === 0) return html``;
  const days = new Map<string, ReclamationEvent[]>();
  for (const event of [...dated].sort(byDeadline)) {
    const day = (event.recoverableUntil ?? '').slice(0, 10);
    const known = days.get(day);
    if (known === undefined) days.set(day, [event]);
    else known.push(event);
  }
  const today = review.reviewedAt.slice(0, 10);
  const items = [...days].map(([day, events]) => ({ day, item: dayItem(day, events, withStack) }));
  const past = items.filter(({ day }) => day < today).map(({ item }) => item);
  const coming = items.filter(({ day }) => day >= today).map(({ item }) => item);
  const now = html`<li class="now"><span class="when">${timeInWords(review.reviewedAt)}</span> ${done}</li>`;
  return html`<h2 id="timeline">Until when it can be taken back</h2>
${picture(dated, review.reviewedAt)}
<ol class="time">
${join([...past, now, ...coming])}
</ol>`;
}

function dayItem(day: string, events: readonly ReclamationEvent[], withStack: boolean): Markup {
  const lines = events.map((each) => line(each, withStack));
  const body =
    lines.length <= SHOWN
      ? join(lines)
      : html`<details><summary>${plural(lines.length, 'deadline')}</summary>${join(lines)}</details>`;
  return html`<li><span class="when">${day}</span>${body}</li>`;
}

function line(each: ReclamationEvent, withStack: boolean): Markup {
  const stack = withStack ? html`<code>${each.stack}</code>: ` : html``;
  return html`<div>${time(each.recoverableUntil ?? '')}: ${stack}<code>${each.target}</code>, ${leftInWords(each)}</div>`;
}

function leftInWords(each: ReclamationEvent): string {
  const left = timeLeftInWords(each);
  return each.timeLeft === 0 ? left : `${left} left`;
}

/** Everything that begins, goes on or is taken back. */
export function reclamationsSection(review: Review, groups: Groups, withStack: boolean): Markup {
  if (review.reclamations.length === 0) return html``;
  const stack = withStack ? html`<th scope="col">Stack</th>` : html``;
  const requests = new Requests(review.requests);
  const rows = review.reclamations.map((each) => row(each, groups, withStack, requests));
  return html`<h2 id="back">What can be taken back</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Table of what can be taken back"><table class="cards back${withStack ? ' many' : ''}">
<caption>Deletions that begin, go on or are taken back: ${rows.length}</caption>
<thead><tr>${stack}<th scope="col">Target</th><th scope="col">What happens</th><th scope="col">Recoverable until</th><th scope="col">Time left</th><th scope="col">Members</th></tr></thead>
<tbody>
${join(rows)}
</tbody></table></div>`;
}

/** Who asked for it, and why. */
function asked(each: ReclamationEvent, requests: Requests): Markup {
  const request = requests.of(each);
  if (request === undefined) return html``;
  const why = request.reason === undefined ? html`` : html`: “${request.reason}”`;
  return html`<div class="soft">${marked(askedInWords(request))}${why}</div>`;
}

function row(
  each: ReclamationEvent,
  groups: Groups,
  withStack: boolean,
  requests: Requests,
): Markup {
  const stack = withStack ? html`<td><code>${each.stack}</code></td>` : html``;
  const until = each.recoverableUntil === null ? html`` : time(each.recoverableUntil);
  const size = groups.sizeOf(each);
  return html`<tr>${stack}<td>${belongsTo(each, groups)}${asked(each, requests)}</td><td class="kind k-${each.kind}">${reclamationInWords(each)}</td><td>${until}</td><td>${timeLeftInWords(each)}</td><td>${size === 0 ? '' : size}</td></tr>`;
}

function byDeadline(a: ReclamationEvent, b: ReclamationEvent): number {
  return (
    compareTexts(a.recoverableUntil ?? '', b.recoverableUntil ?? '') ||
    compareTexts(a.target, b.target)
  );
}

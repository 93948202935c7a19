import { plural } from '../base/plural.js';
import { rfc3339Seconds } from '../base/timestamp.js';
import { time } from '../report/html/deletions.js';
import { html, join, type Markup } from '../report/html/markup.js';
import { renderPage } from '../report/html/page.js';
import { WEEK } from '../report/html/picture.js';
import { SCRIPT } from '../report/html/style.js';
import { timelineSection } from '../report/html/timeline.js';
import type { ReclamationEvent } from '../review/review.js';
import { timeLeftIn } from '../state/inventory.js';
import { DASHBOARD_STYLE, DELETIONS, STACKS } from './dashboard-style.js';
import {
  isRecoverable,
  type Reading,
  type Reclamation,
  STATUSES,
  type StackRead,
  untilOf,
} from './reclamation.js';

/**
 * All stacks on one page, for a browser: what falls due this week, the deadlines to scale, and every
 * deletion. It loads nothing, and its own policy forbids it to.
 */
export function dashboardOf(reading: Reading): string {
  const { reclamations, stacks, readAt } = reading;
  const open = reclamations.filter(isRecoverable);
  const due = open.filter((each) => each.recoverableUntil.getTime() <= readAt.getTime() + WEEK);
  const unread = stacks.filter(({ isRead }) => !isRead);
  const isUrgent = unread.length > 0 || due.some((each) => each.recoverableUntil <= readAt);
  const body = html`<header>
<h1><span class="${isUrgent ? 'blocked' : 'pass'}">${summary(open.length, due.length)}</span></h1>
<p class="soft">Read ${time(rfc3339Seconds(readAt))}, ${plural(stacks.length, 'stack')}</p>
</header>
<main id="content" tabindex="-1">
${unreadSection(unread)}
${dueSection(due, readAt)}
${timelineSection({ reclamations: open.map((each) => eventOf(each, readAt)), reviewedAt: rfc3339Seconds(readAt) }, true, 'now')}
${deletionsSection(reclamations, readAt)}
${stacksSection(reading)}
</main>
<footer><p>Made by Reprieve. All times are UTC.</p></footer>`;
  return renderPage({
    title: 'Deletions that can be restored',
    style: DASHBOARD_STYLE,
    script: SCRIPT,
    body,
  });
}

function summary(open: number, due: number): string {
  if (open === 0) return 'No deletion is pending';
  const soon = due === 0 ? 'none is due this week' : `${due} due this week`;
  return `${plural(open, 'deletion')} can be restored, ${soon}`;
}

function unreadSection(unread: readonly StackRead[]): Markup {
  if (unread.length === 0) return html``;
  const items = unread.map(
    ({ name }) =>
      html`<li class="hard unread"><strong>Not on this page</strong>: the state of <code>${name}</code> could not be read</li>`,
  );
  return html`<ul class="plain">
${join(items)}
</ul>`;
}

function dueSection(due: readonly Reclamation[], now: Date): Markup {
  if (due.length === 0) return html``;
  return html`<h2 id="due">What falls due this week (${due.length})</h2>
<ul class="plain">
${join(due.map((each) => dueItem(each, now)))}
</ul>`;
}

function dueItem(each: Reclamation, now: Date): Markup {
  const isOver = each.recoverableUntil <= now;
  const left = timeLeftIn(each.status, each.recoverableUntil, now);
  const when = isOver ? html`past its deadline: the next deploy deletes it` : html`${left} left`;
  const note =
    each.beforeReclaim === null ? html`` : html`<br>To do before: “${each.beforeReclaim}”`;
  const keep = each.restore === null ? html`` : html`<br>To keep it: <code>${each.restore}</code>`;
  return html`<li class="due${isOver ? ' over' : ''}"><span class="what">${each.what} <code>${each.target}</code></span> in <code>${each.stack}</code>: ${time(untilOf(each))}, ${when}<br>${askedFor(each)}${note}${keep}</li>`;
}

/** Who asked, and why. */
function askedFor({ request }: Reclamation): Markup {
  if (request === null) return html`<span class="soft">deletions.yaml has no request for it</span>`;
  const approved =
    request.approvedBy === null ? html`` : html`, approved by <code>${request.approvedBy}</code>`;
  return html`<span class="soft">requested by <code>${request.requestedBy}</code>${approved}: “${request.reason}”</span>`;
}

function deletionsSection(reclamations: readonly Reclamation[], now: Date): Markup {
  if (reclamations.length === 0) return html``;
  return html`<h2 id="deletions">All deletions (${reclamations.length})</h2>
<p class="filter" hidden><label for="filter">Filter</label> <input id="filter" type="search" autocomplete="off"> <span id="filtered" role="status"></span></p>
${table(
  'pending',
  'Every deletion that has begun, the nearest deadline first',
  DELETIONS,
  reclamations.map((each) => deletionRow(each, now)),
)}`;
}

function deletionRow(each: Reclamation, now: Date): Markup {
  const left = timeLeftIn(each.status, each.recoverableUntil, now);
  const status = html`<td class="kind k-${each.status.replaceAll(' ', '-')}">${each.status}</td>`;
  return html`<tr data-row><td><code>${each.stack}</code></td><td><code>${each.target}</code></td>${status}<td>${time(untilOf(each))}</td><td>${left}</td><td>${each.objects}</td><td>${askedFor(each)}</td></tr>`;
}

function stacksSection({ stacks, reclamations }: Reading): Markup {
  const rows = stacks.map(({ name, isRead }) => {
    const own = reclamations.filter((each) => each.stack === name);
    const counts = STATUSES.map(
      (status) =>
        html`<td>${isRead ? own.filter((each) => each.status === status).length : '?'}</td>`,
    );
    const next = own.find(isRecoverable);
    const deadline = next === undefined ? html`none` : time(untilOf(next));
    return html`<tr><th scope="row"><code>${name}</code></th>${counts}<td>${isRead ? deadline : 'not known'}</td></tr>`;
  });
  return html`<h2 id="stacks">Stacks</h2>
${table('stacks', 'What was read', STACKS, rows)}`;
}

function table(
  kind: string,
  caption: string,
  columns: readonly string[],
  rows: readonly Markup[],
): Markup {
  const cells = columns.map((each) => html`<th scope="col">${each}</th>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="cards ${kind}">
<caption>${caption}</caption>
<thead><tr>${cells}</tr></thead>
<tbody>
${join(rows)}
</tbody></table></div>`;
}

function eventOf({ stack, target, recoverableUntil }: Reclamation, now: Date): ReclamationEvent {
  const timeLeft = Math.max(0, recoverableUntil.getTime() - now.getTime());
  const until = rfc3339Seconds(recoverableUntil);
  return { stack, target, kind: 'pending', recoverableUntil: until, timeLeft };
}

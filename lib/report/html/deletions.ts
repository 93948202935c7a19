import { plural } from '../../base/plural.js';
import type { CodeSource, Deletion } from '../../review/review.js';
import type { Folded, HardDeletion } from '../folded.js';
import type { Groups } from '../groups.js';
import { askedInWords, targetInWords } from '../requests.js';
import { causeInWords, kindInWords, timeInWords } from '../words.js';
import { html, join, type Markup } from './markup.js';

/** Rows in one table: a browser leaves tables out of sight undrawn. */
const GROUP = 200;
/** More names than this are behind a fold. */
const SHOWN = 3;

/** The tables of what ends, with a filter over them; hard deletions are apart. */
export function deletionsSection(
  { others: deletions }: Folded,
  groups: Groups,
  withStack: boolean,
): Markup {
  if (deletions.length === 0) return html``;
  const tables = Array.from({ length: Math.ceil(deletions.length / GROUP) }, (_, at) =>
    table(deletions.slice(at * GROUP, (at + 1) * GROUP), at * GROUP, deletions.length, {
      groups,
      withStack,
    }),
  );
  return html`<h2 id="ends">What ends (${deletions.length})</h2>
<p class="filter" hidden><label for="filter">Filter</label> <input id="filter" type="search" autocomplete="off"> <span id="filtered" role="status"></span></p>
${join(tables)}`;
}

/** What is gone at apply, one entry for each request, its objects behind a fold. */
export function hardSection({ hard }: Folded, groups: Groups, withStack: boolean): Markup {
  if (hard.length === 0) return html``;
  return html`<h2 id="hard">Gone at apply (${hard.length})</h2>
<ul class="plain">
${join(hard.map((each) => hardItem(each, groups, withStack)))}
</ul>`;
}

function hardItem(each: HardDeletion, groups: Groups, withStack: boolean): Markup {
  const { stack, request, deletions } = each;
  const where = withStack ? html`<code>${stack}</code>: ` : html``;
  const why = request.reason === undefined ? html`` : html`<br>“${request.reason}”`;
  const objects = deletions.map(
    (one) =>
      html`<li><code>${one.address}</code>${before(one)}${source(one.source)}${names('image stays', one.images)}</li>`,
  );
  return html`<li class="hard"><strong>${kindInWords({ kind: 'hard-delete', actions: ['delete'] })}</strong>: ${where}${marked(targetInWords(each, groups))}, ${plural(deletions.length, 'object')}, <strong>gone at apply</strong><br>${marked(askedInWords(request))}${why}<details><summary>${plural(deletions.length, 'object')}</summary><ul>${join(objects)}</ul></details></li>`;
}

/** Words of ours, with names between backticks. */
export function marked(words: string): Markup {
  const parts = words.split('`');
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

interface Shown {
  readonly groups: Groups;
  readonly withStack: boolean;
}

function table(rows: readonly Deletion[], from: number, total: number, shown: Shown): Markup {
  const { withStack } = shown;
  const stack = withStack ? html`<th scope="col">Stack</th>` : html``;
  return html`<section class="group" aria-label="Deletions ${from + 1} to ${from + rows.length}"><div class="scroll" tabindex="0" role="region" aria-label="Table of deletions ${from + 1} to ${from + rows.length}"><table class="cards ends${withStack ? ' many' : ''}">
<caption>${from + 1} to ${from + rows.length} of ${total}</caption>
<thead><tr>${stack}<th scope="col">What</th><th scope="col">Address</th><th scope="col">Why</th><th scope="col">Recoverable until</th><th scope="col">Belongs to</th></tr></thead>
<tbody>
${join(rows.map((each) => row(each, shown)))}
</tbody></table></div></section>`;
}

function row(each: Deletion, { groups, withStack }: Shown): Markup {
  const stack = withStack ? html`<td><code>${each.stack}</code></td>` : html``;
  const until = each.recoverableUntil === null ? html`no` : time(each.recoverableUntil);
  return html`<tr data-row>${stack}<td class="kind k-${each.kind}">${kindInWords(each)}</td><td><code>${each.address}</code>${before(each)}${source(each.source)}</td><td>${each.actions.join(', ')}: ${causeInWords(each)}${attributes(each)}</td><td>${until}</td><td>${belongsTo(each, groups)}${trigger(each)}${names('image stays', each.images)}</td></tr>`;
}

/** A point in time that people and machines can read. */
export function time(rfc3339: string): Markup {
  return html`<time datetime="${rfc3339}">${timeInWords(rfc3339)}</time>`;
}

/** The line of code that something comes from. */
export function source(place: CodeSource | undefined): Markup {
  if (place?.file === undefined) return html``;
  const line = place.line === undefined ? '' : `:${place.line}`;
  return html`<br><span class="soft">at <code>${place.file}${line}</code> (<code>${place.path}</code>)</span>`;
}

/** A target, with the way to its members where they are shown. */
export function belongsTo(
  named: { readonly stack: string; readonly target: string | null },
  groups: Groups,
): Markup {
  const { target } = named;
  if (target === null) return html``;
  const at = groups.placeOf(named);
  const name = html`<code>${target}</code>`;
  return at === undefined ? name : html`<a href="#members-${at}">${name}</a>`;
}

function trigger(each: Deletion): Markup {
  return each.trigger === undefined
    ? html``
    : html`<div>run by the end of <code>${each.trigger}</code></div>`;
}

function before(each: Deletion): Markup {
  const deposed =
    each.deposed === undefined ? html`` : html` (deposed <code>${each.deposed}</code>)`;
  const moved =
    each.previousAddress === undefined
      ? html``
      : html`<br>was <code>${each.previousAddress}</code>`;
  return html`${deposed}${moved}`;
}

function attributes(each: Deletion): Markup {
  return each.attributes.length === 0 ? html`` : html`: ${codes(each.attributes)}`;
}

/** A few names, the rest behind a fold. */
export function names(lead: string, list: readonly string[]): Markup {
  if (list.length === 0) return html``;
  if (list.length <= SHOWN) return html`<div>${lead} ${codes(list)}</div>`;
  return html`<details><summary>${lead} ${list.length}</summary>${codes(list)}</details>`;
}

function codes(list: readonly string[]): Markup {
  const [first, ...rest] = list.map((each) => html`<code>${each}</code>`);
  return first === undefined ? html`` : html`${first}${rest.map((each) => html`, ${each}`)}`;
}

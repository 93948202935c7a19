import type { Groups } from '../groups.js';
import { names } from './deletions.js';
import { html, join, type Markup } from './markup.js';

/** What belongs to each target, once for all rows that name it. */
export function membersSection(groups: Groups, withStack: boolean): Markup {
  if (groups.shown.length === 0) return html``;
  const items = groups.shown.map(({ stack, target, members }, at) => {
    const where = withStack ? html`<code>${stack}</code>: ` : html``;
    return html`<li id="members-${at}">${where}<code>${target}</code>${names('members', members)}</li>`;
  });
  return html`<h2 id="members">Members</h2>
<ul class="plain">
${join(items)}
</ul>`;
}

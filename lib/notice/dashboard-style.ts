import { heads, STYLE } from '../report/html/style.js';

/** The heads of the page's own tables. */
export const DELETIONS = [
  ...['Stack', 'Target', 'Status', 'Recoverable until', 'Time left', 'Objects'],
  'Asked for',
] as const;
export const STACKS = [
  ...['Stack', 'Soft deleted', 'Hard deleting', 'Hard deleted'],
  'Nearest deadline',
] as const;

/** The review's look, and what this page has beside it. */
export const DASHBOARD_STYLE = `${STYLE}
.k-soft-deleted { color: var(--keep); } .k-hard-deleting, .k-hard-deleted { color: var(--care); }
ul.plain > li.due { border: 1px solid var(--line); border-left: .5rem solid var(--care); border-radius: .3rem; padding: .75rem; margin: .5rem 0; }
ul.plain > li.over { border-left-color: var(--stop); }
li.due .what { font-weight: 600; }
li.due, .unread { overflow-wrap: anywhere; }
@media (max-width: 40rem) {
${[...heads('pending', DELETIONS), ...heads('stacks', STACKS)].join('\n')}
}
`;

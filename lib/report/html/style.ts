/** The heads of each table's columns, which its cards repeat where a screen is narrow. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  ends: ['What', 'Address', 'Why', 'Recoverable until', 'Belongs to'],
  back: ['Target', 'What happens', 'Recoverable until', 'Time left', 'Members'],
  plans: [
    ...['Stack', 'Planned', 'Engine', 'Format', 'Created', 'Updated'],
    ...['Deleted', 'Let go of', 'Unchanged'],
  ],
};

/** The rules by which the cells of a table's cards name their columns. */
export function heads(table: string, columns: readonly string[]): readonly string[] {
  return columns.map(
    (head, at) => `  table.${table} tr > :nth-child(${at + 1})::before { content: "${head}"; }`,
  );
}

const CARDS = Object.entries(COLUMNS).flatMap(([table, columns]) => [
  ...heads(table, columns),
  ...(table === 'plans' ? [] : heads(`${table}.many`, ['Stack', ...columns])),
]);

/** The report's own style: system fonts, and colours that keep their contrast in dark and light. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #51565e; --paper: #ffffff; --tint: #f3f4f6;
  --line: #d4d7dc; --stop: #a4161a; --go: #1b5e20; --care: #7a4a00; --keep: #0b4f8a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --soft: #b4bac3; --paper: #16181b; --tint: #212429; --line: #3b4048;
    --stop: #ff9a9d; --go: #8fd694; --care: #f2bd6b; --keep: #8cc4ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--paper); color: var(--keep); }
header, main, footer { max-width: 76rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h1 .blocked { color: var(--stop); } h1 .pass { color: var(--go); }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
p { margin: .25rem 0; } .soft { color: var(--soft); }
code { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--soft); padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; white-space: nowrap; } td { min-width: 7rem; }
.kind { font-weight: 600; white-space: nowrap; }
.k-blocked, .k-protection-removed, .k-restore-too-late { color: var(--stop); }
.k-hard-delete, .k-reclaim, .k-unprotected { color: var(--care); }
.k-soft-delete, .k-pending, .k-restore { color: var(--keep); }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain > li { padding: .5rem 0; border-bottom: 1px solid var(--line); }
ul.plain > li.hard { border: 2px solid var(--stop); border-left-width: .5rem; border-radius: .3rem; padding: .75rem; margin: .5rem 0; }
li.hard > strong { color: var(--stop); }
ol.time { list-style: none; margin: .5rem 0; padding: 0 0 0 1rem; border-left: 2px solid var(--line); }
ol.time > li { position: relative; padding: .25rem 0 .75rem .75rem; }
ol.time > li::before { content: ""; position: absolute; left: -1.45rem; top: .7rem; width: .7rem; height: .7rem;
  border-radius: 50%; background: var(--keep); border: 2px solid var(--paper); }
ol.time > li.now::before { background: var(--ink); }
ol.time .when { font-weight: 600; }
section.group { content-visibility: auto; contain-intrinsic-size: auto 40rem; }
label { font-weight: 600; }
input { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .3rem;
  padding: .35rem .5rem; width: min(28rem, 100%); }
summary { cursor: pointer; color: var(--keep); }
a:focus-visible, input:focus-visible, summary:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--keep); outline-offset: 2px; }
footer { padding: 2rem 1.5rem; color: var(--soft); }
svg.line { display: block; margin: .5rem 0 0; }
svg.line .week { fill: var(--tint); stroke: var(--line); }
svg.line line { stroke: var(--soft); stroke-width: 2; }
svg.line circle { fill: var(--keep); stroke: var(--paper); stroke-width: 2; }
svg.line text { fill: var(--soft); font-size: 13px; }
svg.line .end { text-anchor: end; }
@media (max-width: 40rem) {
  header, main, footer { padding-left: .75rem; padding-right: .75rem; }
  table.cards thead { position: absolute; left: -999rem; }
  table.cards, table.cards tbody, table.cards caption { display: block; }
  table.cards tr { display: block; border: 1px solid var(--line); border-radius: .3rem; margin: .5rem 0; padding: .25rem .6rem; }
  table.cards tr[hidden] { display: none; }
  table.cards tr > * { display: block; position: relative; border: 0; padding: .15rem 0 .15rem 8.25rem; min-width: 0;
    min-height: 1.8rem; white-space: normal; overflow-wrap: anywhere; }
  table.cards tr > :empty { display: none; }
  table.cards tr > ::before { position: absolute; left: 0; color: var(--soft); font-size: .85rem; font-weight: 400; white-space: nowrap; }
${CARDS.join('\n')}
}
@media print { .filter { display: none; } }
`;

/** The filter: without a script, everything is shown. */
export const SCRIPT = `
(() => {
  const box = document.getElementById('filter');
  const said = document.getElementById('filtered');
  if (!box) return;
  document.querySelector('.filter').hidden = false;
  const rows = [...document.querySelectorAll('[data-row]')];
  let wait;
  const apply = () => {
    const wanted = box.value.toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = wanted === '' || row.textContent.toLowerCase().includes(wanted);
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    said.textContent = wanted === '' ? '' : shown + ' of ' + rows.length + ' shown';
  };
  box.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(apply, 120); });
})();
`;

import { html, join, type Markup } from '../report/html/markup.js';
import { renderPage } from '../report/html/page.js';
import { STYLE } from '../report/html/style.js';
import type { Certificate } from './certificate.js';
import type { Check, Finding } from './check.js';
import { nameOf } from './checks.js';
import { aboutRows, hashRows, headline, RESULTS_IN_WORDS } from './words.js';

/** What a certificate has beside the review's look: it is printed on A4 and filed. */
const CERTIFICATE_STYLE = `${STYLE}
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
h1 .unproven { color: var(--care); }
.r-confirmed { color: var(--go); } .r-left { color: var(--stop); }
.r-stated, .r-not-known, .r-not-checked { color: var(--care); } .r-not-applicable { color: var(--soft); }
td.result { font-weight: 600; white-space: nowrap; }
@page { size: A4; margin: 18mm 16mm 20mm; }
@media print {
  :root { --ink: #000; --soft: #333; --paper: #fff; --tint: #fff; --line: #999;
    --stop: #8a0f13; --go: #14501a; --care: #5f3900; --keep: #0b3f70; }
  body { font-size: 10pt; } header, main, footer { max-width: none; padding: 0; }
  .skip { display: none; } .scroll { overflow: visible; } th { white-space: normal; } td { min-width: 0; }
  h2, h3, caption { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; }
  code { font-size: 8.5pt; } }
`;

const STATES = { deleted: 'pass', unproven: 'unproven', incomplete: 'blocked' } as const;

/** The certificate as one file for a browser or a printer: it loads nothing and runs nothing. */
export function renderCertificate(certificate: Certificate): string {
  const { verdict, target, checkedAt, tool } = certificate;
  const body = html`<header>
<p class="soft">Certificate of deletion</p>
<h1><span class="${STATES[verdict]}">${headline(certificate)}</span></h1>
<p class="soft">Checked ${time(checkedAt)}</p>
</header>
<main id="content" tabindex="-1">
<h2 id="about">What was deleted</h2>
${table(
  'About the deletion',
  ['What', 'Is'],
  aboutRows(certificate).map(
    ([name, is]) => html`<tr><th scope="row">${name}</th><td>${sentence(is)}</td></tr>`,
  ),
)}
<h2 id="checks">Checks</h2>
${table('Every check, with its result', ['Check', 'Result', 'What was found'], certificate.checks.map(checkRow))}
${join(certificate.checks.map(details))}
<h2 id="objects">Objects (${certificate.objects.length})</h2>
${table('What the deletion took along', ['Object', 'Address', 'Uid', 'Known from'], certificate.objects.map(objectRow))}
${unknown(certificate)}
<h2 id="hashes">Hashes</h2>
${table(
  'SHA-256, to check this certificate by',
  ['Of', 'Is'],
  hashRows(certificate).map(
    ([name, is]) =>
      html`<tr><th scope="row"><code>${name}</code></th><td><code>${is}</code></td></tr>`,
  ),
)}
</main>
<footer><p>Written by Reprieve ${tool}. All times are UTC.</p></footer>`;
  const title = `Certificate of the deletion of ${target}`;
  return renderPage({ title, style: CERTIFICATE_STYLE, body });
}

function time(rfc3339: string): Markup {
  return html`<time datetime="${rfc3339}">${rfc3339}</time>`;
}

function table(caption: string, head: readonly string[], rows: readonly Markup[]): Markup {
  const heads = head.map((each) => html`<th scope="col">${each}</th>`);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${join(rows)}
</tbody></table></div>`;
}

function checkRow({ title, result, says }: Check): Markup {
  return html`<tr><th scope="row">${title}</th>${cell(result)}<td>${sentence(says)}</td></tr>`;
}

function details({ title, found }: Check): Markup {
  if (found.length === 0) return html``;
  return html`<h3>${title}</h3>
${table(title, ['What', 'Result', 'What was found'], found.map(findingRow))}`;
}

function findingRow({ what, result, says }: Finding): Markup {
  return html`<tr><th scope="row"><code>${what}</code></th>${cell(result)}<td>${sentence(says)}</td></tr>`;
}

function cell(result: Finding['result']): Markup {
  return html`<td class="result r-${result.replaceAll(' ', '-')}">${RESULTS_IN_WORDS[result]}</td>`;
}

function objectRow(each: Certificate['objects'][number]): Markup {
  const code = (text: string | null) => (text === null ? html`none` : html`<code>${text}</code>`);
  return html`<tr><th scope="row"><code>${nameOf(each)}</code></th><td>${code(each.address)}</td><td>${each.uid === null ? 'not known' : code(each.uid)}</td><td>${each.uidFrom ?? 'nobody'}</td></tr>`;
}

function unknown({ unknown: sentences }: Certificate): Markup {
  if (sentences.length === 0) return html``;
  return html`<h2 id="unknown">What the evidence did not know</h2>
<ul class="plain">
${join(sentences.map((each) => html`<li>${sentence(each)}</li>`))}
</ul>`;
}

/** A sentence of ours, with its names between backticks. */
function sentence(message: string): Markup {
  return html`${message.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

import { createHash } from 'node:crypto';
import { html, type Markup } from './markup.js';

/** What a page is. It loads nothing, and its own policy forbids it to. */
export interface Page {
  readonly title: string;
  readonly style: string;
  /** Runs after everything that is shown. @default - the page runs nothing */
  readonly script?: string;
  /** What is shown, as elements of `body`. */
  readonly body: Markup;
}

/** A page as one file for a browser or a printer, with its style and script by their hashes. */
export function renderPage({ title, style, script, body }: Page): string {
  const scripts = script === undefined ? html`` : html` script-src 'sha256-${digest(script)}';`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${digest(style)}';${scripts} base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
${body}
${script === undefined ? html`` : html`<script>${raw(script)}</script>\n`}</body>
</html>
`;
  return page.markup;
}

/** Only for constants of ours: the hash in the policy is of these very bytes. */
function raw(constant: string): Markup {
  return { markup: constant };
}

function digest(text: string): Markup {
  return raw(createHash('sha256').update(text).digest('base64'));
}

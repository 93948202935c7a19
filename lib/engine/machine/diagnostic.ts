import { isRecord, memberOf } from '../../base/guards.js';
import { escapeInvisible } from '../../base/inert.js';

/** An error or a warning of the engine, in its own words. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly text: string;
}

/**
 * A diagnostic of the machine-readable output, written as the engine itself writes it for people, with
 * nothing left out and no line broken. Undefined where it is none.
 *
 * @see https://developer.hashicorp.com/terraform/internals/machine-readable-ui#diagnostic
 */
export function readDiagnostic(value: unknown): Diagnostic | undefined {
  const [summary, detail] = [memberOf(value, 'summary'), memberOf(value, 'detail')];
  if (typeof summary !== 'string') return undefined;
  const severity = memberOf(value, 'severity') === 'warning' ? 'warning' : 'error';
  const head = `${severity === 'error' ? 'Error' : 'Warning'}: ${summary}`;
  const parts = [head, placeOf(value), typeof detail === 'string' ? detail : ''];
  return {
    severity,
    text: parts
      .filter((part) => part !== '')
      .map(visible)
      .join('\n\n'),
  };
}

/** Where it is: the resource, the file and the lines in question. */
function placeOf(value: unknown): string {
  const [address, range] = [memberOf(value, 'address'), memberOf(value, 'range')];
  const lines = typeof address === 'string' && address !== '' ? [`  with ${address},`] : [];
  const [file, line] = [memberOf(range, 'filename'), memberOf(memberOf(range, 'start'), 'line')];
  if (typeof file !== 'string' || typeof line !== 'number') return lines.join('\n');
  const snippet = memberOf(value, 'snippet');
  const context = memberOf(snippet, 'context');
  const within = typeof context === 'string' ? `, in ${context}` : '';
  return [...lines, `  on ${file} line ${line}${within}:`, ...codeOf(snippet)].join('\n');
}

function codeOf(snippet: unknown): readonly string[] {
  const [code, start] = [memberOf(snippet, 'code'), memberOf(snippet, 'start_line')];
  if (typeof code !== 'string' || typeof start !== 'number') return [];
  const values = memberOf(snippet, 'values');
  const known = (Array.isArray(values) ? values : []).flatMap((each) =>
    isRecord(each) ? [`    │ ${String(each['traversal'])} ${String(each['statement'])}`] : [],
  );
  const lines = code.split('\n').map((each, at) => `${String(start + at).padStart(4)}: ${each}`);
  return [...lines, ...(known.length === 0 ? [] : ['    ├────────────────', ...known])];
}

/** Names and values in it can be anybody's: nothing acts on a terminal. */
function visible(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeInvisible(line.replace(/\r$/, '').replaceAll('\t', '    ')))
    .join('\n');
}

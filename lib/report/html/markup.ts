import { escapeInvisible } from '../../base/inert.js';

/** A piece of HTML that is safe to put between tags. */
export interface Markup {
  readonly markup: string;
}

type Content = Markup | string | number | readonly (Markup | string)[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * A template whose every value is text, unless it was made by a template itself: a name from a
 * plan can't become an element or an attribute.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const text = parts.map(
    (part, at) => `${part}${at < values.length ? write(values[at] ?? '') : ''}`,
  );
  return { markup: text.join('') };
}

/** Pieces one after the other. */
export function join(pieces: readonly Markup[]): Markup {
  return { markup: pieces.map(({ markup }) => markup).join('\n') };
}

/** Text as HTML shows it, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return escapeInvisible(text).replaceAll(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}

function write(value: Content): string {
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if ('markup' in value) return value.markup;
  return value.map((each) => write(each)).join('');
}

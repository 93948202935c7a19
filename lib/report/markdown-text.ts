import { escapeInvisible } from '../base/inert.js';

/**
 * A name as a code span: nothing in it is read as Markdown, HTML, a mention or a link. Pipes are
 * written as escapes, since a table's cells are cut before its code spans are read.
 *
 * @see https://github.github.com/gfm/#code-spans
 */
export function codeSpan(text: string): string {
  const shown = escapeInvisible(text).replaceAll('|', '\\u007c');
  if (shown.trim() === '') return '` `';
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const isEdged = /^[` ]|[` ]$/.test(shown);
  return isEdged ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/**
 * A sentence of ours with names between backticks: the names become code spans, and in the rest
 * every character that could mean something is escaped.
 */
export function prose(sentence: string): string {
  return sentence
    .split('`')
    .map((part, index) => (index % 2 === 1 ? codeSpan(part) : escapeMarkdown(part)))
    .join('');
}

/** Only for words of ours: an escaped `@` would still be a mention. */
function escapeMarkdown(text: string): string {
  return escapeInvisible(text).replaceAll(
    /[\\*_{}[\]<>#+|~&@$^]|:(?=\/\/)|(?<=www)\./gi,
    (character) => (character === '@' ? '&#64;<!-- -->' : `\\${character}`),
  );
}

/** A name for a diagram, whose syntax has no escapes: other characters become `_`. */
export function plainName(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9 ./_-]/g, '_');
  return plain.length <= 60 ? plain : `${plain.slice(0, 57)}...`;
}

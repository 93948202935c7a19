/** The longest piece of a user's value that a message repeats. */
const MAX_LENGTH = 80;

/**
 * A value for use in a message: quoted as JSON, cut, and with every character escaped that could
 * act on a terminal or change how a line reads (controls, bidirectional marks, zero-width ones).
 */
export function quote(value: unknown): string {
  if (typeof value === 'string') return escapeInvisible(JSON.stringify(cut(value)));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'bigint') return cut(String(value));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** A text for use between backticks: as `quote` does it, without the quotation marks. */
export function inert(text: string): string {
  return escapeInvisible(cut(text));
}

/** The longest name that a message repeats. */
const MAX_NAME = 200;

/**
 * A name from outside for use in a sentence: between backticks, which it can't contain itself, so
 * that a reporter can tell it from the sentence. Cut like `inert`, at a greater length.
 */
export function quoteName(text: string): string {
  const shown = text.length <= MAX_NAME ? text : `${text.slice(0, MAX_NAME)}…`;
  return `\`${escapeInvisible(shown).replaceAll('`', '\\u0060')}\``;
}

/** The same without cutting: for a command, which is of no use in part. */
export function quoteWhole(text: string): string {
  return `\`${escapeInvisible(text).replaceAll('`', '\\u0060')}\``;
}

/** Whether a text has characters that can't be seen or that reorder what is around them. */
export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text);
}

/**
 * Controls, format characters (bidirectional and zero-width among them), line separators, lone
 * surrogates, and what is drawn as nothing though it counts as a letter or mark.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const EACH_INVISIBLE = new RegExp(INVISIBLE, 'gu');

function cut(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}…`;
}

/** A text with every such character written as an escape that can be seen. Nothing is cut. */
export function escapeInvisible(text: string): string {
  return replaceInvisible(text, (code) =>
    code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`,
  );
}

/** The same with another way to write a character, which is given by its code point. */
export function replaceInvisible(text: string, write: (codePoint: number) => string): string {
  return text.replaceAll(EACH_INVISIBLE, (character) => write(character.codePointAt(0) ?? 0));
}

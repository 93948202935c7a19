/**
 * Characters that a reviewer would not see, or that YAML's plain text and blocks don't keep. The
 * list is fixed, so that every version of Node writes the same bytes.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u061C\u200B\u200E\u200F\u2028-\u202E\u2060\u2066-\u2069\uFEFF\uFFFE\uFFFF\p{Cs}]/u;

/** Whether a text has such characters; line feeds are not among them. */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text);
}

/** A JSON string with the characters escaped that JSON leaves as they are. */
export function escapeUnseen(json: string): string {
  return json.replaceAll(new RegExp(UNSEEN, 'gu'), (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

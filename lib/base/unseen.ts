/**
 * Characters that a reviewer would not see as they are. The lists are fixed, so that every version
 * of Node writes and refuses the same; all of them are among those that `inert` escapes in messages.
 * What writing needs without being seen itself (joiners, variation selectors) is left alone.
 */

/** Controls that YAML doesn't allow, and what is no character. */
export const CONTROLS = String.raw`\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F\uFFFE\uFFFF`;

/** What changes the order or the lines of the text around it. */
export const REORDERING = String.raw`\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069`;

/** What is drawn as nothing: spaces without width, fillers, tags. */
const DRAWN_AS_NOTHING = String.raw`\u00AD\u034F\u115F\u1160\u180B-\u180F\u200B\u2060-\u2064\u206A-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}`;

/** A half of a character. */
export const SURROGATES = String.raw`\p{Cs}`;

/** The above, and what YAML's plain text and blocks don't keep. */
const UNSEEN = new RegExp(
  String.raw`[${CONTROLS}${REORDERING}${DRAWN_AS_NOTHING}${SURROGATES}\t\r\u0085]`,
  'u',
);
const EACH_UNSEEN = new RegExp(UNSEEN, 'gu');

/** Whether a text has such characters; line feeds are not among them. */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text);
}

/** A JSON string for YAML, with the characters escaped that JSON leaves as they are. */
export function escapeUnseen(json: string): string {
  return json.replaceAll(EACH_UNSEEN, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** Whether a value of unknown origin is an object with keys, as opposed to a list or a function. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a text that UTF-8 can hold: half a surrogate pair would be replaced. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Cs}/u.test(value);
}

/** A text's length in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

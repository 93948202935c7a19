/** Whether a value of unknown origin is an object with keys, as opposed to a list or a function. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value of unknown origin has of its own under a name or at an index. */
export function memberOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Whether a value is a text that UTF-8 can hold: half a surrogate pair would be replaced. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Cs}/u.test(value);
}

/** A text's length in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

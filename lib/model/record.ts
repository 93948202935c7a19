/** Whether a value of unknown origin is an object with keys, as opposed to a list or a function. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text's length in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

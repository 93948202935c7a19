/** Where a whole number may be that a double can't hold; texts seldom look like it. */
const MANY_DIGITS = /(?:"\s*:|[[,]|^)\s*-?\d{16,}\s*(?:[,\]}]|$)/;

/** A text, which may hold anything, or a number. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/**
 * `JSON.parse`, but that a whole number beyond the safe ones of a double is a bigint: two that differ
 * would otherwise become one. Throws what `JSON.parse` throws.
 */
export function parseExactly(text: string): ReturnType<typeof JSON.parse> {
  if (!MANY_DIGITS.test(text)) return JSON.parse(text);
  const mark = markFor(JSON.parse(text));
  const marked = text.replaceAll(TOKENS, (token) =>
    isUnsafe(token) ? `"${mark}${token}"` : token,
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
  );
}

/** The nearest double in place of every bigint, for what knows no other numbers. */
export function withDoubles(value: unknown): unknown {
  return hasBigInt(value) ? replaced(value) : value;
}

/** A text that stands for a value, where JSON has no bigints. */
export function jsonWithBigInts(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'bigint' ? `whole number ${each}` : each,
  );
}

function isUnsafe(token: string): boolean {
  return /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));
}

/** Nothing that is in the text starts like it. */
function markFor(value: unknown): string {
  let mark = 'exactly ';
  while (startsAny(value, mark)) mark += '~';
  return mark;
}

function startsAny(value: unknown, mark: string): boolean {
  if (typeof value === 'string') return value.startsWith(mark);
  return typeof value === 'object' && value !== null
    ? Object.values(value).some((each) => startsAny(each, mark))
    : false;
}

/** Whether a bigint is anywhere in a value. */
export function hasBigInt(value: unknown): boolean {
  if (typeof value === 'bigint') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasBigInt);
}

function replaced(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(replaced);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, replaced(each)]));
}

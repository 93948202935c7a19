import { isDay } from './day.js';
import { quote } from './inert.js';
import { perhaps } from './nearest.js';
import type { Checked, Problem } from './problem.js';

const SYNTAX =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-](\d{2}):(\d{2}))$/;

/**
 * Reads a point in time as milliseconds since 1970. Only what Terraform's `timecmp` reads too is
 * accepted: RFC 3339 with capital letters, no leap seconds, and a day that the calendar has.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 */
export function parseTimestamp(text: string): Checked<number> {
  const instant = typeof text === 'string' ? instantOf(text) : undefined;
  return instant === undefined
    ? { problems: [wrongTimestamp(text)] }
    : { value: instant, problems: [] };
}

/** Reads a calendar day (`2026-06-01`, taken as its start in UTC) or a point in time. */
export function parseDate(text: string): Checked<number> {
  return isDay(text)
    ? { value: Date.parse(`${text}T00:00:00Z`), problems: [] }
    : parseTimestamp(text);
}

/** A point in time as RFC 3339 in UTC; a fraction of a second only where there is one. */
export function rfc3339(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** The same in whole seconds: the last one that had begun. */
export function rfc3339Seconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function instantOf(text: string): number | undefined {
  const match = SYNTAX.exec(text);
  if (match === null || !isDay(text.slice(0, 10)) || !isTimeOfDay(match)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

function isTimeOfDay(match: readonly (string | undefined)[]): boolean {
  const [hour, minute, second] = match.slice(4, 7).map(Number);
  const [offsetHour, offsetMinute] = match.slice(9, 11).map((digits) => Number(digits ?? 0));
  return [
    [hour, 23],
    [minute, 59],
    [second, 59],
    [offsetHour, 23],
    [offsetMinute, 59],
  ].every(([value = 0, most = 0]) => value <= most);
}

function wrongTimestamp(text: unknown): Problem {
  const meant = typeof text === 'string' ? guess(text) : undefined;
  return {
    code: 'timestamp/syntax',
    message: `${quote(text)} is not a point in time.${perhaps(meant)}`,
    remedy: 'Write a day of the calendar and a time as RFC 3339 has them: 2026-01-31T12:00:00Z.',
  };
}

/** A day alone, a space for the `T`, small letters, or no seconds or zone. */
function guess(text: string): string | undefined {
  const [, day, minute, second = ':00', fraction = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d)(:\d\d)?(\.\d+)? ?(z|[+-]\d\d:\d\d)?)?$/i.exec(text) ?? [];
  if (day === undefined) return undefined;
  const meant = `${day}T${minute ?? '00:00'}${second}${fraction}${zone.toUpperCase()}`;
  return instantOf(meant) === undefined ? undefined : meant;
}

import { quote } from '../model/inert.js';
import type { Checked, Problem } from '../model/problem.js';

const SYNTAX =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-](\d{2}):(\d{2}))$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

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
  const match = typeof text === 'string' ? DATE.exec(text) : null;
  if (match === null) return parseTimestamp(text);
  return isDay(match)
    ? { value: Date.parse(`${text}T00:00:00Z`), problems: [] }
    : { problems: [wrongTimestamp(text)] };
}

function instantOf(text: string): number | undefined {
  const match = SYNTAX.exec(text);
  if (match === null || !isDay(match) || !isTimeOfDay(match)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}

/** `Date` would take 30 February for 2 March. */
function isDay([, year, month, day]: readonly string[]): boolean {
  if (Number(year) === 0 || Number(month) < 1 || Number(month) > 12) return false;
  const days = new Date(Date.UTC(2000, Number(month), 0)).getUTCDate();
  const last = Number(month) === 2 && !isLeapYear(Number(year)) ? 28 : days;
  return Number(day) >= 1 && Number(day) <= last;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
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
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return {
    code: 'timestamp/syntax',
    message: `${quote(text)} is not a point in time.${hint}`,
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

import { quote } from './inert.js';
import { perhaps } from './nearest.js';
import type { Checked, Problem } from './problem.js';

/** A length of time in the form that Terraform's `timeadd` takes. */
export interface Duration {
  /** Whole seconds, at least 1. */
  readonly seconds: number;
  /** Canonical: hours, minutes and seconds without zeros, such as `168h` or `1h30m`. */
  readonly text: string;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** The longest duration that is accepted, in seconds: ten years of 365 days. */
export const LONGEST_DURATION = 3650 * DAY;

const SYNTAX = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const WORDS =
  /^(\d+(?:\.\d+)?) ?(w|weeks?|d|days?|h|hours?|hrs?|m|mins?|minutes?|s|secs?|seconds?)$/;
const ISO_8601 = /^p((?:\d+d)?)t?((?:\d+h)?(?:\d+m)?(?:\d+s)?)$/;

/** No sensible duration is longer; what is gets no second look. */
const MAX_LENGTH = 64;

/**
 * Reads a duration such as `7d`, `168h`, `1h30m` or `90s`. Days are taken as 24 hours, since
 * Terraform has no unit for them.
 *
 * @see https://developer.hashicorp.com/terraform/language/functions/timeadd
 */
export function parseDuration(text: string): Checked<Duration> {
  const seconds = typeof text === 'string' ? secondsIn(text) : undefined;
  if (seconds === undefined) return { problems: [wrongSyntax(text)] };
  if (seconds === 0) return { problems: [zero(text)] };
  if (seconds > LONGEST_DURATION) return { problems: [tooLong(text)] };
  return { value: durationOf(seconds), problems: [] };
}

/** The canonical form of a number of whole seconds, at least 1. */
export function durationOf(seconds: number): Duration {
  const parts = [
    [Math.floor(seconds / HOUR), 'h'],
    [Math.floor((seconds % HOUR) / MINUTE), 'm'],
    [seconds % MINUTE, 's'],
  ] as const;
  return { seconds, text: withoutZeros(parts).join('') };
}

/**
 * The time that is left as Code Engine prints it: the two largest units, rounded down, as in
 * `6d23h`, `3h12m` or `45s`. Nothing left is `0s`.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-cli#cli-reclamation
 */
export function formatTimeLeft(seconds: number): string {
  const left = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const parts = [
    [Math.floor(left / DAY), 'd'],
    [Math.floor((left % DAY) / HOUR), 'h'],
    [Math.floor((left % HOUR) / MINUTE), 'm'],
    [left % MINUTE, 's'],
  ] as const;
  const largest = parts.findIndex(([count]) => count > 0);
  if (largest === -1) return '0s';
  return withoutZeros(parts.slice(largest, largest + 2)).join('');
}

function withoutZeros(parts: readonly (readonly [number, string])[]): readonly string[] {
  return parts.filter(([count]) => count > 0).map(([count, unit]) => `${count}${unit}`);
}

function secondsIn(text: string): number | undefined {
  const match = text.length > MAX_LENGTH ? null : SYNTAX.exec(text);
  if (match === null || text === '') return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  return days * DAY + hours * HOUR + minutes * MINUTE + seconds;
}

function wrongSyntax(text: unknown): Problem {
  const meant = guess(text);
  return {
    code: 'duration/syntax',
    message: `${quote(text)} is not a duration.${perhaps(meant)}`,
    remedy: 'Write whole days, hours, minutes and seconds, in this order: 7d, 168h, 1h30m or 90s.',
  };
}

function zero(text: string): Problem {
  return {
    code: 'duration/zero',
    message: `${quote(text)} is no time at all.`,
    remedy: 'Write a duration of at least 1s.',
  };
}

function tooLong(text: string): Problem {
  return {
    code: 'duration/too-long',
    message: `${quote(text)} is longer than ten years.`,
    remedy: `Write at most ${LONGEST_DURATION / DAY}d, which is ${durationOf(LONGEST_DURATION).text}.`,
  };
}

/** What someone may have meant who wrote `7 days`, `1w`, `1.5h`, `PT30M` or a bare number. */
function guess(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return guess(String(value));
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  const text = value.trim().toLowerCase();
  if (/^[1-9]\d{0,9}$/.test(text)) return `${text}s`;
  const seconds = fromWords(text) ?? secondsIn(text.replace(/\s/g, '')) ?? fromIso(text);
  const sensible = seconds !== undefined && seconds > 0 && seconds <= LONGEST_DURATION;
  return sensible && Number.isInteger(seconds) ? durationOf(seconds).text : undefined;
}

function fromWords(text: string): number | undefined {
  const [, count, unit = ''] = WORDS.exec(text) ?? [];
  const lengths: Readonly<Record<string, number>> = { w: WEEK, d: DAY, h: HOUR, m: MINUTE, s: 1 };
  const length = lengths[unit.charAt(0)];
  return count === undefined || length === undefined ? undefined : Number(count) * length;
}

function fromIso(text: string): number | undefined {
  const [, days = '', rest = ''] = ISO_8601.exec(text) ?? [];
  return secondsIn(days + rest);
}

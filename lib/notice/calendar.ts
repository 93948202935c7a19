import { byteLength } from '../base/guards.js';
import { escapeInvisible } from '../base/inert.js';
import { plural } from '../base/plural.js';
import { digest } from './notice.js';
import { isRecoverable, type Reclamation } from './reclamation.js';

/** A line of a calendar has so many octets at most. */
const MAX_OCTETS = 75;
/** When a calendar reminds before a deadline. */
const ALARMS = ['-P2D', '-PT4H'];

/**
 * The deadlines as a calendar that programs subscribe to. The same state gives the same bytes,
 * whenever it is read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5545
 */
export function calendarOf(reclamations: readonly Reclamation[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Reprieve//Reclamations//EN',
    'CALSCALE:GREGORIAN',
    'X-WR-CALNAME:Deletions that can be restored',
    ...reclamations.filter(isRecoverable).flatMap(event),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

function event(each: Reclamation): readonly string[] {
  const title = `${each.target} (${each.stack}): recoverable until now`;
  return [
    'BEGIN:VEVENT',
    `UID:${digest([each.stack, each.target, each.reclamationId])}@reprieve.invalid`,
    // Without a METHOD this is when the event was last revised: a deadline never changes.
    `DTSTAMP:${utc(each.deletedAt)}`,
    `DTSTART:${utc(each.recoverableUntil)}`,
    `SUMMARY:${text(title)}`,
    `DESCRIPTION:${text(...description(each))}`,
    'TRANSP:TRANSPARENT',
    ...ALARMS.flatMap((trigger) => alarm(trigger, each)),
    'END:VEVENT',
  ];
}

function alarm(trigger: string, { target, stack }: Reclamation): readonly string[] {
  return [
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `TRIGGER:${trigger}`,
    `DESCRIPTION:${text(`${target} (${stack}) can soon no longer be restored`)}`,
    'END:VALARM',
  ];
}

function description({ request, beforeReclaim, restore, what, objects }: Reclamation) {
  return [
    `Deleted: ${what} (${plural(objects, 'object')})`,
    ...(request === null
      ? []
      : [`Reason: ${request.reason}`, `Requested by ${request.requestedBy}`]),
    ...(beforeReclaim === null ? [] : [`To do before: ${beforeReclaim}`]),
    ...(restore === null ? [] : [`To keep it: ${restore}`]),
  ];
}

function utc(date: Date): string {
  return date.toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

/** Lines of text as a value: what has a meaning there is escaped. */
function text(...lines: readonly string[]): string {
  return lines
    .map((line) => escapeInvisible(line).replaceAll(/[\\;,]/g, (character) => `\\${character}`))
    .join('\\n');
}

/** A line in pieces of 75 octets, between characters. */
function folded(line: string): string {
  const pieces = [''];
  for (const character of line) {
    const last = pieces.at(-1) ?? '';
    if (byteLength(last) + byteLength(character) <= MAX_OCTETS) {
      pieces[pieces.length - 1] = `${last}${character}`;
    } else pieces.push(` ${character}`);
  }
  return pieces.join('\r\n');
}

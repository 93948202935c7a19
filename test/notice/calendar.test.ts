import fc from 'fast-check';
import ICAL from 'ical.js';
import { expect, it } from 'vitest';
import { escapeInvisible } from '../../lib/base/inert.js';
import { calendarOf } from '../../lib/notice/calendar.js';
import { isRecoverable, type Reclamation } from '../../lib/notice/reclamation.js';
import { hostileNotices, RECLAMATIONS } from '../support/notices.js';

/** The grammar of a content line: name, parameters, value without control characters. */
const LINE = /^[A-Z-]+(?:;[A-Z-]+=[^:;,"\p{Cc}]*)*:[^\p{Cc}]*$/u;

/** What is wrong with a calendar's bytes, by RFC 5545, section 3.1. */
function faults(text: string): readonly string[] {
  const physical = text.split('\r\n');
  const long = physical.filter((line) => Buffer.byteLength(line) > 75);
  const broken = physical.filter((line) => line.includes('\ufffd') || /[\r\n]/.test(line));
  const logical = text.replaceAll('\r\n ', '').split('\r\n');
  const wrong = logical
    .slice(0, -1)
    .filter((line) => !LINE.test(line) || /(?<!\\)(?:\\\\)*\\(?![\\;,n])/.test(line));
  return [...long, ...broken, ...wrong, ...(logical.at(-1) === '' ? [] : ['no end of line'])];
}

function eventsIn(text: string): readonly ICAL.Event[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents('vevent').map((each) => new ICAL.Event(each));
}

it('has an event for each deadline that a calendar program understands', () => {
  const text = calendarOf(RECLAMATIONS);
  expect(faults(text)).toEqual([]);
  const events = eventsIn(text);
  const open = RECLAMATIONS.filter(isRecoverable);
  expect(events.map((each) => each.startDate.toJSDate())).toEqual(
    open.map(({ recoverableUntil }) => recoverableUntil),
  );
  const orders = events.find(({ summary }) => summary.startsWith('orders-db'));
  expect(orders?.summary).toBe('orders-db (production): recoverable until now');
  expect(orders?.description.split('\n')).toEqual([
    'Deleted: resources (2 objects)',
    'Reason: Replaced by **the warehouse** & [more](x)',
    'Requested by ann@example.org',
    'To do before: Export the orders: <https://example.org/how|how>, @channel',
    'To keep it: npx reprieve reclamation restore orders-db --stack production',
  ]);
  const alarms = orders?.component.getAllSubcomponents('valarm') ?? [];
  expect(alarms.map((each) => String(each.getFirstPropertyValue('trigger')))).toEqual([
    '-P2D',
    '-PT4H',
  ]);
  const calendar = new ICAL.Component(ICAL.parse(text));
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
});

it('escapes what has a meaning in a text', () => {
  const target = 'a\\nb;c,d\\';
  const [event] = eventsIn(calendarOf(RECLAMATIONS.map((each) => ({ ...each, target }))));
  expect(event?.summary).toBe(`${target} (staging): recoverable until now`);
});

it('keeps an event’s id and stamp from one reading to the next, and no two are the same', () => {
  const ids = (list: readonly Reclamation[]) =>
    eventsIn(calendarOf(list)).map((each) => [
      each.uid,
      String(each.component.getFirstPropertyValue('dtstamp')),
    ]);
  const later = RECLAMATIONS.map((each) => ({ ...each, objects: 1, request: null }));
  expect(ids(later)).toEqual(ids(RECLAMATIONS));
  expect(new Set(ids(RECLAMATIONS).map(([uid]) => uid)).size).toBe(
    RECLAMATIONS.filter(isRecoverable).length,
  );
});

it('holds any text as text, in lines of 75 octets at most', () => {
  fc.assert(
    fc.property(hostileNotices, (notices) => {
      const all = notices.map(({ about }) => about);
      const text = calendarOf(all);
      expect(faults(text)).toEqual([]);
      const events = eventsIn(text);
      const open = all.filter(isRecoverable);
      expect(events).toHaveLength(open.length);
      expect(events.map(({ summary }) => summary)).toEqual(
        open.map(({ target, stack }) =>
          escapeInvisible(`${target} (${stack}): recoverable until now`),
        ),
      );
      // Nothing from outside became a property or a component.
      for (const { component } of events) {
        expect(component.getAllProperties().map(({ name }) => name)).toEqual([
          ...['uid', 'dtstamp', 'dtstart', 'summary', 'description', 'transp'],
        ]);
        expect(component.getAllSubcomponents().map(({ name }) => name)).toEqual([
          'valarm',
          'valarm',
        ]);
      }
    }),
    { numRuns: 50 },
  );
});

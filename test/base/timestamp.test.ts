import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDate, parseTimestamp } from '../../lib/base/timestamp.js';

describe('parseTimestamp', () => {
  it.each([
    ['2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1)],
    ['2024-02-29T23:59:59Z', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['2026-01-01T02:30:00+02:30', Date.UTC(2026, 0, 1)],
    ['2026-01-01T00:00:00.25Z', Date.UTC(2026, 0, 1) + 250],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
  ])('reads %s', (text, instant) => {
    expect(parseTimestamp(text).value).toBe(instant);
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00',
    'tomorrow',
    '',
    1_767_225_600,
    new Date(0),
    null,
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text as string).problems).toMatchObject([{ code: 'timestamp/syntax' }]);
  });

  it.each([
    ['2026-01-01', '2026-01-01T00:00:00Z'],
    ['2026-01-01 12:30', '2026-01-01T12:30:00Z'],
    ['2026-01-01t12:30:01z', '2026-01-01T12:30:01Z'],
    ['2026-01-01 12:30:00 +01:00', '2026-01-01T12:30:00+01:00'],
  ])('refuses %s and says that %s was probably meant', (text, meant) => {
    expect(parseTimestamp(text).problems[0]?.message).toContain(`Did you mean \`${meant}\`?`);
  });

  it('reads every point in time that JavaScript prints', () => {
    const years = { min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true };
    fc.assert(
      fc.property(fc.date(years), (date) => {
        expect(parseTimestamp(date.toISOString()).value).toBe(date.getTime());
      }),
    );
  });
});

describe('parseDate', () => {
  it('takes a day as its start in UTC', () => {
    expect(parseDate('2026-06-01').value).toBe(Date.UTC(2026, 5, 1));
    expect(parseDate('2026-06-01T12:00:00Z').value).toBe(Date.UTC(2026, 5, 1, 12));
  });

  it('refuses a day that the calendar does not have', () => {
    expect(parseDate('2026-06-31').problems).toMatchObject([{ code: 'timestamp/syntax' }]);
  });
});

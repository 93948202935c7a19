import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  durationOf,
  formatTimeLeft,
  LONGEST_DURATION,
  parseDuration,
} from '../../lib/base/duration.js';

const problemOf = (text: unknown) => parseDuration(text as string).problems[0];

describe('parseDuration', () => {
  it.each([
    ['7d', '168h', 604_800],
    ['168h', '168h', 604_800],
    ['1h30m', '1h30m', 5400],
    ['90m', '1h30m', 5400],
    ['60s', '1m', 60],
    ['90s', '1m30s', 90],
    ['1d2h3m4s', '26h3m4s', 93_784],
    ['0d5s', '5s', 5],
    ['3650d', '87600h', LONGEST_DURATION],
  ])('reads %s as %s', (text, canonical, seconds) => {
    expect(parseDuration(text).value).toEqual({ text: canonical, seconds });
  });

  it.each([
    ['1w', '168h'],
    ['7 days', '168h'],
    ['1.5h', '1h30m'],
    [' 2H ', '2h'],
    ['P7D', '168h'],
    ['PT1H30M', '1h30m'],
    ['3600', '3600s'],
    [3600, '3600s'],
    ['1h 30m', '1h30m'],
  ])('refuses %s and says that %s was probably meant', (text, meant) => {
    expect(problemOf(text)).toMatchObject({
      code: 'duration/syntax',
      message: expect.stringContaining(`Did you mean \`${meant}\`?`),
    });
  });

  it.each(['', 'soon', '30m1h', '-1h', '1.5', 'h', '1h1h', 'P', '1,5h', null, {}, undefined, '١h'])(
    'refuses %j and shows how durations look',
    (text) => {
      expect(problemOf(text)).toMatchObject({
        code: 'duration/syntax',
        remedy: expect.stringContaining('7d, 168h, 1h30m or 90s'),
      });
    },
  );

  it('refuses no time at all', () => {
    expect(problemOf('0h0s')?.code).toBe('duration/zero');
  });

  it('refuses more than ten years, however many digits', () => {
    expect(problemOf('3651d')).toMatchObject({ code: 'duration/too-long' });
    expect(problemOf(`${'9'.repeat(60)}h`)).toMatchObject({ code: 'duration/too-long' });
    expect(problemOf(`${'9'.repeat(10_000)}h`)).toMatchObject({ code: 'duration/syntax' });
  });

  it('comes to the same canonical text when read again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LONGEST_DURATION }), (seconds) => {
        const duration = durationOf(seconds);
        expect(parseDuration(duration.text).value).toEqual(duration);
      }),
    );
  });

  it('never throws, and gives a value or a problem', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const { value: duration, problems } = parseDuration(value as string);
        expect(duration === undefined).toBe(problems.length > 0);
      }),
    );
  });
});

describe('formatTimeLeft', () => {
  it.each([
    [604_799, '6d23h'],
    [604_800, '7d'],
    [11_520, '3h12m'],
    [11_521, '3h12m'],
    [3600, '1h'],
    [90, '1m30s'],
    [45.9, '45s'],
    [86_400 + 59, '1d'],
    [0, '0s'],
    [-5, '0s'],
    [Number.NaN, '0s'],
  ])('prints %d seconds as %s', (seconds, text) => {
    expect(formatTimeLeft(seconds)).toBe(text);
  });
});

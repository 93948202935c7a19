import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSize, parseAmount } from '../../lib/model/sizes.js';
import { codes } from '../support/codes.js';

/** The platform's table, written down again from its documentation. */
const TABLE: Readonly<Record<string, string>> = {
  '0.125': '0.25 0.5 1',
  '0.25': '0.5 1 2',
  '0.5': '1 2 4',
  '1': '2 4 8',
  '2': '4 8 16',
  '4': '8 16 32',
  '6': '12 24 48',
  '8': '16 32',
  '10': '20 40',
  '12': '24 48',
};
const CPUS = Object.keys(TABLE).map(Number);
const MEMORY = [...new Set(Object.values(TABLE).flatMap((row) => row.split(' ')))];

describe('a size', () => {
  it('passes exactly where the table has it', () => {
    for (const cpu of [...CPUS, 3, 16]) {
      for (const memory of [...MEMORY, '3', '64']) {
        const allowed = TABLE[String(cpu)]?.split(' ').includes(memory) ?? false;
        const { value } = checkSize({ cpu, memory: `${memory}G`, ephemeralStorage: '100M' });
        expect([cpu, memory, value !== undefined]).toEqual([cpu, memory, allowed]);
      }
    }
  });

  it('has the platform’s defaults', () => {
    expect(checkSize({}).value).toEqual({ cpu: '1', memory: '4G', ephemeralStorage: '400M' });
  });

  it('names the nearest ones', () => {
    const [problem] = checkSize({ cpu: 3 }).problems;
    expect(problem?.message).toBe('`cpu` 3 is not a size.');
    expect(problem?.remedy).toBe('Nearest: 2 with 4, 8 or 16G; 4 with 8, 16 or 32G.');
    expect(checkSize({ cpu: 2, memory: '5G' }).problems[0]?.remedy).toBe('Use 2 with 4, 8 or 16G.');
    expect(checkSize({ cpu: 99 }).problems[0]?.remedy).toBe('Nearest: 12 with 24 or 48G.');
    expect(checkSize({ cpu: 0.01 }).problems[0]?.remedy).toContain('0.125 with');
  });

  it('takes the CPU as text, with or without milli', () => {
    expect(checkSize({ cpu: '125m', memory: '250M', ephemeralStorage: '1M' }).value?.cpu).toBe(
      '0.125',
    );
    expect(checkSize({ cpu: '2' }).value?.cpu).toBe('2');
    expect(codes(checkSize({ cpu: 'many' }))).toEqual(['size/cpu']);
    expect(codes(checkSize({ cpu: Number.NaN }))).toEqual(['size/cpu']);
  });

  it('has ephemeral storage up to its memory, 400M in any case, 48G at most', () => {
    expect(checkSize({ ephemeralStorage: '4G' }).problems).toEqual([]);
    expect(codes(checkSize({ ephemeralStorage: '4.1G' }))).toEqual(['size/ephemeral-storage']);
    const small = { cpu: 0.125, memory: '0.25G' };
    expect(checkSize({ ...small, ephemeralStorage: '400M' }).problems).toEqual([]);
    expect(codes(checkSize({ ...small, ephemeralStorage: '401M' }))).toEqual([
      'size/ephemeral-storage',
    ]);
  });
});

describe('an amount', () => {
  it('is a whole number of bytes, and nothing else', () => {
    expect(parseAmount('memory', '4G').value).toBe(4e9);
    expect(parseAmount('memory', '0.25G').value).toBe(250_000_000);
    expect(parseAmount('memory', '512Mi').value).toBe(512 * 2 ** 20);
    for (const text of ['4', '4GB', 'G', '-1G', '0G', '1e3G', '4 G', 4, null, '0.0000000001G']) {
      expect(codes(parseAmount('memory', text))).toEqual(['size/amount']);
    }
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const { value: bytes, problems } = parseAmount('memory', value);
        expect(bytes === undefined).toBe(problems.length > 0);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { table } from '../../../lib/cli/terminal/table.js';

const rows = [
  ['Name', 'Status'],
  ['billing', 'soft deleted'],
  ['a', 'active'],
];

describe('table', () => {
  it('aligns columns', () => {
    expect(table(rows)).toBe('Name     Status\nbilling  soft deleted\na        active');
  });

  it('becomes blocks where the terminal is too narrow', () => {
    expect(table(rows, 21)).toBe(table(rows));
    expect(table(rows, 20)).toBe(
      'Name:    billing\nStatus:  soft deleted\n\nName:    a\nStatus:  active',
    );
  });

  it('loses no cell at any width', () => {
    const cell = fc.stringMatching(/^[a-z0-9/]{1,30}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 2, maxLength: 6 }),
        fc.nat(120),
        (cells, width) => {
          const text = table(cells, width);
          for (const each of cells.flat()) expect(text).toContain(each);
        },
      ),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { parseJsonPath, printJsonPath } from '../../lib/base/json-path.js';

const DATA = [
  { name: 'billing', deletion: null, at: { 'a.b': [1, 2, 3] } },
  { name: 'orders', deletion: { days: 7 }, at: { 'a.b': [] } },
];

const printed = (template: string, data: unknown = DATA) => {
  const { value, problems } = parseJsonPath(template);
  return value === undefined ? problems.map(({ code }) => code) : printJsonPath(value, data);
};

describe('jsonpath', () => {
  it.each([
    ['{[*].name}', 'billing orders'],
    ['{[0].name}', 'billing'],
    ['{$[-1].name}', 'orders'],
    ['{.[1].deletion.days}', '7'],
    ['{[0].deletion}', 'null'],
    ['{[1].deletion}', '{"days":7}'],
    ["{[0].at['a.b'][1]}", '2'],
    ['{[0].at.*}', '[1,2,3]'],
    ['{[0].nothing.there}', ''],
    ['{[0].__proto__}', ''],
    ['{range [*]}{.name}{"\\t"}{.deletion}{"\\n"}{end}', 'billing\tnull\norders\t{"days":7}\n'],
    ["Names: {[*].name}{'.'}", 'Names: billing orders.'],
    ['{"{}"}', '{}'],
  ])('prints %s', (template, text) => {
    expect(printed(template)).toBe(text);
  });

  it('takes a dot for the whole', () => {
    expect(printed('{.}', { a: 1 })).toBe('{"a":1}');
  });

  it.each([
    ['', '{[*].name', '{}}', '{range [*]}{.name}', '{end}', '{..name}', '{[?(@.a)]}', '{name}'],
    ['{[0:2]}', '{"a}', '{range [*]}'.repeat(9), 'x'.repeat(5000)],
  ])('refuses %s and others', (...templates) => {
    for (const template of templates) expect(printed(template), template).toEqual(['cli/jsonpath']);
  });
});

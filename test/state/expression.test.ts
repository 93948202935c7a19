import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Data, Expression, render } from '../../lib/state/expression.js';

/** Text that looks like a template more often than chance would have it. */
const text = fc
  .array(
    fc.oneof(fc.constantFrom('${', '%{', '$', '%', '{', '}', '$${', 'file("/x")'), fc.string()),
  )
  .map((parts) => parts.join(''));

/** What Terraform makes of a string of its JSON syntax that holds no template. */
function evaluated(rendered: string): string {
  const rest = rendered.replaceAll(/\$\$\{|%%\{/g, '.');
  expect(rest).not.toMatch(/[$%]\{/);
  return rendered.replaceAll(/([$%])\1\{/g, '$1{');
}

describe('what a record holds', () => {
  it('means itself wherever it is text', () => {
    fc.assert(
      fc.property(text, text, (key, value) => {
        const rendered = Object(render({ [key]: [value] }));
        const [name = ''] = Object.keys(rendered);
        expect([evaluated(name), rendered[name].map(evaluated)]).toEqual([key, [value]]);
      }),
    );
  });

  it('is evaluated only where it is an expression', () => {
    const data: Data = {
      at: new Expression('plantimestamp()'),
      by: '${file("/etc/passwd")}',
      no: null,
    };
    expect(render(data)).toEqual({
      at: '${plantimestamp()}',
      by: '$${file("/etc/passwd")}',
      no: null,
    });
  });
});

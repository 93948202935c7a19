import { describe, expect, it } from 'vitest';
import {
  asExpression,
  type Rewrite,
  rewriteExpression,
  rewriteTemplate,
} from '../../lib/state/references.js';

const indexed: Rewrite = (names) =>
  names[0] === 'aws_db' && names[1] === 'x'
    ? { names: 2, by: 'aws_db.x[0]' }
    : names.slice(0, 3).join('.') === 'data.aws_db.x'
      ? { names: 3, by: 'data.aws_db.x[0]' }
      : undefined;
const rewrite = (text: string) => rewriteTemplate(text, indexed);

describe('references in templates', () => {
  it('are found in every kind of expression', () => {
    const cases: Readonly<Record<string, string>> = {
      '${aws_db.x.id}': '${aws_db.x[0].id}',
      'a-${aws_db.x.id}-${lower(aws_db.x.name)}': 'a-${aws_db.x[0].id}-${lower(aws_db.x[0].name)}',
      '${aws_db.x}': '${aws_db.x[0]}',
      '${aws_db.x[*].id}': '${aws_db.x[0][*].id}',
      '${aws_db.x.*.id}': '${aws_db.x[0].*.id}',
      '${aws_db.x.list[aws_db.x.index].y}': '${aws_db.x[0].list[aws_db.x[0].index].y}',
      '${{for k, v in aws_db.x.tags : k => v if v != ""}}':
        '${{for k, v in aws_db.x[0].tags : k => v if v != ""}}',
      '%{ for each in aws_db.x.list }${each}%{ endfor }':
        '%{ for each in aws_db.x[0].list }${each}%{ endfor }',
      '${templatestring(aws_db.x.text, { a = aws_db.x.id })}':
        '${templatestring(aws_db.x[0].text, { a = aws_db.x[0].id })}',
      '${join("", ["${aws_db.x.id}}", "}"])}': '${join("", ["${aws_db.x[0].id}}", "}"])}',
      '${data.aws_db.x.id}': '${data.aws_db.x[0].id}',
      '${merge(aws_db.x.list...)}': '${merge(aws_db.x[0].list...)}',
    };
    for (const [text, wanted] of Object.entries(cases)) expect(rewrite(text)).toBe(wanted);
  });

  it('are not found where there are none', () => {
    const cases = [
      'aws_db.x.id',
      '$${aws_db.x.id}',
      '%%{ if aws_db.x.id }',
      '${"aws_db.x.id"}',
      '${"\\"aws_db.x.id\\""}',
      '${"$${aws_db.x.id}"}',
      '${module.aws_db.x.id}',
      '${each.value[0].aws_db.x.id}',
      '${aws_db.xy.id}',
      '${my_aws_db.x.id}',
      '${data.other.aws_db.x}',
      '${1.5 + var.aws_db}',
    ];
    for (const text of cases) expect(rewrite(text)).toBe(text);
  });

  it('end with their template, however braces stand in it', () => {
    expect(rewrite('${aws_db.x.id')).toBe('${aws_db.x[0].id}');
    expect(rewrite('{${aws_db.x.id}} aws_db.x')).toBe('{${aws_db.x[0].id}} aws_db.x');
  });
});

it('rewrites bare expressions, such as those in depends_on', () => {
  expect(rewriteExpression('aws_db.x', indexed)).toBe('aws_db.x[0]');
  expect(rewriteExpression('aws_db.x.id', indexed)).toBe('aws_db.x[0].id');
  expect(rewriteExpression('${aws_db.x}', indexed)).toBe('${aws_db.x[0]}');
});

describe('a template as an expression', () => {
  it('is what it stands for', () => {
    expect(asExpression('${aws_db.x.id}')).toBe('(aws_db.x.id)');
    expect(asExpression('${{ a = 1 }}')).toBe('({ a = 1 })');
    expect(asExpression('a "b"\n${c["k"]}')).toBe('"a \\"b\\"\\n${c["k"]}"');
    expect(asExpression('${a}-${b}')).toBe('"${a}-${b}"');
    expect(asExpression('$${a}')).toBe('"$${a}"');
  });
});

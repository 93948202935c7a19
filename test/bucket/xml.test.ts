import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readXml, textOf } from '../../lib/bucket/xml.js';

const read = (text: string) => readXml(Buffer.from(text));
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

it('reads elements and text, as S3 writes them', () => {
  const xml = read(
    `${HEAD}<List xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Key>a&amp;b&#39;&#x1F600;</Key><Empty/><Owner><ID> x </ID></Owner></List>\n`,
  );
  expect(xml?.name).toBe('List');
  expect(xml?.children.map(({ name }) => name)).toEqual(['Key', 'Empty', 'Owner']);
  expect(xml && textOf(xml, 'Key')).toBe("a&b'😀");
  expect(xml && textOf(xml, 'Empty')).toBe('');
  expect(xml && textOf(xml, 'Owner')).toBeUndefined();
  expect(xml && textOf(xml, 'Other')).toBeUndefined();
});

it('takes no one of several for the only one', () => {
  const xml = read('<a><Key>x</Key><Key>y</Key></a>');
  expect(xml && textOf(xml, 'Key')).toBeUndefined();
});

it.each([
  ['an entity of its own', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
  ['an entity from a file', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
  ['an unknown entity', '<a>&x;</a>'],
  ['half an entity', '<a>&amp</a>'],
  ['a property of every object as an entity', '<a>&valueOf;</a>'],
  ['half a surrogate pair', '<a>&#xD800;</a>'],
  ['no character', '<a>&#0;</a>'],
  ['more than Unicode has', '<a>&#x110000;</a>'],
  ['a comment', '<a><!-- x --></a>'],
  ['CDATA', '<a><![CDATA[x]]></a>'],
  ['an instruction', '<a><?x y?></a>'],
  ['another version', '<?xml version="1.1"?><a/>'],
  ['tags that cross', '<a><b></a></b>'],
  ['an end too many', '<a></a></b>'],
  ['an end with attributes', '<a></a x="y">'],
  ['no end', '<a><b></b>'],
  ['two documents', '<a/><a/>'],
  ['text before', 'x<a/>'],
  ['text after', '<a/>x'],
  ['a bare angle bracket', '<a><</a>'],
  ['an attribute without quotes', '<a b=c/>'],
  ['a control character', '<a>\u0007</a>'],
  ['nothing', ''],
  ['JSON', '{"a":1}'],
  ['too deep', `${'<a>'.repeat(20)}${'</a>'.repeat(20)}`],
  ['too much', `<a>${'<b/>'.repeat(60_000)}</a>`],
])('refuses %s', (_, text) => {
  expect(read(text)).toBeUndefined();
});

it('refuses what is no UTF-8', () => {
  expect(readXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]))).toBeUndefined();
});

it('takes no time to refuse what is made to take long', () => {
  const started = performance.now();
  for (const part of ['<a ', '<a a="', '&', '&#', '<a a="b" ', '</', ' ', '<?xml ']) {
    expect(read(part.repeat(400_000))).toBeUndefined();
    expect(read(`<a>${part.repeat(400_000)}</a>`)?.children ?? []).toEqual([]);
  }
  expect(performance.now() - started).toBeLessThan(20_000);
});

it('gives back what was escaped, and nothing is ever thrown', () => {
  const escaped = (text: string) =>
    text.replaceAll(/[<&>"']/g, (each) => `&#${each.charCodeAt(0)};`);
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~\u{A0}-\u{2FF}\u{1F600}-\u{1F64F}]{0,40}$/u), (text) => {
      const xml = read(`<a><Key>${escaped(text)}</Key></a>`);
      expect(xml && textOf(xml, 'Key')).toBe(text);
    }),
  );
  const pieces = fc.constantFrom(
    '<a>',
    '</a>',
    '<b/>',
    '<',
    '>',
    '&lt;',
    '&',
    'x',
    '"',
    '<!--',
    ' ',
  );
  fc.assert(fc.property(fc.array(pieces), (all) => void read(all.join(''))));
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseYamlFile } from '../../lib/files/yaml-file.js';
import { formatPath } from '../../lib/yaml/path.js';
import { processorTime } from '../support/processor.js';

const FILE = 'deletions.yaml';
const parse = (text: string) => parseYamlFile(FILE, text, 'deletions');
const problemsOf = (text: string) => parse(text).problems;
const codesOf = (text: string) => problemsOf(text).map(({ code }) => code);

describe('parseYamlFile', () => {
  it.each<[string, string, string, number, number]>([
    ['an anchor', 'version: 1\ndeletions: &all []', 'yaml/alias', 2, 17],
    ['an alias', 'version: 1\ndeletions: [*x]', 'yaml/alias', 2, 13],
    ['a merge key', 'version: 1\n<<: {}', 'yaml/alias', 2, 1],
    ['a tag', 'version: !!int 1', 'yaml/tag', 1, 16],
    ['a tag of its own', 'version: 1\ndeletions: !run []', 'yaml/tag', 2, 17],
    ['a duplicate key', 'version: 1\ndeletions: []\nversion: 1', 'yaml/duplicate-key', 3, 1],
    ['a second document', 'version: 1\n---\nversion: 1', 'yaml/many-documents', 2, 1],
    ['a byte order mark', '\uFEFFversion: 1', 'yaml/byte-order-mark', 1, 1],
    ['a NUL', 'version: 1\n# a\0b', 'yaml/control-character', 2, 4],
    ['an escape sequence', 'version: 1 # \u001b[31m', 'yaml/control-character', 1, 14],
    ['a bidirectional override', 'version: 1 # \u202e', 'yaml/invisible-character', 1, 14],
    ['a lone surrogate', 'version: 1 # \ud800', 'yaml/encoding', 1, 14],
    ['a conflict', 'version: 1\n<<<<<<< HEAD\n=======\n>>>>>>> x\n', 'yaml/merge-conflict', 2, 1],
    ['a tab that indents', 'deletions:\n\t- target: a', 'yaml/syntax', 2, 1],
    ['an open bracket', 'version: 1\ndeletions: [', 'yaml/syntax', 2, 13],
    ['a list as a key', 'version: 1\n? [a]\n: b', 'yaml/syntax', 2, 3],
    [
      'an unknown key',
      'version: 1\n\n deletion: []'.replace(' d', 'd'),
      'schema/unknown-key',
      3,
      1,
    ],
    ['a wrong type', 'version: 1\ndeletions: soon', 'schema/type', 2, 12],
    ['text as a document', 'soon', 'schema/type', 1, 1],
  ])('reports %s with its line and column', (_, text, code, line, column) => {
    expect(problemsOf(text)).toContainEqual(
      expect.objectContaining({ code, source: { file: FILE, line, column } }),
    );
  });

  it('reports brackets that are not closed once, and not as bad indentation', () => {
    const problems = problemsOf('version: 1\ndeletions: [ {target: a');
    expect(problems.map(({ message }) => message)).toEqual([
      'A bracket or brace is not closed here.',
    ]);
    expect(problemsOf('version: 1\ndeletions:\n  - a: b\n c: d')[0]?.message).toContain(
      'indentation',
    );
  });

  it('reports several faults of syntax at once', () => {
    expect(codesOf('version: !a 1\ndeletions: &b [*b]\nversion: 2')).toEqual(
      expect.arrayContaining(['yaml/tag', 'yaml/alias', 'yaml/duplicate-key']),
    );
  });

  it('keeps timestamps, and what YAML 1.1 took for something else, as text', () => {
    const entry =
      '{ target: no, mode: soft, reason: yes, requestedBy: 0b1, requestedAt: 2026-01-01T00:00:00Z }';
    expect(parse(`version: 1\ndeletions: [${entry}]`).value?.value.deletions).toEqual([
      {
        target: 'no',
        mode: 'soft',
        reason: 'yes',
        requestedBy: '0b1',
        requestedAt: '2026-01-01T00:00:00Z',
      },
    ]);
  });

  it('accepts Windows line ends and counts lines right', () => {
    const file = parse('version: 1\r\ndeletions:\r\n  []\r\n').value;
    expect(file?.at(['deletions'])).toEqual({ file: FILE, line: 3, column: 3 });
    expect(file?.keyAt(['deletions'])).toEqual({ file: FILE, line: 2, column: 1 });
  });

  it('finds the nearest place for a path that leads nowhere', () => {
    const file = parse('# c\nversion: 1\ndeletions: []\n').value;
    expect(file?.at([])).toMatchObject({ line: 2, column: 1 });
    expect(file?.at(['deletions', 7, 'target'])).toMatchObject({ line: 3, column: 12 });
    expect(file?.at(['constructor', '__proto__'])).toMatchObject({ line: 2, column: 1 });
  });

  it('does not take keys for properties of objects', () => {
    expect(codesOf('version: 1\n__proto__: { deletions: [] }\nconstructor: 1')).toEqual([
      'schema/unknown-key',
      'schema/unknown-key',
    ]);
    expect(Object.hasOwn(Object.prototype, 'deletions')).toBe(false);
  });

  it('prints hostile values as text on one line', () => {
    const [problem] = problemsOf('version: "\\e[2J\\nok\\u202e"\n');
    expect(problem?.message).toContain('"\\u001b[2J\\nok\\u202e"');
    const [long] = problemsOf(`version: ${'a'.repeat(10_000)}\n`);
    expect(long?.message.length).toBeLessThan(200);
  });

  it('counts problems beyond the first hundred', () => {
    const keys = Array.from({ length: 500 }, (_, index) => `k${index}: 1`).join('\n');
    const problems = problemsOf(`version: 1\n${keys}`);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatchObject({ code: 'yaml/many-problems', message: /400/ });
  });

  const MIB = 2 ** 20;
  it.each<[string, string, string]>([
    ['brackets', '['.repeat(MIB), 'yaml/too-deep'],
    ['braces', '{'.repeat(MIB), 'yaml/too-deep'],
    ['dashes', '- '.repeat(MIB / 2), 'yaml/too-deep'],
    ['keys in keys', '? '.repeat(MIB / 2), 'yaml/too-deep'],
    ['33 brackets', `${'['.repeat(33)}${']'.repeat(33)}`, 'yaml/too-deep'],
    ['one character too many', `#${'a'.repeat(MIB)}`, 'yaml/too-large'],
    [
      'many keys',
      `version: 1\n${Array.from({ length: 110_000 }, (_, i) => `k${i}:`).join('\n')}`,
      'schema/unknown-key',
    ],
    ['many wrong entries', `deletions:\n${'- {}\n'.repeat(200_000)}`, 'schema/missing-key'],
    ['one key many times', 'a:\n'.repeat(MIB / 4), 'yaml/duplicate-key'],
    ['many aliases', '*a '.repeat(MIB / 8), 'yaml/syntax'],
    ['an open quote', `"${'a'.repeat(MIB - 2)}`, 'yaml/syntax'],
    ['many documents', '---\n'.repeat(MIB / 8), 'yaml/many-documents'],
    ['a long key', `${'k'.repeat(100_000)}: 1`, 'yaml/syntax'],
  ])('gives up soon on %s', (_, text, code) => {
    const started = processorTime();
    expect(codesOf(text)).toContain(code);
    expect(processorTime() - started).toBeLessThan(10_000);
  });

  it('accepts what lies 32 deep as far as YAML goes', () => {
    expect(codesOf(`${'['.repeat(32)}${']'.repeat(32)}`)).toEqual(['schema/type']);
  });

  it('never throws, and gives a value or problems with a place', () => {
    const piece = fc.constantFrom(
      ...['version: 1', 'deletions:', '- ', '  ', '\n', '[', ']', '{', '}', '&a', '*a', '"', "'"],
      ...['|', '>', '!', '%', '? ', ': ', '#', ',', '\t', '---', '...', 'a', '0', '@', '`', '\r'],
    );
    const soup = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    const text = fc.oneof(soup, fc.string({ unit: 'binary' }), fc.json());
    fc.assert(
      fc.property(text, (any) => {
        const { value, problems } = parse(any);
        expect(value === undefined).toBe(problems.length > 0);
        for (const { source } of problems) expect(source?.file).toBe(FILE);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('formatPath', () => {
  it('writes paths as one would in code', () => {
    expect(formatPath(['deletions', 2, 'mode'])).toBe('deletions[2].mode');
    expect(formatPath(['stacks', 'a b', '\u001b'])).toBe('stacks["a b"]["\\u001b"]');
    expect(formatPath([])).toBe('');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  addRequest,
  type NewRequest,
  removeRequest,
  replaceRequest,
} from '../../lib/files/deletions-edit.js';
import { itemName, projectName } from './generators.js';

const request = (target: string, stack?: string): NewRequest => ({
  ...(stack === undefined ? {} : { stack }),
  target,
  mode: 'soft',
  reason: 'Replaced by the weekly report',
  requestedBy: 'ann@example.org',
  requestedAt: '2026-01-01T00:00:00Z',
});

const TEXT = `# What should go.
version: 1

deletions: # reviewed every Monday
  # Ask Ann about a.
  - target: a # first
    mode: soft
    reason: |
      # not a comment
      but a reason
    # indented like a's keys

  # b has two lines
  # of comment
  - stack:   production
    target:  "b"
    reason:  'quoted'

  - { target: c, reason: "in braces" } # c

# the end
`;

const targetsIn = (text: string) =>
  parse(text).deletions.map(({ target }: { target: string }) => target);

describe('removeRequest', () => {
  it('takes an entry with its own comments and leaves every other byte', () => {
    expect(removeRequest(TEXT, { target: 'a' })).toBe(
      TEXT.replace(/ {2}# Ask Ann[\s\S]*a's keys\n/, ''),
    );
    expect(removeRequest(TEXT, { target: 'b' })).toBe(
      TEXT.replace(/ {2}# b has two[\s\S]*'quoted'\n/, ''),
    );
    expect(removeRequest(TEXT, { target: 'c' })).toBe(TEXT.replace(/ {2}- \{.*\n/, ''));
  });

  it('leaves an empty list where the last one goes', () => {
    const text = ['a', 'b', 'c'].reduce((now, target) => removeRequest(now, { target }), TEXT);
    expect(text).toContain('deletions: [] # reviewed every Monday\n');
    expect(text).toContain('# the end');
    expect(parse(text)).toEqual({ version: 1, deletions: [] });
    expect(removeRequest('deletions:\n- target: a', { target: 'a' })).toBe('deletions: []\n');
  });

  it('leaves Windows line ends alone', () => {
    const windows = TEXT.replaceAll('\n', '\r\n');
    expect(removeRequest(windows, { target: 'b' })).toBe(
      removeRequest(TEXT, { target: 'b' }).replaceAll('\n', '\r\n'),
    );
  });

  it('removes from a list in brackets and keeps the comments', () => {
    const text = 'version: 1 # one\ndeletions: [{ target: a }, { target: b }] # two\n';
    const after = removeRequest(text, { target: 'a' });
    expect(parse(after)).toEqual({ version: 1, deletions: [{ target: 'b' }] });
    expect(after).toContain('# one');
    expect(after).toContain('# two');
  });

  it.each([
    [undefined, 'version: 1\ndeletions:\n  - stack: x\n    target: a\n'],
    ['y', 'version: 1\ndeletions:\n  - stack: x\n    target: a\n'],
    ['x', 'version: 1\ndeletions:\n  - target: a\n'],
  ])('takes the request for stack %j and no other', (stack, rest) => {
    const text = 'version: 1\ndeletions:\n  - stack: x\n    target: a\n  - target: a\n';
    const expected = stack === 'y' ? 'version: 1\ndeletions:\n  - stack: x\n    target: a\n' : rest;
    expect(removeRequest(text, { stack, target: 'a' })).toBe(expected);
  });

  it('takes the only request for a target where no stack is said', () => {
    const text = 'version: 1\ndeletions:\n  - stack: x\n    target: a\n';
    expect(removeRequest(text, { target: 'a' })).toBe('version: 1\ndeletions: []\n');
    expect(removeRequest(text, { stack: 'y', target: 'a' })).toBe(text);
  });

  it.each(['', '# none', 'version: 1', 'deletions: [', 'deletions:\n', 'just text', '- target: a'])(
    'returns %j as it is',
    (text) => {
      expect(removeRequest(text, { target: 'a' })).toBe(text);
    },
  );
});

describe('addRequest', () => {
  it('adds an entry after the others and leaves every other byte', () => {
    const after = addRequest(TEXT, request('d', 'production'));
    expect(after).toBe(
      TEXT.replace(
        '# c\n',
        `# c
  - stack: production
    target: d
    mode: soft
    reason: Replaced by the weekly report
    requestedBy: ann@example.org
    requestedAt: 2026-01-01T00:00:00Z
`,
      ),
    );
  });

  it.each([
    '',
    '# only a comment',
    'version: 1\n',
    'version: 1\ndeletions: []\n',
    'version: 1\ndeletions: [] # none\n# end\n',
    'version: 1\ndeletions:\n',
    'version: 1\ndeletions:',
    'version: 1\r\ndeletions: []\r\n',
    'deletions: [\n  # nothing\n]\nversion: 1\n',
    '{ version: 1, deletions: [] }',
  ])('adds the first entry to %j and keeps its comments', (text) => {
    const after = addRequest(text, request('a'));
    expect(parse(after)).toEqual({ version: 1, deletions: [request('a')] });
    for (const comment of text.match(/#.*/g) ?? []) expect(after).toContain(comment.trim());
  });

  it('writes approvals, and quotes what YAML would take for something else', () => {
    const hard: NewRequest = {
      ...request('null'),
      mode: 'hard',
      confirm: 'null',
      reason: 'yes: #1\nand more\u202e',
      approvals: [
        {
          by: 'bob, the builder',
          at: '2026-01-01T00:00:00Z',
          expires: '2026-01-02T00:00:00Z',
          uid: '5e7',
        },
      ],
    };
    const after = addRequest('', hard);
    expect(after).not.toContain('\u202e');
    expect(after).toContain('at: 2026-01-01T00:00:00Z');
    expect(parse(after).deletions).toEqual([hard]);
  });
});

describe('editing', () => {
  const comment = fc.stringMatching(/^[ -~]{1,20}$/).map((text) => text.trim());
  const entry = fc.record({
    item: fc.option(itemName, { nil: undefined }),
    project: projectName,
    comment,
    blank: fc.boolean(),
    reason: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.stringMatching(/^[ -~\n]{10,30}$/),
    ),
  });
  const entries = fc.uniqueArray(entry, {
    minLength: 1,
    maxLength: 5,
    selector: ({ project, item }) => `${project}/${item}`,
  });

  type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;
  const requestOf = ({ project, item, reason }: Entry): NewRequest => ({
    ...request(item === undefined ? project : `${project}/secrets/${item}`),
    reason,
  });
  /** A file with a comment above each entry. */
  const fileOf = (list: readonly Entry[]) => {
    const parts = list.map((one, index) => {
      const [, , ...lines] = addRequest('version: 1\ndeletions: []\n', requestOf(one)).split('\n');
      return `${one.blank ? '\n' : ''}  # about ${index}: ${one.comment}\n${lines.join('\n')}`;
    });
    return `# head\nversion: 1\ndeletions: # list\n${parts.join('')}\n# tail\n`;
  };

  it('keeps what it does not touch, whatever the entries', () => {
    fc.assert(
      fc.property(entries, fc.nat(4), (list, choice) => {
        const requests = list.map(requestOf);
        const text = fileOf(list);
        expect(parse(text).deletions).toEqual(requests);

        const removed = requests[choice % requests.length] ?? request('x');
        const after = removeRequest(text, removed);
        expect(parse(after).deletions).toEqual(requests.filter((it) => it !== removed));
        for (const mark of ['# head', '# list', '# tail']) expect(after).toContain(mark);
        for (const [index, one] of requests.entries()) {
          expect(after.includes(`  # about ${index}: `)).toBe(one !== removed);
        }

        const again = addRequest(after, removed);
        expect(new Set(targetsIn(again))).toEqual(new Set(targetsIn(text)));
        expect(removeRequest(again, removed)).toBe(after);
      }),
      { numRuns: 300 },
    );
  });
});

describe('replaceRequest', () => {
  const hard = (target: string): NewRequest => ({
    ...request(target),
    mode: 'hard',
    reason: 'Contract ended: erase "all" of it',
    requestedBy: 'bob@example.org',
    confirm: target,
  });

  it('changes only the fields that differ, and keeps every comment', () => {
    const before = addRequest(TEXT, request('billing')).replace(
      'mode: soft\n    reason: Replaced',
      'mode: soft # for now\n    # why\n    reason: Replaced',
    );
    const after = replaceRequest(before, { target: 'billing' }, hard('billing'));
    expect(parse(after).deletions.at(-1)).toEqual(hard('billing'));
    expect(after).toContain('mode: hard # for now\n    # why\n');
    expect(after.slice(0, after.indexOf('target: billing'))).toBe(
      before.slice(0, before.indexOf('target: billing')),
    );
    expect(after.endsWith(before.slice(before.indexOf('\n# the end')))).toBe(true);
  });

  it('adds what is not there, and replaces what it can not edit line by line', () => {
    expect(targetsIn(replaceRequest('', { target: 'billing' }, hard('billing')))).toEqual([
      'billing',
    ]);
    for (const target of ['a', 'b', 'c']) {
      const stack = target === 'b' ? { stack: 'production' } : {};
      const after = replaceRequest(TEXT, { target, ...stack }, { ...hard(target), ...stack });
      expect(targetsIn(after)).toEqual(['a', 'b', 'c']);
      expect(parse(after).deletions[['a', 'b', 'c'].indexOf(target)]).toEqual({
        ...hard(target),
        ...stack,
      });
      expect(after).toContain('# the end');
    }
  });

  it('says what it should for any reason, in any file that was written before', () => {
    const reason = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    const other = projectName.filter((name) => !targetsIn(TEXT).includes(name));
    fc.assert(
      fc.property(other, reason, fc.boolean(), (target, text, windows) => {
        const lines = addRequest(TEXT, { ...request(target), reason: 'a reason of before' });
        const before = windows ? lines.replaceAll('\n', '\r\n') : lines;
        const entry = { ...hard(target), reason: text };
        const after = replaceRequest(before, { target }, entry);
        expect(parse(after).deletions.at(-1)).toEqual(entry);
        expect(parse(after).deletions.slice(0, -1)).toEqual(parse(before).deletions.slice(0, -1));
      }),
    );
  });
});

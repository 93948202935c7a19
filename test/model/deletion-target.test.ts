import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatTarget,
  itemTarget,
  parseTarget,
  projectOf,
} from '../../lib/model/deletion-target.js';
import { ITEM_KINDS } from '../../lib/model/specification.js';
import { itemName, projectName } from '../files/generators.js';

const codesOf = (text: unknown) => parseTarget(text as string).problems.map(({ code }) => code);

describe('parseTarget', () => {
  it('reads a project and an item of each kind', () => {
    expect(parseTarget('billing').value).toEqual({ project: 'billing' });
    for (const kind of ITEM_KINDS) {
      expect(parseTarget(`billing/${kind}/nightly`).value).toEqual({
        project: 'billing',
        item: { kind, name: 'nightly' },
      });
    }
  });

  it('refuses an unknown kind and names the nearest', () => {
    expect(parseTarget('billing/job-template/nightly').problems).toMatchObject([
      { code: 'target/kind', message: expect.stringContaining('Did you mean `job-templates`?') },
    ]);
  });

  it.each(['billing/job-templates', 'a/job-templates/b/c', 'billing/', 5, null])(
    'refuses the shape of %j',
    (text) => {
      expect(codesOf(text)).toContain('target/shape');
    },
  );

  it('tells all that is wrong at once', () => {
    expect(codesOf('/jobs/Nightly')).toEqual(['project/name', 'target/kind']);
    expect(codesOf('/job-templates/Nightly')).toEqual(['project/name', 'job-template/name']);
  });

  it('refuses names with characters that are not seen, and prints them as escapes', () => {
    const [problem] = parseTarget('bil\u202eling').problems;
    expect(problem).toMatchObject({ code: 'project/name-invisible' });
    expect(problem?.message).toContain('\\u202e');
  });

  it('reads back what formatTarget writes', () => {
    fc.assert(
      fc.property(projectName, fc.constantFrom(...ITEM_KINDS), itemName, (project, kind, name) => {
        for (const target of [{ project }, { project, item: { kind, name } }]) {
          expect(parseTarget(formatTarget(target)).value).toEqual(target);
          expect(projectOf(formatTarget(target))).toBe(project);
        }
        expect(formatTarget({ project, item: { kind, name } })).toBe(
          itemTarget(project, kind, name),
        );
      }),
    );
  });

  it('never throws, and accepts only what formatTarget would write', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z/-]{0,30}$/));
    fc.assert(
      fc.property(text, (any) => {
        const { value } = parseTarget(any);
        if (value !== undefined) expect(formatTarget(value)).toBe(any);
      }),
    );
  });
});

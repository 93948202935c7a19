import { expect, it } from 'vitest';
import type { Evidence } from '../../lib/certificate/evidence.js';
import type { AskedFacts, Facts, VersionFact } from '../../lib/certificate/facts.js';
import { versionsCheck } from '../../lib/certificate/version-checks.js';

const EVIDENCE = {
  objects: [{ address: 'a.b', uid: 'uid-1' }],
  state: { backend: 's3', lineage: 'l', serial: 3 },
} as unknown as Evidence;
const ASKED: AskedFacts = {
  ...{ lineage: 'l', versioning: 'on', mfaDelete: false },
  ...{ deleteMarkers: 0, unread: 0, isWhole: true },
};
const at = '2026-01-05T00:00:00Z';
const NONE: VersionFact = { name: 'v2', at, has: [] };
const LEFT: VersionFact = { name: 'v1', at, has: ['a.b'], remove: "aws … 'v1'" };

const check = (
  versions: readonly VersionFact[],
  asked?: Partial<AskedFacts>,
  evidence: Evidence = EVIDENCE,
) => {
  const is = { backend: 's3', where: 's3://b/k', versions };
  const of = asked === undefined ? {} : { asked: { ...ASKED, ...asked } };
  return versionsCheck(evidence, {
    versions: { kind: 'seen', is: { ...is, ...of } },
  } as unknown as Facts);
};

it('confirms that no older version has the objects', () => {
  expect(check([NONE], {})).toMatchObject({
    result: 'confirmed',
    says: '1 older version in `s3://b/k`.',
  });
  expect(check([], {}).result).toBe('confirmed');
  expect(check([], { versioning: 'off' }).says).toContain('versioning was never on');
  expect(check([NONE], { versioning: 'suspended' })).toMatchObject({
    result: 'confirmed',
    says: expect.stringContaining('suspended'),
  });
});

it.each([
  ['it is another state', { lineage: 'other' }, EVIDENCE, 'its lineage is another'],
  ['there is no state', { lineage: null, why: 'It refuses.' }, EVIDENCE, 'It refuses.'],
  ['nobody knows which state it was', {}, { ...EVIDENCE, state: null }, 'which state'],
  ['nobody knows the objects', {}, { ...EVIDENCE, objects: [] }, 'names no object'],
  ['too many', { unread: 3 }, EVIDENCE, 'There are too many: 3 of them not read.'],
  ['not all listed', { isWhole: false }, EVIDENCE, 'not all of them were listed'],
])('confirms nothing where %s', (_, asked, evidence, says) => {
  for (const versions of [[], [NONE]]) {
    const made = check(versions, asked, evidence);
    expect(made.result).toBe('not known');
    expect(made.says).toContain(says);
  }
});

it('confirms nothing where a version was not read', () => {
  const unread = { name: 'v3', at, has: null, why: 'It refuses.' };
  const made = check([NONE, unread], {});
  expect(made.result).toBe('not known');
  expect(made.found[1]?.says).toBe(`It was not read. It refuses. It was written at ${at}.`);
});

it('says which version has them, since when, and how it is deleted', () => {
  const made = check([NONE, LEFT], { unread: 2, lineage: 'other' });
  expect(made.result).toBe('left');
  expect(made.says).toContain('2 of them not read');
  expect(made.found[1]).toEqual({
    ...{ what: 'v1', result: 'left' },
    says: `It has 1 object. It was written at ${at}. Delete it: \`aws … 'v1'\`.`,
  });
});

it('gives a command whole, and lets nothing in it end it', () => {
  const remove = `aws --key '${'k'.repeat(900)}\`x\u202e'`;
  const says = check([{ ...LEFT, remove }], {}).found[0]?.says ?? '';
  expect(says).toContain('k'.repeat(900));
  expect(says.split('`')).toHaveLength(3);
  expect(says).not.toContain('\u202e');
});

it('says what keeps it', () => {
  const kept = [
    { by: 'compliance', until: '2027-01-01T00:00:00Z' },
    { by: 'governance', until: '2027-01-01T00:00:00Z' },
    { by: 'legal hold', until: null },
  ] as const;
  const says = check([{ ...LEFT, kept }], { mfaDelete: true }).found[0]?.says ?? '';
  expect(says).toContain('keeps it until 2027-01-01T00:00:00Z: nobody can delete it before.');
  expect(says).toContain('`--bypass-governance-retention`');
  expect(says).toContain('A legal hold keeps it until somebody lifts it.');
  expect(says).toContain("`--mfa 'DEVICE CODE'`");
});

it('says of backups beside a local state what it did', () => {
  expect(check([NONE])).toMatchObject({
    result: 'confirmed',
    says: '1 older version in `s3://b/k`.',
  });
});

import { describe, expect, it } from 'vitest';
import { effectiveApproval, readDeletions } from '../../lib/files/deletions.js';
import { readSettings, type Settings } from '../../lib/files/settings.js';

const FILE = 'deletions.yaml';
const APPROVERS = `version: 1
approvers:
  - { id: bob@example.org, kubernetesUser: bob }
  - { id: eve@example.org }
`;

function settingsOf(text: string): Settings {
  const { value } = readSettings('reprieve.yaml', text);
  if (value === undefined) throw new Error('the fixture has problems');
  return value;
}
const SETTINGS = settingsOf(APPROVERS);

const SOFT = {
  target: 'billing',
  mode: 'soft',
  reason: 'Replaced by the weekly report',
  requestedBy: 'ann@example.org',
  requestedAt: '2026-01-01T00:00:00Z',
};
const APPROVAL = {
  by: 'bob@example.org',
  at: '2026-01-01T00:00:00Z',
  expires: '2026-01-08T00:00:00Z',
  uid: '5e7efd48-0000-4000-8000-000000000000',
};
const HARD = { ...SOFT, mode: 'hard', confirm: 'billing', approvals: [APPROVAL] };

const read = (entries: readonly object[], settings = SETTINGS) =>
  readDeletions(FILE, JSON.stringify({ version: 1, deletions: entries }), settings);
const codesOf = (entries: readonly object[], settings = SETTINGS) =>
  read(entries, settings).problems.map(({ code }) => code);
const approvedBy = (by: string, requestedBy = SOFT.requestedBy) =>
  codesOf([{ ...HARD, requestedBy, approvals: [{ ...APPROVAL, by }] }]);

describe('readDeletions', () => {
  it('takes a missing file, or one without entries, for no requests', () => {
    for (const text of [undefined, 'version: 1\n', 'version: 1\ndeletions:\n']) {
      expect(readDeletions(FILE, text, SETTINGS)).toEqual({ value: [], problems: [] });
    }
  });

  it('refuses a file without content: its requests were lost', () => {
    for (const text of ['', '# none\n', '---\n']) {
      const { problems } = readDeletions(FILE, text, SETTINGS);
      expect(problems.map(({ code }) => code)).toEqual(['yaml/empty']);
    }
  });

  it('reads a soft request, its timestamp as text and its place', () => {
    const text = `# what goes
version: 1
deletions:
  - stack: production
    target: billing/job-templates/nightly
    mode: soft
    reason: Replaced by the weekly report
    requestedBy: ann@example.org
    requestedAt: 2026-01-01T00:00:00Z
`;
    expect(readDeletions(FILE, text, SETTINGS).value).toEqual([
      {
        stack: 'production',
        target: 'billing/job-templates/nightly',
        project: 'billing',
        item: { kind: 'job-templates', name: 'nightly' },
        mode: 'soft',
        reason: 'Replaced by the weekly report',
        requestedBy: 'ann@example.org',
        requestedAt: '2026-01-01T00:00:00Z',
        approvals: [],
        source: { file: FILE, line: 5, column: 13 },
        index: 0,
      },
    ]);
  });

  it('reads an approved hard request', () => {
    expect(read([HARD]).problems).toEqual([]);
    expect(read([HARD]).value).toMatchObject([{ mode: 'hard', approvals: [APPROVAL] }]);
  });

  it('refuses a day that the calendar does not have', () => {
    expect(read([{ ...SOFT, requestedAt: '2026-02-30T00:00:00Z' }]).problems).toMatchObject([
      { code: 'timestamp/syntax', path: 'deletions[0].requestedAt' },
    ]);
  });

  it.each(['         a', 'too short', '\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200bab'])(
    'refuses %j as a reason',
    (reason) => {
      expect(codesOf([{ ...SOFT, reason }])).toEqual(['reason/too-short']);
    },
  );

  it('refuses approvals and confirmation of a soft request', () => {
    expect(codesOf([{ ...HARD, mode: 'soft' }])).toEqual([
      'deletions/soft-with-approval',
      'deletions/soft-with-approval',
    ]);
  });

  it.each([undefined, 'Billing', 'billing ', ''])('refuses %j as a confirmation', (confirm) => {
    const { problems } = read([{ ...HARD, confirm }]);
    expect(problems).toMatchObject([
      { code: 'deletions/not-confirmed', remedy: expect.stringContaining('confirm: "billing"') },
    ]);
  });

  it('says who can approve where nobody has', () => {
    for (const approvals of [undefined, []]) {
      expect(read([{ ...HARD, approvals }]).problems).toMatchObject([
        { code: 'deletions/not-approved', remedy: expect.stringContaining('bob@example.org') },
      ]);
    }
  });

  it('says that approvers have to be listed first where there are none', () => {
    const { problems } = read([HARD], settingsOf('version: 1'));
    expect(problems).toMatchObject([
      { code: 'deletions/no-approvers', remedy: expect.stringContaining('reprieve.yaml') },
    ]);
  });

  it.each([
    ['bob@example.org', 'bob@example.org'],
    ['BOB@example.org', ' bob@Example.org '],
    ['bob@example.org', 'Bob'],
    ['ｂｏｂ@example.org', 'bob@example.org'],
    ['ann@example.org', 'ANN@example.org'],
  ])('refuses an approval by %s of what %s asked for', (by, requestedBy) => {
    expect(approvedBy(by, requestedBy)).toEqual(['deletions/self-approval']);
  });

  it('refuses an approval by someone who is no approver, and names the nearest', () => {
    const approvals = [{ ...APPROVAL, by: 'bop@example.org' }];
    expect(read([{ ...HARD, approvals }]).problems).toMatchObject([
      {
        code: 'deletions/unknown-approver',
        message: expect.stringContaining('Did you mean `bob@example.org`?'),
        path: 'deletions[0].approvals[0].by',
      },
    ]);
    expect(approvedBy('bob')).toEqual(['deletions/unknown-approver']);
  });

  it.each([
    ['given before the request', { at: '2025-12-31T23:59:59Z', expires: '2026-01-02T00:00:00Z' }],
    ['that expires when it is given', { expires: APPROVAL.at }],
    ['that counts longer than 7 days', { expires: '2026-01-08T00:00:01Z' }],
  ])('refuses an approval %s', (_, change) => {
    expect(codesOf([{ ...HARD, approvals: [{ ...APPROVAL, ...change }] }])).toEqual([
      'deletions/approval-time',
    ]);
  });

  it('compares times, not texts', () => {
    const at = '2026-01-01T01:00:00+01:00';
    expect(codesOf([{ ...HARD, approvals: [{ ...APPROVAL, at }] }])).toEqual([]);
  });

  it('refuses an approval without a uid', () => {
    const { uid: _, ...without } = APPROVAL;
    expect(codesOf([{ ...HARD, approvals: [without] }])).toEqual(['schema/missing-key']);
    expect(codesOf([{ ...HARD, approvals: [{ ...APPROVAL, uid: '' }] }])).toEqual(['schema/value']);
    expect(codesOf([{ ...HARD, approvals: [{ ...APPROVAL, uid: 12 }] }])).toEqual(['schema/type']);
  });

  it('refuses two requests for one target, and says where the first is', () => {
    const other = { ...SOFT, target: 'other' };
    expect(read([SOFT, other, SOFT]).problems).toMatchObject([
      { code: 'deletions/duplicate', path: 'deletions[2]', message: expect.stringContaining(FILE) },
    ]);
  });

  it('refuses a request that may mean the same stack as another', () => {
    const inStack = (stack: string) => ({ ...SOFT, stack });
    expect(codesOf([inStack('a'), inStack('b')])).toEqual([]);
    expect(codesOf([inStack('a'), SOFT])).toEqual(['deletions/ambiguous']);
    expect(codesOf([SOFT, inStack('a'), inStack('b')])).toEqual([
      'deletions/ambiguous',
      'deletions/ambiguous',
    ]);
    expect(codesOf([inStack('a'), inStack('a')])).toEqual(['deletions/duplicate']);
  });

  it('tells what is wrong with every entry, each at its line', () => {
    const text = `version: 1
deletions:
  - { target: a, mode: sof, reason: Replaced by the weekly report, requestedBy: ann, requestedAt: 2026-01-01 }
  - target: billing/job-template/x
    mod: soft
    reason: short
    requestedBy: 5
  - target: b
    mode: hard
    reason: short
    requestedBy: ann
    requestedAt: 2026-01-01T00:00:00Z
  - nonsense
`;
    const found = readDeletions(FILE, text, SETTINGS).problems.map(({ code, source }) => [
      code,
      source?.line,
    ]);
    expect(found.sort()).toEqual(
      [
        ['schema/value', 3],
        ['timestamp/syntax', 3],
        ['target/kind', 4],
        ['schema/missing-key', 4],
        ['schema/missing-key', 4],
        ['schema/unknown-key', 5],
        ['schema/type', 7],
        ['deletions/not-confirmed', 9],
        ['deletions/not-approved', 9],
        ['reason/too-short', 10],
        ['schema/type', 13],
      ].sort(),
    );
  });

  it('survives values of every wrong type', () => {
    const wrong = [null, 5, true, 'x', [], {}, [[]], { a: { b: 1 } }, -0.5, '\0'];
    for (const value of wrong) {
      for (const key of [...Object.keys(HARD), 'stack', '__proto__']) {
        const entry = Object.fromEntries([...Object.entries(HARD), [key, value]]);
        const { value: requests, problems } = read([entry]);
        expect(requests === undefined).toBe(problems.length > 0);
      }
      const whole = readDeletions(FILE, JSON.stringify(value), SETTINGS);
      expect(whole.value).toBeUndefined();
      expect(whole.problems.length).toBeGreaterThan(0);
      expect(read([value as object]).problems.length).toBeGreaterThan(0);
    }
  });
});

describe('effectiveApproval', () => {
  it('takes the approval that counts longest', () => {
    const sooner = { ...APPROVAL, expires: '2026-01-07T22:00:00Z' };
    const later = { ...APPROVAL, by: 'eve@example.org', expires: '2026-01-07T20:00:00-03:00' };
    const [request] = read([{ ...HARD, approvals: [sooner, later, sooner] }]).value ?? [];
    expect(request && effectiveApproval(request)).toEqual(later);
  });

  it('is none for a soft request', () => {
    const requests = read([SOFT]).value ?? [];
    expect(requests.map(effectiveApproval)).toEqual([undefined]);
  });
});

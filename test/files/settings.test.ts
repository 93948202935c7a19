import { describe, expect, it } from 'vitest';
import {
  checkPeriod,
  readSettings,
  type Settings,
  stackSettings,
} from '../../lib/files/settings.js';
import { POD_SECURITY_VERSIONS } from '../../lib/model/pod-security.js';

const FILE = 'reprieve.yaml';
const codesOf = (text: string) =>
  readSettings(FILE, `version: 1\n${text}\n`).problems.map(({ code }) => code);
const problemsOf = (text: string) => readSettings(FILE, `version: 1\n${text}\n`).problems;

function settingsOf(text: string | undefined): Settings {
  const { value, problems } = readSettings(FILE, text);
  expect(problems).toEqual([]);
  if (value === undefined) throw new Error('no settings');
  return value;
}

describe('policies.pod-security', () => {
  const of = (section: string) =>
    settingsOf(`version: 1\npolicies: { pod-security: ${section} }\n`).policies.podSecurity;

  it('is a profile in a version, by default the newest', () => {
    expect(of('{ profile: restricted, version: latest }')).toEqual(of('{ profile: restricted }'));
    expect(of('{ profile: restricted }')).toEqual({ profile: 'restricted', version: '1.37' });
    expect(of('{ profile: baseline, version: "v1.30" }')).toEqual({
      profile: 'baseline',
      version: '1.30',
    });
  });

  it.each([
    '{ profile: privileged }',
    '{ profile: baseline, version: 1.30 }',
    '{ profile: baseline, version: "1.38" }',
    '{}',
  ])('is a problem as %s', (section) =>
    expect(codesOf(`policies: { pod-security: ${section} }`)).toHaveLength(1),
  );

  it('can have every version whose rules are known', () => {
    for (const version of POD_SECURITY_VERSIONS)
      expect(of(`{ profile: baseline, version: "${version}" }`)?.version).toBe(version);
  });
});

describe('readSettings', () => {
  it('refuses a file without content: its rules were lost', () => {
    for (const text of ['', '# nothing\n']) {
      expect(readSettings(FILE, text).problems.map(({ code }) => code)).toEqual(['yaml/empty']);
    }
  });

  it('fills in the defaults where there is no file, or nothing in it', () => {
    for (const text of [undefined, 'version: 1\n']) {
      expect(settingsOf(text)).toEqual({
        periods: {
          period: { seconds: 604_800, text: '168h' },
          floor: { seconds: 86_400, text: '24h' },
          planMaxAge: { seconds: 3600, text: '1h' },
        },
        stacks: new Map(),
        approvers: [],
        gate: { clockTolerance: { seconds: 600, text: '10m' }, approvals: 'forge' },
        cluster: { clock: 'lease', pipelines: [], deleters: [], admins: [], definitions: [] },
        evidence: 'optional',
        policies: { profiles: [], paths: [], levels: new Map(), parameters: new Map() },
        waivers: [],
        unusableWaivers: [],
      });
    }
  });

  it('reads everything that the format knows', () => {
    const settings = settingsOf(`version: 1
reclamation: { period: 14d, floor: 2d, planMaxAge: 30m }
stacks: { sandbox: { period: 60s, floor: 10s, planMaxAge: 20s }, __proto__: { period: 3d } }
approvers: [{ id: bob@example.org, kubernetesUser: bob, github: bob }]
gate: { clockTolerance: 5m, approvals: file }
policies: { paths: [policies], levels: { X1: advisory }, parameters: { X1: { most: 3 } } }
waivers:
  - policy: X1
    path: production/billing
    reason: "It is being migrated"
    owner: a@example.org
    expires: 2026-06-01
`);
    expect(stackSettings(settings, 'production').period.text).toBe('336h');
    expect(stackSettings(settings, 'sandbox')).toEqual({
      period: { seconds: 60, text: '1m' },
      floor: { seconds: 10, text: '10s' },
      planMaxAge: { seconds: 20, text: '20s' },
    });
    expect(stackSettings(settings, '__proto__').period.text).toBe('72h');
    expect(stackSettings(settings, '__proto__').floor.text).toBe('48h');
    expect(stackSettings(settings, 'constructor').period.text).toBe('336h');
    expect(settings.gate.clockTolerance.seconds).toBe(300);
    expect(settings.gate.approvals).toBe('file');
    expect(settings.policies.levels.get('X1')).toBe('advisory');
    expect(settings.policies.parameters.get('X1')).toEqual({ most: 3 });
    expect(settings.waivers).toMatchObject([
      { policy: 'X1', expires: '2026-06-01', source: { file: FILE, line: 8, column: 5 } },
    ]);
  });

  it('refuses a period below the floor, at the place that says so', () => {
    expect(problemsOf('reclamation: { floor: 24h, period: 12h }')).toMatchObject([
      {
        code: 'settings/period-below-floor',
        message: expect.stringContaining('12h'),
        path: 'reclamation.period',
        source: { line: 2, column: 36 },
      },
    ]);
  });

  it('finds fault with a floor alone that lies above the default period', () => {
    expect(problemsOf('reclamation: { floor: 8d }')).toMatchObject([
      { code: 'settings/period-below-floor', path: 'reclamation.floor' },
    ]);
  });

  it('demands a period longer than twice the age of a plan, on the second', () => {
    const text = (period: string) =>
      `stacks: { a: { floor: 1s, planMaxAge: 20s, period: ${period} } }`;
    expect(codesOf(text('40s'))).toEqual(['settings/period-too-short-for-plans']);
    expect(codesOf(text('41s'))).toEqual([]);
    expect(codesOf('reclamation: { planMaxAge: 84h }')).toEqual([
      'settings/period-too-short-for-plans',
    ]);
  });

  it('does not repeat for a stack what is wrong for all', () => {
    expect(codesOf('reclamation: { floor: 24h, period: 12h }\nstacks: { a: {} }')).toEqual([
      'settings/period-below-floor',
    ]);
  });

  it('tells every problem at once, whatever section it is in', () => {
    expect(
      codesOf(`reclamaton: {}
reclamation: { period: 1w }
stacks: { a: { floor: 0s }, b: { period: 1h }, "c d": {} }
approvers: [{ id: bob }, { id: BOB }]
gate: { clockTolerance: 5 }
policies: { levels: { x: advisry } }`).sort(),
    ).toEqual([
      'duration/syntax',
      'duration/zero',
      'schema/type',
      'schema/unknown-key',
      'schema/value',
      'schema/value',
      'settings/duplicate-approver',
    ]);
  });

  it('names the nearest known key, level and unit', () => {
    const messages = problemsOf(`reclamaton: {}
gate: { clockTolerance: 1w }
policies: { levels: { x: advisry } }`).map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringContaining('Did you mean `reclamation`?'),
      expect.stringContaining('Did you mean `168h`?'),
      expect.stringContaining('Did you mean `advisory`?'),
    ]);
  });

  it.each([
    'approvers: [{ id: bob }, { id: " BOB " }]',
    'approvers: [{ id: a, kubernetesUser: bob }, { id: b, github: Bob }]',
    'approvers: [{ id: ＢＯＢ }, { id: bob }]',
    'approvers: [{ id: straße }, { id: STRASSE }]',
  ])('refuses one person as two approvers: %s', (text) => {
    expect(codesOf(text)).toEqual(['settings/duplicate-approver']);
  });

  it('refuses an approver whose name has characters that are not seen', () => {
    expect(codesOf('approvers: [{ id: "bob\\u200b" }]')).toEqual(['schema/value']);
  });

  it.each([
    [
      '{ policy: x, path: a, reason: "   padded   ", owner: me, expires: 2026-06-01 }',
      'reason/too-short',
    ],
    [
      '{ policy: x, path: a, reason: long enough, owner: me, expires: 2026-06-31 }',
      'timestamp/syntax',
    ],
    ['{ policy: x, path: a, reason: long enough, owner: me, expires: soon }', 'timestamp/syntax'],
    ['{ policy: x, path: a, reason: long enough, owner: me }', 'schema/missing-key'],
    ['{ policy: x, path: a, reason: long enough, owner: 7, expires: 2026-06-01 }', 'schema/type'],
    [
      '{ policy: x, path: a, reason: long enough, owner: me, expires: 2026-06-01, until: 1 }',
      'schema/unknown-key',
    ],
    ['x', 'schema/type'],
  ])('leaves a waiver out that can’t be read, and keeps the rest: %s', (waiver, code) => {
    const sound = '{ policy: y, path: b, reason: ten letter, owner: me, expires: 2026-06-01 }';
    const settings = settingsOf(`version: 1\nwaivers:\n  - ${waiver}\n  - ${sound}`);
    expect(settings.waivers).toMatchObject([{ policy: 'y', source: { line: 4 } }]);
    expect(settings.unusableWaivers).toMatchObject([{ code, source: { file: FILE, line: 3 } }]);
  });

  it('leaves all waivers out where they are no list', () => {
    const settings = settingsOf('version: 1\nwaivers: { policy: x }');
    expect(settings.waivers).toEqual([]);
    expect(settings.unusableWaivers).toMatchObject([{ code: 'schema/type', path: 'waivers' }]);
  });

  it('refuses what is no settings at all', () => {
    expect(readSettings(FILE, 'just text').problems).toMatchObject([{ code: 'schema/type' }]);
    expect(readSettings(FILE, '[1, 2]').problems).toMatchObject([{ code: 'schema/type' }]);
    expect(readSettings(FILE, 'version: 2').problems).toMatchObject([
      { code: 'schema/value', path: 'version', source: { line: 1, column: 10 } },
    ]);
    expect(readSettings(FILE, 'gate: {}').problems).toMatchObject([{ code: 'schema/missing-key' }]);
  });
});

describe('checkPeriod', () => {
  const settings = settingsOf(
    'version: 1\nstacks: { sandbox: { period: 60s, floor: 10s, planMaxAge: 20s } }',
  );

  it('takes a period that keeps its stack’s rules', () => {
    expect(checkPeriod(settings, 'production', '14d').value?.text).toBe('336h');
    expect(checkPeriod(settings, 'sandbox', '41s').value?.seconds).toBe(41);
  });

  it.each([
    ['production', '60s', ['settings/period-below-floor', 'settings/period-too-short-for-plans']],
    ['sandbox', '5s', ['settings/period-below-floor', 'settings/period-too-short-for-plans']],
    ['sandbox', '40s', ['settings/period-too-short-for-plans']],
    ['sandbox', '1w', ['duration/syntax']],
  ])('refuses in %s a period of %s', (stack, period, codes) => {
    expect(checkPeriod(settings, stack, period).problems.map(({ code }) => code)).toEqual(codes);
  });
});

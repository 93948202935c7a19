import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import type { PolicyLevel } from '../../lib/files/documents.js';
import { isSamePerson } from '../../lib/files/person.js';
import { LEVELS, levelIn } from '../../lib/files/policy-levels.js';
import { type Settings, stackSettings } from '../../lib/files/settings.js';
import type { EncryptionSpec } from '../../lib/model/encryption.js';
import { POD_SECURITY_PROFILES } from '../../lib/model/pod-security.js';
import { needsReview, settingsChanges } from '../../lib/rules/changes.js';
import { strictest } from '../../lib/rules/strictest.js';
import { settingsWith } from '../support/settings.js';

const duration = fc.integer({ min: 1, max: 1000 }).map(durationOf);
const periods = fc.record({ period: duration, floor: duration, planMaxAge: duration });
const name = fc.constantFrom('bob', 'BOB', 'carl', 'ann', 'ｂob');
const approver = fc.record(
  { id: fc.constantFrom('b@x', 'B@X', 'c@x', 'd@x'), github: name, kubernetesUser: name },
  { requiredKeys: ['id'] },
);
const byPerson = { selector: ({ id }: { id: string }) => id.toLowerCase(), maxLength: 3 };
const waiver = fc.record({
  policy: fc.constantFrom('a', 'b'),
  path: fc.constantFrom('s', 's/p', 's/p/i', 's/pq'),
  reason: fc.constant('because it is so'),
  owner: fc.constantFrom('ann', 'bob'),
  expires: fc.constantFrom('2026-01-01', '2026-06-01', '2027-01-01'),
  source: fc.constant({ file: 'reprieve.yaml' }),
});
const stack = fc.constantFrom('one', 'two', 'three');

const settings: fc.Arbitrary<Settings> = fc
  .record({
    periods,
    stacks: fc.array(fc.tuple(stack, periods), { maxLength: 3 }),
    approvers: fc.uniqueArray(approver, byPerson),
    tolerance: duration,
    approvals: fc.constantFrom('forge' as const, 'file' as const),
    evidence: fc.constantFrom('required' as const, 'optional' as const),
    clock: fc.constantFrom('lease' as const, 'tick' as const),
    pipelines: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
    deleters: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
    definitions: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
    levels: fc.array(
      fc.tuple(
        fc.constantFrom('a', 'b', 'access', 'network'),
        fc.constantFrom<PolicyLevel>(...LEVELS),
      ),
    ),
    podSecurity: fc.option(
      fc.record({
        profile: fc.constantFrom(...POD_SECURITY_PROFILES),
        version: fc.constantFrom('1.25', '1.37'),
      }),
      { nil: undefined },
    ),
    waivers: fc.array(waiver, { maxLength: 4 }),
  })
  .map((it) =>
    settingsWith({
      periods: it.periods,
      stacks: new Map(it.stacks),
      approvers: it.approvers,
      gate: { clockTolerance: it.tolerance, approvals: it.approvals },
      cluster: {
        clock: it.clock,
        pipelines: it.pipelines,
        deleters: it.deleters,
        admins: it.pipelines,
        definitions: it.definitions,
      },
      evidence: it.evidence,
      policies: {
        profiles: [],
        podSecurity: it.podSecurity,
        paths: [],
        levels: new Map(it.levels),
        parameters: new Map(),
      },
      waivers: it.waivers,
    }),
  );

/** What is waived, without who answers for it: that may be either side’s word. */
const shape = (it: Settings) => ({
  ...it,
  waivers: it.waivers.map(({ policy, path, expires }) => `${policy} ${path} ${expires}`),
});

const mayDelete = ({ cluster: { deleters } }: Settings, who: string) =>
  deleters.length === 0 || deleters.includes(who);

describe('the stricter of two rules', () => {
  it('is the same whichever side is which', () => {
    fc.assert(
      fc.property(settings, settings, (a, b) => {
        expect(shape(strictest(a, b))).toEqual(shape(strictest(b, a)));
      }),
    );
  });

  it('is the rule itself where both say the same', () => {
    fc.assert(
      fc.property(settings, (a) => {
        expect(
          settingsChanges(a, strictest(a, a)).filter(({ rule }) => !/^waivers/.test(rule)),
        ).toEqual([]);
        const once = strictest(a, a);
        expect(shape(strictest(once, once))).toEqual(shape(once));
      }),
    );
  });

  it('is never weaker than either', () => {
    fc.assert(
      fc.property(settings, settings, (a, b) => {
        const held = strictest(a, b);
        for (const side of [a, b]) {
          for (const each of ['one', 'two', 'three', 'another']) {
            const [mine, theirs] = [stackSettings(held, each), stackSettings(side, each)];
            expect(mine.floor.seconds).toBeGreaterThanOrEqual(theirs.floor.seconds);
            expect(mine.period.seconds).toBeGreaterThanOrEqual(theirs.period.seconds);
            expect(mine.planMaxAge.seconds).toBeLessThanOrEqual(theirs.planMaxAge.seconds);
          }
          expect(held.gate.clockTolerance.seconds).toBeLessThanOrEqual(
            side.gate.clockTolerance.seconds,
          );
          expect(held.gate.approvals === 'file' && side.gate.approvals === 'forge').toBe(false);
          expect(held.evidence === 'optional' && side.evidence === 'required').toBe(false);
          expect(held.approvers.every((mine) => isNamedBy(mine, side))).toBe(true);
          expect(lowered(held, side)).toEqual([]);
          expect(held.waivers.every((mine) => isWaivedBy(mine, side))).toBe(true);
        }
      }),
    );
  });

  it('is never weaker than either in a cluster', () => {
    fc.assert(
      fc.property(settings, settings, (a, b) => {
        const held = strictest(a, b);
        for (const side of [a, b]) {
          expect(
            held.cluster.pipelines.every((each) => side.cluster.pipelines.includes(each)),
          ).toBe(true);
          for (const who of ['x', 'y', 'z']) {
            expect(mayDelete(held, who) && !mayDelete(side, who)).toBe(false);
          }
          expect(held.cluster.definitions).toEqual(
            expect.arrayContaining([...side.cluster.definitions]),
          );
        }
      }),
    );
  });
});

function isNamedBy({ id, github, kubernetesUser }: Settings['approvers'][number], side: Settings) {
  const same = (one: string | undefined, other: string | undefined) =>
    one === undefined || (other !== undefined && isSamePerson(one, other));
  return side.approvers.some(
    (each) =>
      isSamePerson(each.id, id) &&
      same(github, each.github) &&
      same(kubernetesUser, each.kubernetesUser),
  );
}

/** Policies that count less than on one side, of whatever profile they are. */
function lowered(held: Settings, side: Settings): readonly string[] {
  return ['a', 'b'].flatMap((id) =>
    ['access', 'network', 'own'].filter(
      (category) => level(held, id, category) < level(side, id, category),
    ),
  );
}

function level({ policies }: Settings, id: string, category: string): number {
  return LEVELS.indexOf(levelIn(policies.levels, { id, category }));
}

function isWaivedBy(mine: Settings['waivers'][number], side: Settings): boolean {
  return side.waivers.some(
    ({ policy, path, expires }) =>
      policy === mine.policy &&
      (mine.path === path || mine.path.startsWith(`${path}/`)) &&
      expires >= mine.expires,
  );
}

describe('the changes to the rules', () => {
  const H = (hours: number) => durationOf(hours * 3600);
  const base = settingsWith({
    approvers: [{ id: 'bob@x', github: 'bob' }],
    stacks: new Map([['prod', { period: H(168), floor: H(24), planMaxAge: H(1) }]]),
  });
  const changed = (head: Partial<Settings>, from = base) =>
    settingsChanges(from, settingsWith({ ...from, ...head })).map(
      ({ rule, before, after, direction }) => `${direction} ${rule}: ${before} → ${after}`,
    );

  it('are weaker where a policy leaves its profile’s level', () => {
    const levels = (...entries: readonly (readonly [string, PolicyLevel])[]) => ({
      policies: { ...base.policies, levels: new Map(entries) },
    });
    const of = { ...base, ...levels(['access', 'soft-mandatory']) };
    expect(changed(levels(['access', 'soft-mandatory'], ['a', 'advisory']), of)).toEqual([
      'weaker policies.levels.a: soft-mandatory → advisory',
    ]);
    expect(changed(levels(), of)).toEqual([
      'weaker policies.levels.access: soft-mandatory → advisory',
    ]);
    const own = { ...base, ...levels(['access', 'hard-mandatory'], ['a', 'soft-mandatory']) };
    expect(changed(levels(['access', 'hard-mandatory']), own)).toEqual([
      'weaker policies.levels.a: soft-mandatory → advisory',
    ]);
  });

  it('are none where nothing differs', () => {
    expect(changed({})).toEqual([]);
    expect(changed({ approvers: [{ id: 'Bob@x', github: 'BOB' }] })).toEqual([]);
  });

  it('have the old value, the new one and the direction, for every kind of rule', () => {
    expect(
      changed({
        periods: { period: H(100), floor: H(48), planMaxAge: H(2) },
        gate: { clockTolerance: durationOf(300), approvals: 'file' },
        cluster: {
          clock: 'tick',
          pipelines: ['ci'],
          encryptionAtRest: 'kms',
          deleters: ['carl'],
          admins: ['root'],
          definitions: ['dbs.example.org'],
        },
        policies: {
          profiles: [],
          paths: ['policies'],
          levels: new Map([['a', 'hard-mandatory']]),
          parameters: new Map([['a', { max: 3 }]]),
        },
      }),
    ).toEqual([
      'weaker reclamation.period: 168h → 100h',
      'stricter reclamation.floor: 24h → 48h',
      'weaker reclamation.planMaxAge: 1h → 2h',
      'stricter gate.clockTolerance: 10m → 5m',
      'weaker gate.approvals: forge → file',
      'stricter cluster.clock: lease → tick',
      'neutral cluster.encryptionAtRest: null → kms',
      'weaker cluster.pipelines: null → ci',
      'stricter cluster.deleters: null → carl',
      'weaker cluster.admins: null → root',
      'stricter cluster.definitions: null → dbs.example.org',
      'stricter policies.paths: null → policies',
      'stricter policies.levels.a: advisory → hard-mandatory',
      'weaker policies.parameters.a: null → {"max":3}',
    ]);
  });

  it('see encryption that is given up, and take another key for a rotation', () => {
    const kms = { provider: 'kms', key: 'vault', endpoint: 'unix:///run/kms.sock' } as const;
    const local = (key: string) => ({ provider: 'secretbox', key }) as const;
    expect(changed({ encryption: kms })).toEqual(['stricter encryption: null → kms vault']);
    const between = (from: EncryptionSpec, to: EncryptionSpec) =>
      settingsChanges({ ...base, encryption: from }, { ...base, encryption: to }).map(
        ({ direction }) => direction,
      );
    expect(between(kms, local('a'))).toEqual(['weaker']);
    expect(between(local('a'), { provider: 'identity' })).toEqual(['weaker']);
    expect(between(local('a'), local('b'))).toEqual(['neutral']);
    expect(between(kms, kms)).toEqual([]);
    const sides = [
      { ...base, encryption: local('a') },
      { ...base, encryption: kms },
    ] as const;
    expect(strictest(...sides).encryption).toEqual(kms);
    expect(strictest(sides[1], sides[0]).encryption).toEqual(kms);
  });

  it('see a stack that comes to have, or lose, periods of its own', () => {
    const short = { period: H(3), floor: H(1), planMaxAge: H(1) };
    expect(changed({ stacks: new Map([...base.stacks, ['new', short]]) })).toEqual([
      'weaker stacks.new.period: 168h → 3h',
      'weaker stacks.new.floor: 24h → 1h',
    ]);
    const strict = settingsWith({
      stacks: new Map([['prod', { period: H(400), floor: H(200), planMaxAge: H(1) }]]),
    });
    expect(changed({ stacks: new Map() }, strict)).toEqual([
      'weaker stacks.prod.period: 400h → 168h',
      'weaker stacks.prod.floor: 200h → 24h',
    ]);
  });

  it('are weaker where somebody comes to approve, and where nobody is left to', () => {
    const carl = { id: 'carl@x', github: 'carl' };
    expect(changed({ approvers: [...base.approvers, carl] })).toEqual([
      'weaker approvers: null → carl@x (github: carl)',
    ]);
    expect(changed({ approvers: [{ id: 'bob@x', github: 'mallory' }] })).toEqual([
      'weaker approvers: bob@x (github: bob) → bob@x (github: mallory)',
    ]);
    expect(changed({ approvers: [{ id: 'bob@x' }] })).toEqual([
      'stricter approvers: bob@x (github: bob) → bob@x',
    ]);
    expect(changed({ approvers: [] })).toEqual(['weaker approvers: bob@x (github: bob) → null']);
    const both = settingsWith({ approvers: [...base.approvers, carl] });
    expect(changed({ approvers: base.approvers }, both)).toEqual([
      'stricter approvers: carl@x (github: carl) → null',
    ]);
  });

  it('are weaker where a waiver is new or lasts longer', () => {
    const w = (expires: string) => ({
      policy: 'p',
      path: 's',
      reason: 'as agreed on',
      owner: 'ann',
      expires,
      source: { file: 'reprieve.yaml' },
    });
    const some = settingsWith({ waivers: [w('2026-06-01')] });
    const directions = (waivers: Settings['waivers']) =>
      settingsChanges(some, settingsWith({ waivers })).map(({ direction }) => direction);
    expect(directions([w('2026-07-01')])).toEqual(['weaker']);
    expect(directions([w('2026-05-01')])).toEqual(['stricter']);
    expect(directions([])).toEqual(['stricter']);
    expect(directions([{ ...w('2026-06-01'), owner: 'bob' }])).toEqual(['neutral']);
    expect(directions([w('2026-06-01'), { ...w('2026-02-01'), path: 't' }])).toEqual(['weaker']);
  });

  it('need no review where they name the first approvers, and only there', () => {
    const head = settingsWith({ approvers: [{ id: 'mallory@x', github: 'mallory' }] });
    const [first] = settingsChanges(settingsWith({}), head);
    const [another] = settingsChanges(
      base,
      settingsWith({ ...base, approvers: [...base.approvers, ...head.approvers] }),
    );
    if (first === undefined || another === undefined) throw new Error('no change');
    expect([needsReview(first, settingsWith({})), needsReview(another, base)]).toEqual([
      false,
      true,
    ]);
  });
});

describe('a change of the Pod Security Standards', () => {
  const pods = (profile: 'baseline' | 'restricted', version: string) =>
    settingsWith({
      policies: {
        profiles: [],
        podSecurity: { profile, version },
        paths: [],
        levels: new Map(),
        parameters: new Map(),
      },
    });
  const none = settingsWith({});

  it.each([
    ['stricter', none, pods('baseline', '1.31')],
    ['weaker', pods('baseline', '1.31'), none],
    ['stricter', pods('baseline', '1.31'), pods('restricted', '1.31')],
    ['weaker', pods('restricted', '1.31'), pods('baseline', '1.37')],
    ['weaker', pods('restricted', '1.31'), pods('restricted', '1.30')],
    ['neutral', pods('restricted', '1.31'), pods('restricted', '1.37')],
  ])('is %s', (direction, base, head) => {
    expect(settingsChanges(base, head)).toMatchObject([
      { rule: 'policies.pod-security', direction },
    ]);
  });
});

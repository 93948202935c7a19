import type { Duration } from '../base/duration.js';
import { jsonWithBigInts } from '../base/exact-json.js';
import { compareTexts } from '../base/order.js';
import { parseDate } from '../base/timestamp.js';
import type { PolicyLevel } from '../files/documents.js';
import type { StackPeriods } from '../files/periods.js';
import { type Approver, isSamePerson, namesOf, personKey } from '../files/person.js';
import { higher, highestLevelIn, LEVELS } from '../files/policy-levels.js';
import {
  type PlacedWaiver,
  type PodSecurity,
  type Settings,
  stackSettings,
} from '../files/settings.js';
import type { EncryptionSpec } from '../model/encryption.js';
import { isAtLeastVersion } from '../model/pod-security.js';
import type { RuleChange, RuleDirection } from '../review/review.js';
import { encryptionRank, rankOf } from './strictest.js';

/** Every rule of reprieve.yaml that a change has otherwise than its base, in a fixed order. */
export function settingsChanges(base: Settings, head: Settings): readonly RuleChange[] {
  const stacks = [...new Set([...base.stacks.keys(), ...head.stacks.keys()])].sort(compareTexts);
  return [
    ...periodChanges('reclamation', base.periods, head.periods),
    ...stacks.flatMap((stack) =>
      periodChanges(`stacks.${stack}`, stackSettings(base, stack), stackSettings(head, stack)),
    ),
    ...approverChanges(base.approvers, head.approvers),
    ...durationChange(
      'gate.clockTolerance',
      base.gate.clockTolerance,
      head.gate.clockTolerance,
      -1,
    ),
    ...textChange('gate.approvals', base.gate.approvals, head.gate.approvals, ['file', 'forge']),
    ...clusterChanges(base.cluster, head.cluster),
    ...encryptionChanges(base.encryption, head.encryption),
    ...listChanges('policies.profiles', base.policies.profiles, head.policies.profiles, 'stricter'),
    ...podSecurityChange(base.policies.podSecurity, head.policies.podSecurity),
    ...textChange('evidence', base.evidence, head.evidence, ['optional', 'required']),
    ...listChanges('policies.paths', base.policies.paths, head.policies.paths, 'stricter'),
    ...levelChanges(base, head),
    ...parameterChanges(base, head),
    ...waiverChanges(base.waivers, head.waivers),
  ];
}

/** A newer version allows some of what an older one refuses, and the other way round. */
function podSecurityChange(
  before: PodSecurity | undefined,
  after: PodSecurity | undefined,
): readonly RuleChange[] {
  const [was, is] = [before, after].map(
    (each) => each && `${each.profile}, version ${each.version}`,
  );
  if (was === is) return [];
  const change = { rule: 'policies.pod-security', before: was ?? null, after: is ?? null };
  if (before === undefined || after === undefined)
    return [{ ...change, direction: after === undefined ? 'weaker' : 'stricter' }];
  const ranks = rankOf(after) - rankOf(before);
  const isOlder = !isAtLeastVersion(after.version, before.version);
  if (ranks < 0 || isOlder) return [{ ...change, direction: 'weaker' }];
  return [{ ...change, direction: ranks > 0 ? 'stricter' : 'neutral' }];
}

/** Whether a change of the rules needs the review of an approver. */
export function needsReview({ rule, direction }: RuleChange, base: Settings): boolean {
  // Nobody could review the first approvers. They count once they are merged.
  const isFirst = rule === APPROVERS && base.approvers.length === 0;
  return direction === 'weaker' && !isFirst;
}

const APPROVERS = 'approvers';

/** Whether a change names the first approvers. */
export function namesFirstApprovers(base: Settings, head: Settings): boolean {
  return base.approvers.length === 0 && head.approvers.length > 0;
}

function periodChanges(section: string, base: StackPeriods, head: StackPeriods) {
  return [
    ...durationChange(`${section}.period`, base.period, head.period, 1),
    ...durationChange(`${section}.floor`, base.floor, head.floor, 1),
    ...durationChange(`${section}.planMaxAge`, base.planMaxAge, head.planMaxAge, -1),
  ];
}

/** @param sign - 1 where more is stricter, -1 where less is */
function durationChange(
  rule: string,
  before: Duration,
  after: Duration,
  sign: 1 | -1,
): readonly RuleChange[] {
  if (before.seconds === after.seconds) return [];
  const direction = (after.seconds - before.seconds) * sign > 0 ? 'stricter' : 'weaker';
  return [{ rule, before: before.text, after: after.text, direction }];
}

/** @param order - all that it may be, the weakest first */
function textChange<T extends string>(
  rule: string,
  before: T,
  after: T,
  order: readonly T[],
): readonly RuleChange[] {
  if (before === after) return [];
  const direction = order.indexOf(after) > order.indexOf(before) ? 'stricter' : 'weaker';
  return [{ rule, before, after, direction }];
}

/** @param added - what it means that something is added; the opposite where it is taken away */
function listChanges(
  rule: string,
  before: readonly string[],
  after: readonly string[],
  added: RuleDirection,
): readonly RuleChange[] {
  const removed = added === 'stricter' ? 'weaker' : 'stricter';
  return [
    ...before
      .filter((each) => !after.includes(each))
      .map((each) => ({ rule, before: each, after: null, direction: removed }) as const),
    ...after
      .filter((each) => !before.includes(each))
      .map((each) => ({ rule, before: null, after: each, direction: added }) as const),
  ];
}

/**
 * Whoever comes to be an approver, or gets another account, can approve more. That the last one
 * goes is no stricter: anybody could then name themselves first.
 */
function approverChanges(
  base: readonly Approver[],
  head: readonly Approver[],
): readonly RuleChange[] {
  const gone: RuleDirection = head.length === 0 ? 'weaker' : 'stricter';
  const of = (list: readonly Approver[], id: string) =>
    list.find((each) => isSamePerson(each.id, id));
  const ids = [...base, ...head.filter(({ id }) => of(base, id) === undefined)].map(({ id }) => id);
  return ids.flatMap((id): readonly RuleChange[] => {
    const [before, after] = [of(base, id), of(head, id)];
    const [was, is] = [before, after].map((each) => (each === undefined ? null : inWords(each)));
    if (was === undefined || is === undefined || keysOf(before) === keysOf(after)) return [];
    const direction =
      after === undefined ? gone : hasNewName(before, after) ? 'weaker' : 'stricter';
    return [{ rule: APPROVERS, before: was, after: is, direction }];
  });
}

function hasNewName(before: Approver | undefined, after: Approver): boolean {
  const is = (one: string | undefined, other: string | undefined) =>
    other === undefined || (one !== undefined && isSamePerson(one, other));
  const isKept =
    is(before?.github, after.github) && is(before?.kubernetesUser, after.kubernetesUser);
  return before === undefined || !isKept;
}

function keysOf(approver: Approver | undefined): string {
  const { id, github, kubernetesUser } = approver ?? {};
  return JSON.stringify([id, github, kubernetesUser].map((each) => each && personKey(each)));
}

function inWords(approver: Approver): string {
  const { id, github, kubernetesUser } = approver;
  const others = [
    ...(github === undefined ? [] : [`github: ${github}`]),
    ...(kubernetesUser === undefined ? [] : [`kubernetesUser: ${kubernetesUser}`]),
  ];
  return namesOf(approver).length === 1 ? id : `${id} (${others.join(', ')})`;
}

function clusterChanges(base: Settings['cluster'], head: Settings['cluster']) {
  const [before, after] = [base.encryptionAtRest ?? null, head.encryptionAtRest ?? null];
  return [
    ...textChange('cluster.clock', base.clock, head.clock, ['lease', 'tick']),
    ...(before === after
      ? []
      : [{ rule: 'cluster.encryptionAtRest', before, after, direction: 'neutral' } as const]),
    ...listChanges('cluster.pipelines', base.pipelines, head.pipelines, 'weaker'),
    ...deleterChanges(base.deleters, head.deleters),
    ...listChanges('cluster.admins', base.admins, head.admins, 'weaker'),
    ...listChanges('cluster.definitions', base.definitions, head.definitions, 'stricter'),
  ];
}

/** Another key is a rotation; to go without encryption, or without a service's key, is weaker. */
function encryptionChanges(
  base: EncryptionSpec | undefined,
  head: EncryptionSpec | undefined,
): readonly RuleChange[] {
  const [before, after] = [base, head].map((it) => (it === undefined ? null : encryptionText(it)));
  if (before === undefined || after === undefined || before === after) return [];
  const [was, is] = [encryptionRank(base), encryptionRank(head)];
  const direction = is < was ? 'weaker' : is > was ? 'stricter' : 'neutral';
  return [{ rule: 'encryption', before, after, direction }];
}

function encryptionText({ provider, key, resources = [] }: EncryptionSpec): string {
  return [provider, ...(key === undefined ? [] : [key]), ...[...resources].sort(compareTexts)].join(
    ' ',
  );
}

/** An empty list allows everybody who may delete: the first name is stricter, the last one weaker. */
function deleterChanges(base: readonly string[], head: readonly string[]): readonly RuleChange[] {
  const isAboutAll = base.length === 0 || head.length === 0;
  return listChanges('cluster.deleters', base, head, isAboutAll ? 'stricter' : 'weaker');
}

/** What only the change leaves out counts as little as it may there: its profile isn't known here. */
function levelChanges({ policies: base }: Settings, { policies: head }: Settings) {
  return keys(base.levels, head.levels).flatMap((id) =>
    textChange(
      `policies.levels.${id}`,
      highestLevelIn(base.levels, id),
      head.levels.get(id) ?? 'advisory',
      LEVELS,
    ),
  );
}

/** What other parameters mean, nobody can tell: where the policy stops anything, it may be less. */
function parameterChanges({ policies: base }: Settings, { policies: head }: Settings) {
  return keys(base.parameters, head.parameters).flatMap((id): readonly RuleChange[] => {
    const [before, after] = [base, head].map(({ parameters }) => jsonOf(parameters.get(id)));
    if (before === undefined || after === undefined || before === after) return [];
    const direction = undecided(highestLevelIn(base.levels, id), highestLevelIn(head.levels, id));
    return [{ rule: `policies.parameters.${id}`, before, after, direction }];
  });
}

/** Which way a change of a policy leads that nobody can tell: fail closed, if it stops anything. */
export function undecided(before: PolicyLevel, after: PolicyLevel): RuleDirection {
  return higher(before, after) === 'advisory' ? 'neutral' : 'weaker';
}

function jsonOf(value: Readonly<Record<string, unknown>> | undefined): string | null {
  return value === undefined ? null : jsonWithBigInts(value);
}

function waiverChanges(base: readonly PlacedWaiver[], head: readonly PlacedWaiver[]) {
  const [before, after] = [waiversByKey(base), waiversByKey(head)];
  return keys(before, after).flatMap((key) => waiverChange(before.get(key), after.get(key)));
}

function waiverChange(
  was: PlacedWaiver | undefined,
  is: PlacedWaiver | undefined,
): readonly RuleChange[] {
  const about = is ?? was;
  const [before, after] = [waiverInWords(was), waiverInWords(is)];
  if (about === undefined || before === after) return [];
  return [
    {
      rule: `waivers.${about.policy}.${about.path}`,
      before,
      after,
      direction: towards(endOf(was), endOf(is)),
    },
  ];
}

/** A waiver that lasts longer excepts more. */
function towards(was: number, is: number): RuleDirection {
  if (is > was) return 'weaker';
  return is < was ? 'stricter' : 'neutral';
}

/** Where two are about the same, the one that lasts longer counts. */
function waiversByKey(waivers: readonly PlacedWaiver[]): ReadonlyMap<string, PlacedWaiver> {
  const found = new Map<string, PlacedWaiver>();
  for (const each of waivers) {
    const key = JSON.stringify([each.policy, each.path]);
    const known = found.get(key);
    if (known === undefined || endOf(each) > endOf(known)) found.set(key, each);
  }
  return found;
}

const OVER = 0;

function endOf(waiver: PlacedWaiver | undefined): number {
  return (waiver === undefined ? undefined : parseDate(waiver.expires).value) ?? OVER;
}

function waiverInWords(waiver: PlacedWaiver | undefined): string | null {
  return waiver === undefined ? null : `until ${waiver.expires}, ${waiver.owner}: ${waiver.reason}`;
}

function keys(one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>) {
  return [...new Set([...one.keys(), ...other.keys()])].sort(compareTexts);
}

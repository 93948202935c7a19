import { canonical } from '../base/canonical.js';
import type { Duration } from '../base/duration.js';
import { compareTexts } from '../base/order.js';
import { parseDate } from '../base/timestamp.js';
import type { StackPeriods } from '../files/periods.js';
import { type Approver, isSamePerson } from '../files/person.js';
import { higher, highestLevelIn, type PolicyLevels } from '../files/policy-levels.js';
import {
  type PlacedWaiver,
  type PodSecurity,
  type Settings,
  stackSettings,
} from '../files/settings.js';
import type { EncryptionSpec } from '../model/encryption.js';
import { isAtLeastVersion, POD_SECURITY_PROFILES } from '../model/pod-security.js';

/**
 * The rules that hold where two sides say them, such as a change and its base: of every rule the
 * stricter one. It makes no difference which side is which, and the result is never weaker than
 * either of them.
 */
export function strictest(one: Settings, other: Settings): Settings {
  const stacks = [...new Set([...one.stacks.keys(), ...other.stacks.keys()])].sort(compareTexts);
  return {
    periods: strictestPeriods(one.periods, other.periods),
    stacks: new Map(
      stacks.map((stack) => [
        stack,
        strictestPeriods(stackSettings(one, stack), stackSettings(other, stack)),
      ]),
    ),
    approvers: commonApprovers(one.approvers, other.approvers),
    gate: {
      clockTolerance: shorter(one.gate.clockTolerance, other.gate.clockTolerance),
      approvals:
        one.gate.approvals === 'file' && other.gate.approvals === 'file' ? 'file' : 'forge',
    },
    cluster: strictestCluster(one.cluster, other.cluster),
    ...strictestEncryption(one.encryption, other.encryption),
    evidence:
      one.evidence === 'required' || other.evidence === 'required' ? 'required' : 'optional',
    policies: {
      profiles: united(one.policies.profiles, other.policies.profiles),
      podSecurity: strictestPods(one.policies.podSecurity, other.policies.podSecurity),
      paths: united(one.policies.paths, other.policies.paths),
      levels: strictestLevels(one.policies.levels, other.policies.levels),
      // Each side’s policies are used with its own.
      parameters: new Map(),
    },
    waivers: commonWaivers(one.waivers, other.waivers),
    unusableWaivers: [...one.unusableWaivers, ...other.unusableWaivers],
  };
}

/** The profile that refuses more, in the newer version; each side's policies are used with its own. */
function strictestPods(
  one: PodSecurity | undefined,
  other: PodSecurity | undefined,
): PodSecurity | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return {
    profile: (rankOf(one) >= rankOf(other) ? one : other).profile,
    version: (isAtLeastVersion(one.version, other.version) ? one : other).version,
  };
}

/** The weakest profile first. */
export function rankOf({ profile }: PodSecurity): number {
  return POD_SECURITY_PROFILES.indexOf(profile);
}

/** The longest period and floor, and the youngest plan. */
export function strictestPeriods(one: StackPeriods, other: StackPeriods): StackPeriods {
  return {
    period: longer(one.period, other.period),
    floor: longer(one.floor, other.floor),
    planMaxAge: shorter(one.planMaxAge, other.planMaxAge),
  };
}

/**
 * Who is an approver on both sides, under the same names: an account that only one of them gives is
 * nobody’s.
 */
export function commonApprovers(
  some: readonly Approver[],
  others: readonly Approver[],
): readonly Approver[] {
  return some
    .flatMap((one) => {
      const other = others.find(({ id }) => isSamePerson(id, one.id));
      return other === undefined ? [] : [commonNames(one, other)];
    })
    .sort((a, b) => compareTexts(a.id, b.id));
}

function commonNames(one: Approver, other: Approver): Approver {
  const github = sameName(one.github, other.github);
  const kubernetesUser = sameName(one.kubernetesUser, other.kubernetesUser);
  return {
    id: first(one.id, other.id),
    ...(kubernetesUser === undefined ? {} : { kubernetesUser }),
    ...(github === undefined ? {} : { github }),
  };
}

function sameName(one: string | undefined, other: string | undefined): string | undefined {
  const isSame = one !== undefined && other !== undefined && isSamePerson(one, other);
  return isSame ? first(one, other) : undefined;
}

/** Of two spellings the same one, whichever side it is on. */
function first(one: string, other: string): string {
  return compareTexts(one, other) <= 0 ? one : other;
}

function strictestCluster(
  one: Settings['cluster'],
  other: Settings['cluster'],
): Settings['cluster'] {
  const { encryptionAtRest } = one;
  return {
    clock: one.clock === 'tick' || other.clock === 'tick' ? 'tick' : 'lease',
    ...(encryptionAtRest === undefined || encryptionAtRest !== other.encryptionAtRest
      ? {}
      : { encryptionAtRest }),
    pipelines: common(one.pipelines, other.pipelines),
    deleters: commonDeleters(one.deleters, other.deleters),
    admins: common(one.admins, other.admins),
    definitions: [...new Set([...one.definitions, ...other.definitions])].sort(compareTexts),
  };
}

/** What is declared better: not at all, in plain text, by a key of the API server's, by a service. */
export function encryptionRank(spec: EncryptionSpec | undefined): number {
  if (spec === undefined) return 0;
  return { identity: 0, aesgcm: 1, secretbox: 1, kms: 2 }[spec.provider];
}

/** What both sides declare alike, else the one that protects more. */
function strictestEncryption(
  one: EncryptionSpec | undefined,
  other: EncryptionSpec | undefined,
): Pick<Settings, 'encryption'> {
  const sides = [one, other].flatMap((it) => it ?? []);
  const [first] = sides.sort(
    (a, b) => encryptionRank(b) - encryptionRank(a) || compareTexts(canonical(a), canonical(b)),
  );
  return first === undefined ? {} : { encryption: first };
}

function united(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...some, ...others])].sort(compareTexts);
}

function common(some: readonly string[], others: readonly string[]): readonly string[] {
  return some.filter((each) => others.includes(each)).sort(compareTexts);
}

/** An empty list allows everybody; where two lists share nobody, it is a name that nobody has. */
function commonDeleters(some: readonly string[], others: readonly string[]): readonly string[] {
  if (some.length === 0 || others.length === 0) return [...some, ...others].sort(compareTexts);
  const both = common(some, others);
  return both.length === 0 ? NOBODY : both;
}

const NOBODY = [''];

/** What a side doesn't name may be of any profile there. */
function strictestLevels(one: PolicyLevels, other: PolicyLevels): PolicyLevels {
  const ids = [...new Set([...one.keys(), ...other.keys()])].sort(compareTexts);
  return new Map(ids.map((id) => [id, higher(highestLevelIn(one, id), highestLevelIn(other, id))]));
}

/** What both sides except: the narrower path of two that overlap, until the earlier end. */
function commonWaivers(
  some: readonly PlacedWaiver[],
  others: readonly PlacedWaiver[],
): readonly PlacedWaiver[] {
  const byPolicy = new Map<string, PlacedWaiver[]>();
  for (const each of others) {
    const known = byPolicy.get(each.policy);
    if (known === undefined) byPolicy.set(each.policy, [each]);
    else known.push(each);
  }
  const common = new Map<string, PlacedWaiver>();
  for (const one of some) {
    for (const other of byPolicy.get(one.policy) ?? []) {
      const both = commonWaiver(one, other);
      if (both === undefined) continue;
      const key = JSON.stringify([both.policy, both.path]);
      const known = common.get(key);
      common.set(key, known === undefined || endOf(both) > endOf(known) ? both : known);
    }
  }
  return [...common].sort(([a], [b]) => compareTexts(a, b)).map(([, waiver]) => waiver);
}

function commonWaiver(one: PlacedWaiver, other: PlacedWaiver): PlacedWaiver | undefined {
  const [narrow, wide] = one.path.length >= other.path.length ? [one, other] : [other, one];
  if (narrow.path !== wide.path && !narrow.path.startsWith(`${wide.path}/`)) return undefined;
  const { expires } = endOf(narrow) <= endOf(wide) ? narrow : wide;
  return { ...narrow, expires };
}

/** What has no end that can be read doesn’t hold. */
function endOf({ expires }: PlacedWaiver): number {
  return parseDate(expires).value ?? Number.NEGATIVE_INFINITY;
}

function longer(one: Duration, other: Duration): Duration {
  return one.seconds >= other.seconds ? one : other;
}

function shorter(one: Duration, other: Duration): Duration {
  return one.seconds <= other.seconds ? one : other;
}

import { quoteName } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { plural } from '../base/plural.js';
import { formatSource, type Problem, problemInLine } from '../base/problem.js';
import { SETTINGS_FILE } from '../files/file-names.js';
import type { Settings } from '../files/settings.js';
import type { PolicyDocument } from '../model/policy-document.js';
import type { Policy } from '../policy/policy.js';
import type { Waiver, Waivers } from '../policy/waivers.js';
import { POLICY_UNUSABLE, type Reason } from '../review/review.js';
import { levelOf } from './level.js';

/** Policies that say nothing: those that only met what they leave out, and those that met nothing. */
export type Unmatched = Readonly<Record<'skipped' | 'absent', readonly Policy[]>>;

/** Policies that can't be used, ask for what can't be, or say nothing. */
export function policyNotices(
  unusable: number,
  impossible: readonly Problem[],
  { skipped, absent }: Unmatched,
): readonly Reason[] {
  const what = unusable === 1 ? 'A policy' : 'Several policies';
  const left = `${what} can't be used, so nobody knows what would have been found.`;
  return [
    ...(unusable === 0 ? [] : [notice(POLICY_UNUSABLE, left)]),
    ...impossible.map((each) => notice(each.code, problemInLine(each))),
    ...(absent.length === 0
      ? []
      : [notice('policy-unmatched', `${matched(absent)}: ${byTarget(absent)}.`)]),
    ...(skipped.length === 0
      ? []
      : [
          notice(
            'policy-skipped',
            `${matched(skipped)}, since everything was skipped by \`when\`: ${idsOf(skipped)}.`,
          ),
        ]),
  ];
}

function matched({ length }: readonly Policy[]): string {
  return `${plural(length, 'policy', 'policies')} matched nothing`;
}

/** What isn't there, with the policies that are about it. */
function byTarget(policies: readonly Policy[]): string {
  const groups = new Map<string, Policy[]>();
  for (const policy of policies) {
    const about = aboutOf(policy.document);
    groups.set(about, [...(groups.get(about) ?? []), policy]);
  }
  return [...groups].map(([about, group]) => `no ${about} (${idsOf(group)})`).join('; ');
}

function idsOf(policies: readonly Policy[]): string {
  return [...new Set(policies.map(({ document }) => quoteName(document.id)))].join(', ');
}

/** What waivers could have been needed for. */
export interface LookedAt {
  readonly documents: readonly PolicyDocument[];
  readonly stacks: ReadonlySet<string>;
  /** Whether every policy and file could be used. */
  readonly isWhole: boolean;
}

/** Waivers that waive nothing: those that can't be read, are over, aren't allowed or not needed. */
export function waiverNotices(
  waivers: Waivers,
  settings: Settings,
  { documents, stacks, isWhole }: LookedAt,
): readonly Reason[] {
  const ids = documents.map(({ id }) => id);
  const refused = waivers.needed.filter(
    ({ policy }) => levelOf(settings, policy) === 'hard-mandatory',
  );
  // What couldn't be judged may well need its waiver.
  const unused = isWhole ? waivers.unused : [];
  return [
    ...settings.unusableWaivers.map(unusableWaiver),
    ...waivers.over.map((each) =>
      about(
        each,
        'waiver-over',
        `no longer holds: it expired at ${quoteName(each.expires)}. Remove it, or have it given anew.`,
      ),
    ),
    ...waivers.tooLong.map((each) =>
      about(
        each,
        'waiver-too-long',
        `does not hold: it would until ${quoteName(each.expires)}, and a waiver lasts a year at most. Name an earlier day.`,
      ),
    ),
    ...refused.map((each) =>
      about(
        each,
        'waiver-refused',
        'does not hold: what is hard-mandatory can’t be waived. Remove it.',
      ),
    ),
    ...unused.map((each) =>
      about(
        each,
        'waiver-unused',
        isOfAny(each, stacks)
          ? `was not needed.${unknownId(each.policy, ids)} Remove it.`
          : `was not needed here: nothing of its stack was checked.${unknownId(each.policy, ids)}`,
      ),
    ),
  ];
}

function isOfAny({ path }: Waiver, stacks: ReadonlySet<string>): boolean {
  return [...stacks].some((stack) => path === stack || path.startsWith(`${stack}/`));
}

function unknownId(policy: string, ids: readonly string[]): string {
  return ids.includes(policy) ? '' : ` There is no such policy.${didYouMean(policy, ids)}`;
}

function about({ policy, path }: Waiver, code: string, what: string): Reason {
  return notice(code, `The waiver of ${quoteName(policy)} for ${quoteName(path)} ${what}`);
}

function unusableWaiver({ message, remedy, source }: Problem): Reason {
  const at = quoteName(formatSource(source) ?? SETTINGS_FILE);
  return notice('waiver-unusable', `A waiver at ${at} does not hold: ${message} ${remedy}`);
}

function aboutOf({ target, kinds = [] }: PolicyDocument): string {
  const within = kinds.length === 0 ? '' : ` of ${kinds.map(quoteName).join(', ')}`;
  return `${quoteName(target)}${within}`;
}

function notice(code: string, message: string): Reason {
  return { code, address: '', message, stack: '' };
}

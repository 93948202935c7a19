import { quoteName } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { formatSource, type Problem, problemInLine } from '../base/problem.js';
import { SETTINGS_FILE } from '../files/file-names.js';
import type { Settings } from '../files/settings.js';
import type { PolicyDocument } from '../model/policy-document.js';
import type { Policy } from '../policy/policy.js';
import type { Waiver, Waivers } from '../policy/waivers.js';
import { POLICY_UNUSABLE, type Reason } from '../review/review.js';
import { levelOf } from './level.js';

/** Policies that say nothing: those that can't be used, ask for what can't be, or met nothing. */
export function policyNotices(
  unusable: number,
  impossible: readonly Problem[],
  unmatched: readonly Policy[],
): readonly Reason[] {
  const what = unusable === 1 ? 'A policy' : 'Several policies';
  const left = `${what} can't be used, so nobody knows what would have been found.`;
  return [
    ...(unusable === 0 ? [] : [notice(POLICY_UNUSABLE, left)]),
    ...impossible.map((each) => notice(each.code, problemInLine(each))),
    ...unmatched.map(({ document }) =>
      notice(
        'policy-unmatched',
        `The policy ${quoteName(document.id)} is about ${aboutOf(document)}, and nothing here is that: it says nothing.`,
      ),
    ),
  ];
}

/** Waivers that waive nothing: those that can't be read, are over, aren't allowed or not needed. */
export function waiverNotices(
  waivers: Waivers,
  settings: Settings,
  documents: readonly PolicyDocument[],
): readonly Reason[] {
  const ids = documents.map(({ id }) => id);
  const refused = waivers.needed.filter(
    ({ policy }) => levelOf(settings, policy) === 'hard-mandatory',
  );
  return [
    ...settings.unusableWaivers.map(unusableWaiver),
    ...waivers.over.map((each) =>
      about(
        each,
        'waiver-over',
        `no longer holds: it expired at ${quoteName(each.expires)}. Remove it, or have it given anew.`,
      ),
    ),
    ...refused.map((each) =>
      about(
        each,
        'waiver-refused',
        'does not hold: what is hard-mandatory can’t be waived. Remove it.',
      ),
    ),
    ...waivers.unused.map((each) =>
      about(each, 'waiver-unused', `was not needed.${unknownId(each.policy, ids)} Remove it.`),
    ),
  ];
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

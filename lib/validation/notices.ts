import { quoteName } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { compareTexts } from '../base/order.js';
import { plural } from '../base/plural.js';
import { formatSource, type Problem, problemInLine } from '../base/problem.js';
import { SETTINGS_FILE } from '../files/file-names.js';
import type { Settings } from '../files/settings.js';
import type { PolicyDocument } from '../model/policy-document.js';
import type { Policy } from '../policy/policy.js';
import type { UnseenContainers, UnseenReason } from '../policy/unseen-containers.js';
import type { Waiver, Waivers } from '../policy/waivers.js';
import { POLICY_UNUSABLE, type Reason } from '../review/review.js';
import { withoutIndex } from '../state/address.js';
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

/** What of each reason was not looked into, after how many there are. */
const UNSEEN: Readonly<Record<UnseenReason, string>> = {
  rendered:
    'made of charts or other sources outside of the plan. Check what they render to, such as the output of `helm template`',
  source: 'objects that only name where others come from. Check the manifests that they lead to',
  image:
    'of a custom kind that names an image where no container is known to be. Check the pods that it makes',
  unknown:
    'of a custom kind with parts that are not known before the apply. Check them once they are',
  text: 'of a custom kind with text in which pods may be. Set the fields themselves, or check the text',
  depth: 'nested deeper than pods are looked for',
};

/** More addresses than these are only counted. */
const MOST_ADDRESSES = 5;

/** What may run containers that no policy has seen: one notice for each reason. */
export function unseenNotices(
  byStack: readonly (readonly [stack: string, unseen: UnseenContainers])[],
): readonly Reason[] {
  return Object.entries(UNSEEN).flatMap(([reason, what]) => {
    // A plan and the code that it was made from are the same resources.
    const found = byStack.flatMap(([stack, { all }]) =>
      [...all].flatMap(([each, those]) =>
        each === reason
          ? [...those].map((address): [string, string] => [
              `${stack} ${withoutIndex(address)}`,
              withoutIndex(address),
            ])
          : [],
      ),
    );
    const addresses = [...new Map(found).values()].sort(compareTexts);
    if (addresses.length === 0) return [];
    const more = addresses.length - MOST_ADDRESSES;
    const shown = addresses.slice(0, MOST_ADDRESSES).map(quoteName).join(', ');
    const names = more > 0 ? `${shown} and ${more} more` : shown;
    const count = `${plural(addresses.length, 'resource')} not looked into for containers: ${names}.`;
    return [
      notice(
        'policy-not-looked-into',
        `${count} ${addresses.length === 1 ? 'It is' : 'They are'} ${what}.`,
      ),
    ];
  });
}

/** What only a cluster shows of what is deleted, said once. */
export function clusterNotices(deleted: number): readonly Reason[] {
  if (deleted === 0) return [];
  const subject = deleted === 1 ? 'object that is deleted' : 'objects that are deleted';
  return [
    notice(
      'policy-cluster-not-asked',
      `Uses of ${deleted} ${subject} were looked for in the plan alone: running jobs, mounted claims and endpoints are only in the cluster. \`reprieve reclamation list --cluster\` shows those of what is soft-deleted.`,
    ),
  ];
}

/** Waivers that waive nothing: those that can't be read, are over, aren't allowed or not needed. */
export function waiverNotices(
  waivers: Waivers,
  settings: Settings,
  { documents, stacks, isWhole }: LookedAt,
): readonly Reason[] {
  const ids = documents.map(({ id }) => id);
  const refused = waivers.needed.filter(({ policy }) =>
    documents.some((each) => each.id === policy && levelOf(settings, each) === 'hard-mandatory'),
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

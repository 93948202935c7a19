import { quoteName } from '../base/inert.js';
import { RESOURCES } from '../model/deletion-target.js';
import { KINDS } from '../model/kinds.js';
import { ITEM_KINDS } from '../model/specification.js';
import type { Reason, RequestNote, Review } from '../review/review.js';
import { Groups } from './groups.js';
import { timeInWords } from './words.js';

/** Who asked and approved, in a few words. */
export function askedInWords({ requestedBy, approvedBy, approvedUntil }: RequestNote): string {
  const until = approvedUntil === undefined ? '' : ` until ${timeInWords(approvedUntil)}`;
  const approved = approvedBy === undefined ? '' : `, approved by ${quoteName(approvedBy)}${until}`;
  return `requested by ${quoteName(requestedBy)}${approved}`;
}

/** A target, and what it is: `project`, `job template`, … */
export function targetInWords(
  named: { readonly stack: string; readonly target: string },
  groups: Groups,
): string {
  const [, kind] = named.target.split('/');
  const what = kind === undefined ? groups.subjectOf(named) : titleOfKind(kind);
  return [...(what === undefined ? [] : [what]), quoteName(named.target)].join(' ');
}

function titleOfKind(kind: string): string | undefined {
  if (kind === RESOURCES) return 'resource';
  return ITEM_KINDS.filter((each) => each === kind).map((each) => KINDS[each].title)[0];
}

/** The requests as notices, for formats that have no place of their own for them. */
export function requestNotices({
  requests = [],
  groups: all,
}: Pick<Review, 'requests' | 'groups'>): readonly Reason[] {
  const groups = new Groups({ groups: all });
  return requests.map((each) => {
    const what = each.mode === 'hard' ? 'Hard deletion' : 'Soft deletion';
    const why = each.reason === undefined ? '' : `: ${quoteName(each.reason)}`;
    return {
      code: 'deletion-request',
      address: '',
      stack: each.stack,
      message: `${what} of ${targetInWords(each, groups)}, ${askedInWords(each)}${why}.`,
    };
  });
}

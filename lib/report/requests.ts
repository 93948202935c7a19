import { quoteName } from '../base/inert.js';
import { goesWith } from '../model/deletion-target.js';
import type { Deletion, Reason, RequestNote, Review } from '../review/review.js';
import { timeInWords } from './words.js';

/** Everything that one request ends at once, for good: for people it is one thing. */
export interface HardDeletion {
  readonly stack: string;
  readonly target: string;
  readonly request: RequestNote;
  readonly deletions: readonly Deletion[];
}

/** What ends, with the objects of each hard deletion put together. */
export interface Folded {
  readonly hard: readonly HardDeletion[];
  readonly others: readonly Deletion[];
}

export function foldedDeletions({
  deletions,
  requests = [],
}: Pick<Review, 'deletions' | 'requests'>): Folded {
  const byRequest = new Map<RequestNote, Deletion[]>();
  const others: Deletion[] = [];
  const asked = requests.filter(({ mode }) => mode === 'hard');
  for (const each of deletions) {
    const request = each.kind === 'hard-delete' ? requestOf(each, asked) : undefined;
    if (request === undefined) others.push(each);
    else byRequest.set(request, [...(byRequest.get(request) ?? []), each]);
  }
  const hard = [...byRequest].map(([request, own]) => {
    const { stack, target } = request;
    return { stack, target, request, deletions: own };
  });
  return { hard, others };
}

/** The request by which a target goes: its own, else that of the whole. */
export function requestOf(
  { stack, target }: { readonly stack: string; readonly target: string | null },
  requests: readonly RequestNote[],
): RequestNote | undefined {
  if (target === null) return undefined;
  const own = requests.filter((each) => each.stack === stack);
  return (
    own.find((each) => each.target === target) ?? own.find((each) => goesWith(each.target, target))
  );
}

/** Who asked and approved, in a few words. */
export function askedInWords({ requestedBy, approvedBy, approvedUntil }: RequestNote): string {
  const until = approvedUntil === undefined ? '' : ` until ${timeInWords(approvedUntil)}`;
  const approved = approvedBy === undefined ? '' : `, approved by ${quoteName(approvedBy)}${until}`;
  return `requested by ${quoteName(requestedBy)}${approved}`;
}

/** A target, and what it is where it is a whole project. */
export function targetInWords(target: string): string {
  return target.includes('/') ? quoteName(target) : `project ${quoteName(target)}`;
}

/** The requests as notices, for formats that have no place of their own for them. */
export function requestNotices({ requests = [] }: Pick<Review, 'requests'>): readonly Reason[] {
  return requests.map((each) => {
    const what = each.mode === 'hard' ? 'Hard deletion' : 'Soft deletion';
    const why = each.reason === undefined ? '' : `: ${quoteName(each.reason)}`;
    return {
      code: 'deletion-request',
      address: '',
      stack: each.stack,
      message: `${what} of ${targetInWords(each.target)}, ${askedInWords(each)}${why}.`,
    };
  });
}

import { quoteName } from '../base/inert.js';
import { lineage, RESOURCES } from '../model/deletion-target.js';
import { KINDS } from '../model/kinds.js';
import { ITEM_KINDS } from '../model/specification.js';
import type { Deletion, Reason, RequestNote, Review } from '../review/review.js';
import { Groups } from './groups.js';
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
  const asked = new Requests(requests.filter(({ mode }) => mode === 'hard'));
  for (const each of deletions) {
    const request = each.kind === 'hard-delete' ? asked.of(each) : undefined;
    const known = request === undefined ? others : byRequest.get(request);
    if (known !== undefined) known.push(each);
    else if (request !== undefined) byRequest.set(request, [each]);
  }
  const hard = [...byRequest].map(([request, own]) => {
    const { stack, target } = request;
    return { stack, target, request, deletions: own };
  });
  return { hard, others };
}

/** Finds who asked for what. */
export class Requests {
  private readonly byTarget = new Map<string, RequestNote>();

  constructor(requests: readonly RequestNote[] = []) {
    for (const each of requests) {
      const key = keyOf(each.stack, each.target);
      if (!this.byTarget.has(key)) this.byTarget.set(key, each);
    }
  }

  /** The request by which a target goes: its own, else that of the whole. */
  of({ stack, target }: Named): RequestNote | undefined {
    const all = target === null ? [] : lineage(target);
    return all
      .map((each) => this.byTarget.get(keyOf(stack, each)))
      .find((each) => each !== undefined);
  }
}

interface Named {
  readonly stack: string;
  readonly target: string | null;
}

function keyOf(stack: string, target: string): string {
  return JSON.stringify([stack, target]);
}

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

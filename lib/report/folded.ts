import { lineage } from '../model/deletion-target.js';
import type { Deletion, RequestNote, Review } from '../review/review.js';

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

import { type DeletionRequest, isFor } from '../../files/deletions.js';
import { isSamePerson } from '../../files/person.js';
import { deletionsIn } from '../../files/user-files.js';
import type { RequestNote, Review } from '../../review/review.js';
import type { ReviewProject } from './context.js';

/**
 * Says with each deletion who asked for it and why, as deletions.yaml has it. It only tells: what is
 * judged stands in the plan.
 */
export function withRequests(review: Review, { folder, settings }: ReviewProject): Review {
  const read =
    folder === undefined
      ? undefined
      : deletionsIn(folder, settings, { allowUnapproved: true }).value;
  const asked = read ?? [];
  const hard = (review.requests ?? []).map((note) => withReason(note, asked));
  const told = new Set(hard.map(({ stack, target }) => JSON.stringify([stack, target])));
  const soft = review.reclamations
    .filter(({ kind }) => kind === 'soft-delete' || kind === 'pending')
    .filter(({ stack, target }) => !told.has(JSON.stringify([stack, target])))
    .flatMap(({ stack, target }) => softNote(stack, target, asked));
  const requests = [...hard, ...soft];
  return requests.length === 0 ? review : { ...review, requests };
}

/** The reason of the very request that the plan has. */
function withReason(note: RequestNote, asked: readonly DeletionRequest[]): RequestNote {
  const request = asked.find(
    (each) =>
      each.mode === 'hard' &&
      each.target === note.target &&
      isFor(each, note.stack) &&
      isSamePerson(each.requestedBy, note.requestedBy),
  );
  return request === undefined ? note : { ...note, reason: request.reason };
}

function softNote(
  stack: string,
  target: string,
  asked: readonly DeletionRequest[],
): readonly RequestNote[] {
  const request = asked.find((each) => each.target === target && isFor(each, stack));
  if (request === undefined) return [];
  const { requestedBy, reason } = request;
  return [{ stack, target, mode: 'soft', requestedBy, reason }];
}

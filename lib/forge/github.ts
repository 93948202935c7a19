import { isRecord } from '../base/guards.js';
import type { ApprovingReview } from '../gate/context.js';
import { type Forge, pages, request } from './http.js';
import { markerOf } from './marker.js';

/** The pull request that a workflow runs for. */
export interface PullRequest {
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
  readonly author: string;
  /** The newest commit. */
  readonly head: string;
}

/** Reaches GitHub's REST API. */
export function github(base: string, token: string, retryDelay?: number): Forge {
  return {
    base: base.replace(/\/+$/, ''),
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
    },
    ...(retryDelay === undefined ? {} : { retryDelay }),
  };
}

/** Reads the event of a workflow; undefined where it is about no pull request. */
export function pullRequestOf(event: unknown, repository: string): PullRequest | undefined {
  return pullRequestIn(isRecord(event) ? event['pull_request'] : undefined, repository);
}

/** Reads a pull request as GitHub writes it, in events as in answers. */
export function pullRequestIn(pull: unknown, repository: string): PullRequest | undefined {
  if (!isRecord(pull)) return undefined;
  const { number, user, head } = pull;
  const author = loginOf(user);
  const sha = isRecord(head) ? head['sha'] : undefined;
  const isSound =
    typeof number === 'number' &&
    Number.isSafeInteger(number) &&
    typeof sha === 'string' &&
    author !== undefined &&
    /^[\w.-]+\/[\w.-]+$/.test(repository);
  return isSound ? { repository, number, author, head: sha } : undefined;
}

/**
 * Who approves of the newest commit of a pull request: the last word of each reviewer counts, and
 * neither the author's nor a bot's.
 *
 * @see https://docs.github.com/en/rest/pulls/reviews
 */
export async function approvingReviews(
  forge: Forge,
  pull: PullRequest,
): Promise<readonly ApprovingReview[]> {
  const path = `/repos/${pull.repository}/pulls/${pull.number}/reviews?per_page=100`;
  const last = new Map<string, ApprovingReview | undefined>();
  for (const review of await pages(forge, path)) {
    const said = readReview(review, pull);
    if (said !== undefined) last.set(said.by, said.approves ? { by: said.by } : undefined);
  }
  return [...last.values()].filter((review) => review !== undefined);
}

function readReview(review: unknown, pull: PullRequest) {
  if (!isRecord(review)) return undefined;
  const { user, state, commit_id: commit } = review;
  const by = loginOf(user);
  const isPerson = isRecord(user) && user['type'] === 'User';
  const isWord = state === 'APPROVED' || state === 'CHANGES_REQUESTED' || state === 'DISMISSED';
  if (by === undefined || !isPerson || !isWord) return undefined;
  const isOther = by.toLowerCase() !== pull.author.toLowerCase();
  const approves = state === 'APPROVED' && commit === pull.head && isOther;
  return { by, approves };
}

/**
 * Writes the review as a comment, in place of the one from before. A comment of somebody else is
 * never touched, whatever its first line says.
 *
 * @see https://docs.github.com/en/rest/issues/comments
 */
export async function writeComment(
  forge: Forge,
  pull: PullRequest,
  { key, author, body }: { readonly key: string; readonly author: string; readonly body: string },
): Promise<'created' | 'updated'> {
  const marker = markerOf(key);
  const text = `${marker}\n${body}`;
  const list = `/repos/${pull.repository}/issues/${pull.number}/comments`;
  const ours = (await pages(forge, `${list}?per_page=100`)).find(
    (comment) => isRecord(comment) && isOurs(comment, marker, author),
  );
  if (!isRecord(ours)) {
    await request(forge, 'POST', list, { body: text });
    return 'created';
  }
  await request(forge, 'PATCH', `/repos/${pull.repository}/issues/comments/${Number(ours['id'])}`, {
    body: text,
  });
  return 'updated';
}

function isOurs(
  comment: Readonly<Record<string, unknown>>,
  marker: string,
  author: string,
): boolean {
  const { body, user, id } = comment;
  const isMarked = typeof body === 'string' && body.split(/\r?\n/)[0] === marker;
  return isMarked && Number.isSafeInteger(id) && loginOf(user) === author;
}

function loginOf(user: unknown): string | undefined {
  const login = isRecord(user) ? user['login'] : undefined;
  return typeof login === 'string' && login !== '' ? login : undefined;
}

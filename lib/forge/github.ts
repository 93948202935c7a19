import { isRecord } from '../base/guards.js';
import { type Approver, isSamePerson } from '../files/person.js';
import type { ForgeAnswer } from '../gate/context.js';
import { approverWithAccount, discounted, namesFor, together } from './answer.js';
import { type Forge, ForgeError, pages, request } from './http.js';
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

/** Whether a text is `owner/name`: it becomes a part of addresses. */
export function isRepository(text: string): boolean {
  return /^[\w.-]+\/[\w.-]+$/.test(text);
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
    isRepository(repository);
  return isSound ? { repository, number, author, head: sha } : undefined;
}

/**
 * The pull requests that brought a commit, or whose newest commit it is: for events that are about no
 * pull request, such as a push.
 *
 * @see https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit
 */
export async function pullRequestsOf(
  forge: Forge,
  repository: string,
  commit: string,
): Promise<readonly PullRequest[]> {
  const path = `/repos/${repository}/commits/${commit}/pulls?per_page=100`;
  return (await pages(forge, path)).flatMap((pull) => {
    const read = pullRequestOf({ pull_request: pull }, repository);
    if (read === undefined || !isRecord(pull)) return [];
    const isMerged = typeof pull['merged_at'] === 'string' && pull['merge_commit_sha'] === commit;
    return isMerged || read.head === commit ? [read] : [];
  });
}

/**
 * Who approves of the newest commit of a pull request. An approval counts from an account that the
 * base names, with write permission, that has neither opened the pull request nor made a commit of
 * it; the last word of each reviewer counts.
 *
 * @see https://docs.github.com/en/rest/pulls/reviews
 */
export async function approvingReviews(
  forge: Forge,
  pull: PullRequest,
  approvers: readonly Approver[],
): Promise<ForgeAnswer> {
  const path = `/repos/${pull.repository}/pulls/${pull.number}`;
  const given = await lastWords(forge, `${path}/reviews?per_page=100`);
  const named = given.filter(({ by }) => approverWithAccount(approvers, by) !== undefined);
  const others = given
    .filter((each) => !named.includes(each))
    .map(({ by }) => discounted(by, 'the base does not name that account as an approver’s'));
  if (named.length === 0) return { approvals: [], notes: others };
  const now = pullRequestOf(
    { pull_request: (await request(forge, 'GET', path)).json },
    pull.repository,
  );
  if (now?.head !== pull.head) return { approvals: [], notes: [...others, NEWER_COMMIT] };
  const commits = await pages(forge, `${path}/commits?per_page=100`);
  if (commits.length >= MOST_COMMITS) return { approvals: [], notes: [...others, TOO_MANY] };
  const people = [now.author, pull.author, ...commits.flatMap(peopleOf)];
  const answers: ForgeAnswer[] = [{ approvals: [], notes: others }];
  for (const review of named) {
    const why =
      whyNot(review, pull, people, approvers) ??
      (await whyMayNot(forge, pull.repository, review.by));
    answers.push(
      why === undefined
        ? { approvals: [{ by: review.by }], notes: [] }
        : { approvals: [], notes: [discounted(review.by, why)] },
    );
  }
  return together(answers);
}

/** GitHub lists no more commits of a pull request. */
const MOST_COMMITS = 250;

const NEWER_COMMIT =
  'No approval counts: the pull request has another newest commit by now than the one under review. Run the review again.';
const TOO_MANY = `No approval counts: the pull request has ${MOST_COMMITS} commits or more, so the forge does not say who made them all.`;

/** An approving word, and the commit that it is about. */
interface Word {
  readonly by: string;
  readonly commit: unknown;
}

/** Of each person the last word, where it approves. */
async function lastWords(forge: Forge, path: string): Promise<readonly Word[]> {
  const last = new Map<string, Word | undefined>();
  for (const review of await pages(forge, path)) {
    if (!isRecord(review)) continue;
    const { user, state, commit_id: commit } = review;
    const by = loginOf(user);
    const isPerson = isRecord(user) && user['type'] === 'User';
    const isWord = state === 'APPROVED' || state === 'CHANGES_REQUESTED' || state === 'DISMISSED';
    if (by === undefined || !isPerson || !isWord) continue;
    last.set(by.toLowerCase(), state === 'APPROVED' ? { by, commit } : undefined);
  }
  return [...last.values()].filter((word) => word !== undefined);
}

function whyNot(
  { by, commit }: Word,
  { head }: PullRequest,
  people: readonly string[],
  approvers: readonly Approver[],
): string | undefined {
  if (commit !== head) return 'it is of an earlier commit';
  const own = namesFor(by, approvers);
  const isOwnWork = people.some((person) => own.some((name) => isSamePerson(name, person)));
  return isOwnWork ? 'they have opened the pull request, or made a commit of it' : undefined;
}

/** @see https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
async function whyMayNot(
  forge: Forge,
  repository: string,
  login: string,
): Promise<string | undefined> {
  const path = `/repos/${repository}/collaborators/${encodeURIComponent(login)}/permission`;
  try {
    const { json } = await request(forge, 'GET', path);
    const permission = isRecord(json) ? json['permission'] : undefined;
    if (permission === 'admin' || permission === 'write') return undefined;
  } catch (error) {
    // Whoever is no collaborator has no permission; any other answer is none.
    if (!ForgeError.isForgeError(error) || error.status !== 404) throw error;
  }
  return 'that account has no write permission';
}

/** Everyone who made a commit, by every name that the forge and git give. */
function peopleOf(commit: unknown): readonly string[] {
  if (!isRecord(commit)) return [];
  const git = isRecord(commit['commit']) ? commit['commit'] : {};
  const signatures = [git['author'], git['committer']].filter(isRecord);
  return [
    loginOf(commit['author']),
    loginOf(commit['committer']),
    ...signatures.flatMap(({ name, email }) => [name, email, accountIn(email)]),
  ].filter((each): each is string => typeof each === 'string' && each !== '');
}

/** The account in an address that GitHub gives its users: `12+bob@users.noreply.github.com`. */
function accountIn(email: unknown): string | undefined {
  return typeof email === 'string'
    ? /^(?:\d+\+)?([^@+]+)@users\.noreply\./i.exec(email)?.[1]
    : undefined;
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

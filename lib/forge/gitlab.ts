import { isRecord } from '../base/guards.js';
import { type Approver, isSamePerson } from '../files/person.js';
import type { ForgeAnswer } from '../gate/context.js';
import { approverWithAccount, discounted, namesFor, together } from './answer.js';
import { type Forge, ForgeError, pages, request } from './http.js';
import { markerOf } from './marker.js';

/** The merge request that a pipeline runs for. */
export interface MergeRequest {
  /** The project's id, a number. */
  readonly project: string;
  /** The request's number in its project. */
  readonly iid: string;
}

/** Reaches GitLab's REST API by an access token; a job's own token can't write notes. */
export function gitlab(base: string, token: string, retryDelay?: number): Forge {
  return {
    base: base.replace(/\/+$/, ''),
    headers: { 'private-token': token },
    ...(retryDelay === undefined ? {} : { retryDelay }),
  };
}

/**
 * The merge requests that brought a commit, or whose newest commit it is.
 *
 * @see https://docs.gitlab.com/api/commits/#list-merge-requests-associated-with-a-commit
 */
export async function mergeRequestsOf(
  forge: Forge,
  project: string,
  commit: string,
): Promise<readonly MergeRequest[]> {
  const path = `/projects/${project}/repository/commits/${commit}/merge_requests?per_page=100`;
  return (await pages(forge, path)).flatMap((merge) => {
    if (!isRecord(merge) || !Number.isSafeInteger(merge['iid'])) return [];
    const { merge_commit_sha: merged, squash_commit_sha: squashed, sha, iid, state } = merge;
    const isMerged = state === 'merged' && (merged === commit || squashed === commit);
    return isMerged || sha === commit ? [{ project, iid: String(iid) }] : [];
  });
}

/**
 * Who approves of a merge request. GitLab says neither of which commit an approval is nor which
 * accounts have made commits, so approvals count only where the project takes them back on every
 * push, and keeps those from approving who have added commits.
 *
 * @param commit - the newest commit, where it is known
 * @see https://docs.gitlab.com/api/merge_request_approvals/
 */
export async function approvals(
  forge: Forge,
  { project, iid }: MergeRequest,
  approvers: readonly Approver[],
  commit?: string,
): Promise<ForgeAnswer> {
  const rules = await request(forge, 'GET', `/projects/${project}/approvals`);
  const { reset_approvals_on_push: isReset, merge_requests_disable_committers_approval: isStrict } =
    isRecord(rules.json) ? rules.json : {};
  if (isReset !== true) return { approvals: [], notes: [NOT_RESET] };
  if (isStrict !== true) return { approvals: [], notes: [COMMITTERS] };
  const path = `/projects/${project}/merge_requests/${iid}`;
  const merge = await request(forge, 'GET', path);
  const {
    author,
    sha,
    merge_commit_sha: merged,
    squash_commit_sha: squashed,
  } = isRecord(merge.json) ? merge.json : {};
  if (commit !== undefined && ![sha, merged, squashed].includes(commit)) {
    return { approvals: [], notes: [NEWER_COMMIT] };
  }
  const given = await request(forge, 'GET', `${path}/approvals`);
  const list = isRecord(given.json) ? given.json['approved_by'] : undefined;
  const users = (Array.isArray(list) ? list : [])
    .map((entry) => (isRecord(entry) ? entry['user'] : undefined))
    .filter(isRecord);
  const commits = users.length === 0 ? [] : await pages(forge, `${path}/commits?per_page=100`);
  const people = [nameOf(author), ...commits.flatMap(peopleOf)];
  const answers: ForgeAnswer[] = [];
  for (const user of users) {
    const by = nameOf(user);
    if (by === undefined) continue;
    const why = await whyNot(forge, project, { ...user, by }, people, approvers);
    answers.push(
      why === undefined
        ? { approvals: [{ by }], notes: [] }
        : { approvals: [], notes: [discounted(by, why)] },
    );
  }
  return together(answers);
}

const NOT_RESET =
  'No approval counts: the project keeps approvals on a push, so they may be of another commit. Set “Remove all approvals when commits are added”.';
const COMMITTERS =
  'No approval counts: the project lets those approve who have added commits. Set “Prevent approvals by users who add commits”.';
const NEWER_COMMIT =
  'No approval counts: the merge request has another newest commit by now than the one under review. Run the review again.';

/** From this level on (Developer), a member can push. */
const DEVELOPER = 30;

async function whyNot(
  forge: Forge,
  project: string,
  { by, id }: Readonly<Record<string, unknown>> & { readonly by: string },
  people: readonly (string | undefined)[],
  approvers: readonly Approver[],
): Promise<string | undefined> {
  if (approverWithAccount(approvers, by) === undefined) {
    return 'the base does not name that account as an approver’s';
  }
  const own = namesFor(by, approvers);
  const isOwnWork = people.some((person) =>
    own.some((name) => person !== undefined && isSamePerson(name, person)),
  );
  if (isOwnWork) return 'they have opened the merge request, or made a commit of it';
  return (await isMember(forge, project, id)) ? undefined : 'that account has no write permission';
}

/** @see https://docs.gitlab.com/api/project_members/ */
async function isMember(forge: Forge, project: string, id: unknown): Promise<boolean> {
  if (!Number.isSafeInteger(id)) return false;
  try {
    const { json } = await request(forge, 'GET', `/projects/${project}/members/all/${Number(id)}`);
    const { access_level: level, state } = isRecord(json) ? json : {};
    return typeof level === 'number' && level >= DEVELOPER && (state ?? 'active') === 'active';
  } catch (error) {
    if (!ForgeError.isForgeError(error) || error.status !== 404) throw error;
    return false;
  }
}

/** Whoever made a commit, as git knows them. */
function peopleOf(commit: unknown): readonly string[] {
  if (!isRecord(commit)) return [];
  const { author_name, author_email, committer_name, committer_email } = commit;
  return [author_name, author_email, committer_name, committer_email]
    .flatMap((each) => (typeof each === 'string' ? [each, accountIn(each)] : []))
    .filter((each) => each !== undefined && each !== '')
    .map(String);
}

/** The account in an address that GitLab gives its users: `12-bob@users.noreply.gitlab.com`. */
function accountIn(email: string): string | undefined {
  return /^(?:\d+-)?([^@]+)@users\.noreply\./i.exec(email)?.[1];
}

/**
 * Writes the review as a note, in place of the one from before, if that was ours.
 *
 * @see https://docs.gitlab.com/api/notes/
 */
export async function writeNote(
  forge: Forge,
  { project, iid }: MergeRequest,
  { key, body }: { readonly key: string; readonly body: string },
): Promise<'created' | 'updated'> {
  const me = await request(forge, 'GET', '/user');
  const id = isRecord(me.json) ? me.json['id'] : undefined;
  const marker = markerOf(key);
  const list = `/projects/${project}/merge_requests/${iid}/notes`;
  const ours = (await pages(forge, `${list}?per_page=100`)).find(
    (note) =>
      isRecord(note) &&
      isRecord(note['author']) &&
      note['author']['id'] === id &&
      Number.isSafeInteger(note['id']) &&
      String(note['body']).split(/\r?\n/)[0] === marker,
  );
  const text = { body: `${marker}\n${body}` };
  if (!isRecord(ours)) {
    await request(forge, 'POST', list, text);
    return 'created';
  }
  await request(forge, 'PUT', `${list}/${Number(ours['id'])}`, text);
  return 'updated';
}

function nameOf(user: unknown): string | undefined {
  const name = isRecord(user) ? user['username'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

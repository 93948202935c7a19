import { isRecord } from '../base/guards.js';
import type { ApprovingReview } from '../gate/context.js';
import { type Forge, pages, request } from './http.js';
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
 * Who approves of a merge request. GitLab doesn't say of which commit, so approvals count only
 * where the project takes them back on every push; otherwise `undefined`.
 *
 * @see https://docs.gitlab.com/api/merge_request_approvals/
 */
export async function approvals(
  forge: Forge,
  { project, iid }: MergeRequest,
): Promise<readonly ApprovingReview[] | undefined> {
  const rules = await request(forge, 'GET', `/projects/${project}/approvals`);
  const isReset = isRecord(rules.json) && rules.json['reset_approvals_on_push'] === true;
  if (!isReset) return undefined;
  const merge = await request(forge, 'GET', `/projects/${project}/merge_requests/${iid}`);
  const given = await request(forge, 'GET', `/projects/${project}/merge_requests/${iid}/approvals`);
  const author = isRecord(merge.json) ? nameOf(merge.json['author']) : undefined;
  const list = isRecord(given.json) ? given.json['approved_by'] : undefined;
  return (Array.isArray(list) ? list : [])
    .map((entry) => (isRecord(entry) ? nameOf(entry['user']) : undefined))
    .filter((by) => by !== undefined)
    .filter((by) => author !== undefined && by !== author)
    .map((by) => ({ by }));
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

import { escapeInvisible, quoteName } from '../../base/inert.js';
import { together } from '../../forge/answer.js';
import {
  approvingReviews,
  github,
  isRepository,
  type PullRequest,
  pullRequestOf,
  pullRequestsOf,
} from '../../forge/github.js';
import { isWorkflowRun } from '../../forge/github-run.js';
import { approvals, gitlab, type MergeRequest, mergeRequestsOf } from '../../forge/gitlab.js';
import { type Forge, ForgeError } from '../../forge/http.js';
import { commitOf } from '../../forge/run.js';
import type { ForgeAnswer } from '../../gate/context.js';
import { type Io, say } from '../terminal/io.js';
import { changeOf } from './change-of-run.js';
import { eventOf } from './event.js';
import type { AskForge } from './review.js';

/** A forge, the changes there that a run is about, and how it is asked who approves of them. */
export interface AtForge<T> extends Changes<T> {
  readonly forge: Forge;
  readonly ask: AskForge;
}

/** GitHub, from a workflow. */
export async function atGithub(io: Io): Promise<AtForge<PullRequest>> {
  const { GITHUB_API_URL = 'https://api.github.com', GITHUB_TOKEN = '' } = io.env;
  const forge = github(GITHUB_API_URL, GITHUB_TOKEN, delayOf(io));
  const pulls = await pullsOf(io, forge);
  const ask: AskForge = (approvers) =>
    answered(io, pulls, (pull) => approvingReviews(forge, pull, approvers));
  return { ...pulls, forge, ask };
}

/** GitLab, from a pipeline. */
export async function atGitlab(io: Io): Promise<AtForge<MergeRequest>> {
  const { CI_API_V4_URL = 'http://localhost', REPRIEVE_GITLAB_TOKEN = '' } = io.env;
  const forge = gitlab(CI_API_V4_URL, REPRIEVE_GITLAB_TOKEN, delayOf(io));
  const merges = await mergesOf(io, forge, mergeRequestOf(io));
  const ask: AskForge = (approvers) =>
    answered(io, merges, (each) => approvals(forge, each, approvers, commitIn(io)));
  return { ...merges, forge, ask };
}

/** The forge that this runs at, if it runs at one. */
export async function askHere(io: Io): Promise<AskForge | undefined> {
  if (io.env['GITHUB_ACTIONS'] === 'true') return (await atGithub(io)).ask;
  return io.env['GITLAB_CI'] === 'true' ? (await atGitlab(io)).ask : undefined;
}

/** The changes at a forge whose reviews count. */
interface Changes<T> {
  readonly changes: readonly T[];
  /** Whether it is one that wants to get in, where a comment can be written. */
  readonly open: boolean;
  /** Why none was found. */
  readonly note?: string;
}

/** The changes by which a commit came, for events that are about none. */
async function changesOf<T>(
  io: Io,
  commit: string,
  find: () => Promise<readonly T[]>,
): Promise<Changes<T>> {
  try {
    const changes = await find();
    const note = `The forge knows no reviewed change by which the commit ${quoteName(commit)} came.`;
    return { changes, open: false, ...(changes.length === 0 ? { note } : {}) };
  } catch (error) {
    return { changes: [], open: false, note: unanswered(io, error) };
  }
}

/** Everything that the forge says of several changes. Where it can't be asked, nothing is approved. */
async function answered<T>(
  io: Io,
  { changes, note }: Changes<T>,
  ask: (change: T) => Promise<ForgeAnswer>,
): Promise<ForgeAnswer> {
  try {
    const answers = await Promise.all(changes.map(ask));
    return together([{ approvals: [], notes: note === undefined ? [] : [note] }, ...answers]);
  } catch (error) {
    return { approvals: [], notes: [unanswered(io, error)] };
  }
}

function unanswered(io: Io, error: unknown): string {
  if (!ForgeError.isForgeError(error)) throw error;
  say(io, `warning: ${escapeInvisible(error.message)}`);
  return `No approval counts, since the forge did not answer: ${quoteName(error.message)}.`;
}

/** The pull request that the event is about, or else those by which its commit came. */
async function pullsOf(io: Io, forge: Forge): Promise<Changes<PullRequest>> {
  const event = eventOf(io);
  const repository = io.env['GITHUB_REPOSITORY'] ?? '';
  const pull = isWorkflowRun(event)
    ? (await changeOf(forge, event, repository)).pull
    : pullRequestOf(event, repository);
  if (pull !== undefined) return { changes: [pull], open: true };
  const commit = commitOf(io.env, event);
  if (commit === undefined || !isRepository(repository)) return { changes: [], open: false };
  const found = await changesOf(io, commit, () => pullRequestsOf(forge, repository, commit));
  // A run that another one has set off may still be about an open pull request.
  const isOpen = found.changes.length === 1 && found.changes[0]?.head === commit;
  return { ...found, open: isOpen && Object.hasOwn(Object(event), 'workflow_run') };
}

/** The merge request of the pipeline, or else those by which its commit came. */
async function mergesOf(
  io: Io,
  forge: Forge,
  merge: MergeRequest | undefined,
): Promise<Changes<MergeRequest>> {
  if (merge !== undefined) return { changes: [merge], open: true };
  const project = io.env['CI_PROJECT_ID'] ?? '';
  const commit = commitOf(io.env, undefined);
  if (commit === undefined || !/^\d+$/.test(project)) return { changes: [], open: false };
  return changesOf(io, commit, () => mergeRequestsOf(forge, project, commit));
}

/** The newest commit of the source branch: a pipeline may be about its merge with the target. */
function commitIn(io: Io): string | undefined {
  const source = io.env['CI_MERGE_REQUEST_SOURCE_BRANCH_SHA'];
  return source === undefined || source === '' ? commitOf(io.env, undefined) : source;
}

/** Both numbers become parts of addresses. */
function mergeRequestOf(io: Io): MergeRequest | undefined {
  const {
    CI_API_V4_URL: base,
    CI_PROJECT_ID: project = '',
    CI_MERGE_REQUEST_IID: iid = '',
  } = io.env;
  const isMerge = base !== undefined && /^\d+$/.test(project) && /^\d+$/.test(iid);
  return isMerge ? { project, iid } : undefined;
}

/** Only tests are in a hurry. */
export function delayOf(io: Io): number | undefined {
  const delay = Number(io.env['REPRIEVE_RETRY_DELAY'] ?? Number.NaN);
  return Number.isFinite(delay) ? delay : undefined;
}

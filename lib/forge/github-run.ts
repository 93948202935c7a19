import { isRecord } from '../base/guards.js';
import { type PullRequest, pullRequestIn } from './github.js';
import { type Forge, ForgeError, pages, request } from './http.js';

/** The change that a workflow run was about, as the forge says it. */
export interface ReviewedChange {
  /** The commit that a status belongs to. */
  readonly head: string;
  /** The commit with the files as they would be after the merge. */
  readonly merged: string;
  /** Left out where the change is a merge queue's. */
  readonly pull?: PullRequest;
}

/** Why a run can't be reviewed; the message is for whoever reads the workflow's log. */
export class NoChangeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoChangeError';
  }

  static isNoChangeError(x: unknown): x is NoChangeError {
    return x instanceof Error && x.name === 'NoChangeError';
  }
}

interface Run {
  readonly event: string;
  readonly head: string;
  readonly branch: string;
  readonly from: { readonly id: number; readonly owner: string; readonly name: string };
  readonly defaultBranch: string;
}

const SHA = /^[0-9a-f]{40,64}$/;
/** How often GitHub is asked for a merge commit that it hasn't made yet. */
const TRIES = 5;

/** Whether an event is that of a workflow which runs after another. */
export function isWorkflowRun(event: unknown): boolean {
  return isRecord(event) && isRecord(event['workflow_run']);
}

/**
 * Which change a workflow run was about. The run may have been of any code: its artifacts can name
 * any pull request, so only GitHub is asked. The event names none where it came from a fork.
 *
 * A status belongs to a commit, not to a pull request. It must therefore be clear which pull request
 * the commit is of, and only those into the default branch are reviewed: the rules are that branch's.
 */
export async function changeOfRun(
  forge: Forge,
  event: unknown,
  repository: string,
): Promise<ReviewedChange> {
  const run = readRun(event, repository);
  if (run.event === 'merge_group') return queuedChange(run, repository);
  if (run.event !== 'pull_request' && run.event !== 'pull_request_review') {
    throw new NoChangeError('The workflow did not run for a pull request or a merge queue.');
  }
  const pull = await pullRequestOfRun(forge, run, repository);
  return { head: run.head, merged: await mergedCommit(forge, pull), pull };
}

function readRun(event: unknown, repository: string): Run {
  const run = isRecord(event) ? event['workflow_run'] : undefined;
  const about = isRecord(event) ? event['repository'] : undefined;
  const from = isRecord(run) ? run['head_repository'] : undefined;
  const owner = isRecord(from) ? from['owner'] : undefined;
  const values = {
    event: isRecord(run) ? run['event'] : undefined,
    head: isRecord(run) ? run['head_sha'] : undefined,
    branch: isRecord(run) ? run['head_branch'] : undefined,
    owner: isRecord(owner) ? owner['login'] : undefined,
    name: isRecord(from) ? from['full_name'] : undefined,
    defaultBranch: isRecord(about) ? about['default_branch'] : undefined,
  };
  const id = isRecord(from) ? from['id'] : undefined;
  const { event: kind, head, branch, owner: login, name, defaultBranch } = values;
  const isSound =
    typeof id === 'number' &&
    [kind, head, branch, login, name, defaultBranch].every((each) => typeof each === 'string') &&
    SHA.test(String(head)) &&
    /^[\w.-]+\/[\w.-]+$/.test(repository);
  if (!isSound) throw new NoChangeError('The event does not say what the workflow ran for.');
  return {
    event: String(kind),
    head: String(head),
    branch: String(branch),
    from: { id, owner: String(login), name: String(name) },
    defaultBranch: String(defaultBranch),
  };
}

/** A merge queue's commit is its own: it has the files as they would be after the merge. */
function queuedChange(run: Run, repository: string): ReviewedChange {
  const isQueue = run.branch.startsWith(`gh-readonly-queue/${run.defaultBranch}/`);
  if (isQueue && run.from.name.toLowerCase() === repository.toLowerCase()) {
    return { head: run.head, merged: run.head };
  }
  throw new NoChangeError('The merge queue is not that of the default branch.');
}

async function pullRequestOfRun(
  forge: Forge,
  { head, branch, from, defaultBranch }: Run,
  repository: string,
): Promise<PullRequest> {
  const of = encodeURIComponent(`${from.owner}:${branch}`);
  const open = await pages(forge, `/repos/${repository}/pulls?state=open&head=${of}&per_page=100`);
  const same = open.filter(isRecord).filter((pull) => {
    const at = pull['head'];
    const repo = isRecord(at) ? at['repo'] : undefined;
    return isRecord(at) && at['sha'] === head && isRecord(repo) && repo['id'] === from.id;
  });
  const [only] = same;
  if (only === undefined) {
    throw new NoChangeError(
      'No open pull request has this commit as its newest: a newer one is reviewed by itself.',
    );
  }
  if (same.length > 1) {
    throw new NoChangeError(
      `${same.length} open pull requests have this commit. A status would count for each: close all but one.`,
    );
  }
  const base = only['base'];
  if (!isRecord(base) || base['ref'] !== defaultBranch) {
    throw new NoChangeError('Only pull requests into the default branch are reviewed.');
  }
  const pull = pullRequestIn(only, repository);
  if (pull === undefined) throw new NoChangeError('GitHub’s answer can’t be used.');
  return pull;
}

/** The commit that merges exactly this head, by its number: the branch of that name can move. */
async function mergedCommit(forge: Forge, pull: PullRequest): Promise<string> {
  for (let tried = 1; tried <= TRIES; tried += 1) {
    const merged = await mergeOf(forge, pull);
    if (merged !== undefined) return merged;
    await new Promise((done) => setTimeout(done, (forge.retryDelay ?? 1000) * tried));
  }
  throw new ForgeError(
    'GitHub has no commit that merges this one. Solve conflicts, or try again.',
    0,
  );
}

/** GitHub's merge commit, once it is one of this head. */
async function mergeOf(forge: Forge, pull: PullRequest): Promise<string | undefined> {
  const at = `/repos/${pull.repository}`;
  const { json } = await request(forge, 'GET', `${at}/pulls/${pull.number}`);
  if (pullRequestIn(json, pull.repository)?.head !== pull.head) {
    throw new NoChangeError('A newer commit was pushed meanwhile.');
  }
  const merged = isRecord(json) ? json['merge_commit_sha'] : undefined;
  if (typeof merged !== 'string' || !SHA.test(merged)) return undefined;
  const commit = await request(forge, 'GET', `${at}/git/commits/${merged}`);
  const parents = isRecord(commit.json) ? commit.json['parents'] : undefined;
  const second: unknown = Array.isArray(parents) ? parents[1] : undefined;
  return isRecord(second) && second['sha'] === pull.head ? merged : undefined;
}

import { isRecord } from '../base/guards.js';

/**
 * What a run at a forge is about: a change that wants to get into a branch, a commit that the default
 * branch has already, or anything else.
 */
export type ForgeRun =
  | { readonly kind: 'change'; readonly base: string | undefined }
  | { readonly kind: 'default-branch' }
  | { readonly kind: 'other' };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Tells by what the forge itself says of its run; undefined where this is none.
 *
 * @param event - the event of a GitHub workflow
 */
export function forgeRun(env: Environment, event: unknown): ForgeRun | undefined {
  if (env['GITHUB_ACTIONS'] === 'true' || env['GITHUB_EVENT_PATH']) return ofGithub(env, event);
  return env['GITLAB_CI'] === 'true' ? ofGitlab(env) : undefined;
}

/** @see https://docs.github.com/en/actions/reference/events-that-trigger-workflows */
function ofGithub(env: Environment, event: unknown): ForgeRun {
  const payload = isRecord(event) ? event : {};
  const { pull_request: pull, merge_group: group, workflow_run: run } = payload;
  if (isRecord(pull)) return { kind: 'change', base: shaIn(pull['base']) };
  if (isRecord(group)) return { kind: 'change', base: text(group['base_sha']) };
  if (isRecord(run)) return ofWorkflow(run, payload);
  const branch = defaultBranch(payload);
  const isDefault = branch !== undefined && env['GITHUB_REF'] === `refs/heads/${branch}`;
  const isScheduled = env['GITHUB_EVENT_NAME'] === 'schedule';
  return { kind: isScheduled || isDefault ? 'default-branch' : 'other' };
}

/** A run that was set off by another one is about what that one was about. */
function ofWorkflow(run: Readonly<Record<string, unknown>>, payload: unknown): ForgeRun {
  const pulls = run['pull_requests'];
  const [pull] = Array.isArray(pulls) ? pulls : [];
  const isPull = String(run['event']).startsWith('pull_request');
  if (isRecord(pull) || isPull) {
    return { kind: 'change', base: isRecord(pull) ? shaIn(pull['base']) : undefined };
  }
  const branch = defaultBranch(payload);
  const isDefault = branch !== undefined && run['head_branch'] === branch;
  return { kind: isDefault ? 'default-branch' : 'other' };
}

/** @see https://docs.gitlab.com/ci/variables/predefined_variables/ */
function ofGitlab(env: Environment): ForgeRun {
  if (env['CI_MERGE_REQUEST_IID']) {
    const base = env['CI_MERGE_REQUEST_TARGET_BRANCH_SHA'] || env['CI_MERGE_REQUEST_DIFF_BASE_SHA'];
    return { kind: 'change', base: text(base) };
  }
  const branch = env['CI_COMMIT_BRANCH'];
  const isDefault = branch !== undefined && branch === env['CI_DEFAULT_BRANCH'];
  return { kind: isDefault ? 'default-branch' : 'other' };
}

/** The commit that a run is about, where it is about no change that is still open. */
export function commitOf(env: Environment, event: unknown): string | undefined {
  const payload = isRecord(event) ? event : {};
  const { workflow_run: run, merge_group: group } = payload;
  const named = isRecord(run) ? run['head_sha'] : isRecord(group) ? group['head_sha'] : undefined;
  const commit = text(named) ?? text(env['GITHUB_SHA']) ?? text(env['CI_COMMIT_SHA']);
  return commit !== undefined && /^[0-9a-f]{40,64}$/i.test(commit) ? commit : undefined;
}

function defaultBranch(payload: unknown): string | undefined {
  const repository = isRecord(payload) ? payload['repository'] : undefined;
  return isRecord(repository) ? text(repository['default_branch']) : undefined;
}

function shaIn(side: unknown): string | undefined {
  return isRecord(side) ? text(side['sha']) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

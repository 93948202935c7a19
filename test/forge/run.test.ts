import { describe, expect, it } from 'vitest';
import { commitOf, forgeRun } from '../../lib/forge/run.js';

const MAIN = { repository: { default_branch: 'main' } };
const github = (name: string, event: object, env: Readonly<Record<string, string>> = {}) =>
  forgeRun({ GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: name, ...env }, { ...MAIN, ...event });
const gitlab = (env: Readonly<Record<string, string>>) =>
  forgeRun({ GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'main', ...env }, undefined);
const onMain = { GITHUB_REF: 'refs/heads/main' };

describe('what a run at a forge is about', () => {
  it('is nothing elsewhere', () => {
    expect(forgeRun({}, undefined)).toBeUndefined();
  });

  it.each([
    ['a pull request', github('pull_request', { pull_request: { base: { sha: 'cafe' } } })],
    ['a merge queue', github('merge_group', { merge_group: { base_sha: 'cafe' } })],
    [
      'a workflow after one of a pull request',
      github('workflow_run', {
        workflow_run: { event: 'pull_request', pull_requests: [{ base: { sha: 'cafe' } }] },
      }),
    ],
    [
      'a merge request',
      gitlab({ CI_MERGE_REQUEST_IID: '3', CI_MERGE_REQUEST_DIFF_BASE_SHA: 'cafe' }),
    ],
    [
      'a merge request’s result',
      gitlab({
        CI_MERGE_REQUEST_IID: '3',
        CI_MERGE_REQUEST_TARGET_BRANCH_SHA: 'cafe',
        CI_MERGE_REQUEST_DIFF_BASE_SHA: 'older',
      }),
    ],
  ])('is a change with its base: %s', (_, run) => {
    expect(run).toEqual({ kind: 'change', base: 'cafe' });
  });

  it('is a change of an unknown base where the forge does not say it', () => {
    const unknown = { kind: 'change', base: undefined };
    const fork = { workflow_run: { event: 'pull_request', pull_requests: [] } };
    expect(github('workflow_run', fork, onMain)).toEqual(unknown);
    expect(github('pull_request', { pull_request: {} }, onMain)).toEqual(unknown);
    expect(gitlab({ CI_MERGE_REQUEST_IID: '3', CI_COMMIT_BRANCH: 'main' })).toEqual(unknown);
  });

  it.each([
    ['a push', github('push', {}, onMain)],
    ['a schedule', github('schedule', {}, {})],
    [
      'a workflow after a push',
      github('workflow_run', { workflow_run: { event: 'push', head_branch: 'main' } }),
    ],
    ['a pipeline', gitlab({ CI_COMMIT_BRANCH: 'main' })],
  ])('is the default branch: %s', (_, run) => {
    expect(run).toEqual({ kind: 'default-branch' });
  });

  it.each([
    ['a push to another branch', github('push', {}, { GITHUB_REF: 'refs/heads/main2' })],
    ['a tag', github('push', {}, { GITHUB_REF: 'refs/tags/main' })],
    [
      'an event that says nothing',
      forgeRun({ GITHUB_ACTIONS: 'true', GITHUB_REF: 'refs/heads/' }, 5),
    ],
    [
      'a workflow after another branch’s',
      github('workflow_run', { workflow_run: { event: 'push', head_branch: 'x' } }, onMain),
    ],
    ['a branch at GitLab', gitlab({ CI_COMMIT_BRANCH: 'x' })],
  ])('is anything else: %s', (_, run) => {
    expect(run).toEqual({ kind: 'other' });
  });
});

it('knows the commit of an event without a change, and takes nothing else for one', () => {
  const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
  expect(commitOf({ GITHUB_SHA: a }, {})).toBe(a);
  expect(commitOf({ GITHUB_SHA: a }, { workflow_run: { head_sha: b } })).toBe(b);
  expect(commitOf({ CI_COMMIT_SHA: a }, undefined)).toBe(a);
  expect(commitOf({ GITHUB_SHA: '../../x' }, {})).toBeUndefined();
});

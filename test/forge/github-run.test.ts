import { afterEach, describe, expect, it } from 'vitest';
import { github } from '../../lib/forge/github.js';
import { changeOfRun } from '../../lib/forge/github-run.js';
import { type Answer, type Call, ForgeServer } from './server.js';

const HEAD = 'a'.repeat(40);
const MERGED = 'c'.repeat(40);
let server: ForgeServer | undefined;
afterEach(() => server?.stop());

type Json = Readonly<Record<string, unknown>>;

const run = (more: Json = {}) => ({
  repository: { default_branch: 'main' },
  workflow_run: {
    event: 'pull_request',
    head_sha: HEAD,
    head_branch: 'change',
    head_repository: { id: 5, full_name: 'ann/app', owner: { login: 'ann' } },
    ...more,
  },
});
const pull = (more: Json = {}) => ({
  number: 7,
  user: { login: 'ann' },
  head: { sha: HEAD, repo: { id: 5 } },
  base: { ref: 'main' },
  merge_commit_sha: MERGED,
  ...more,
});

async function changeOf(event: unknown, answers: Readonly<Record<string, unknown>> = {}) {
  const known: Readonly<Record<string, unknown>> = {
    '/repos/team/app/pulls?state=open&head=ann%3Achange&per_page=100': [pull()],
    '/repos/team/app/pulls/7': pull(),
    [`/repos/team/app/git/commits/${MERGED}`]: { parents: [{ sha: 'b' }, { sha: HEAD }] },
    ...answers,
  };
  server = new ForgeServer(({ path }: Call): Answer | undefined =>
    path in known ? { json: known[path] } : undefined,
  );
  return changeOfRun(github(await server.start(), 'token', 1), event, 'team/app');
}

const PULLS = '/repos/team/app/pulls?state=open&head=ann%3Achange&per_page=100';

describe('the change that a workflow ran for', () => {
  it('is what GitHub says, from a fork as well', async () => {
    expect(await changeOf(run())).toEqual({
      head: HEAD,
      merged: MERGED,
      pull: { repository: 'team/app', number: 7, author: 'ann', head: HEAD },
    });
    await server?.stop();
    expect(await changeOf(run({ event: 'pull_request_review' }))).toMatchObject({ merged: MERGED });
  });

  it('is a merge queue’s own commit', async () => {
    const own = { id: 1, full_name: 'team/app', owner: { login: 'team' } };
    const queue = { event: 'merge_group', head_branch: 'gh-readonly-queue/main/pr-7-b' };
    const of = (more: Json) => changeOf(run({ ...queue, head_repository: own, ...more }));
    expect(await of({})).toEqual({ head: HEAD, merged: HEAD });
    await server?.stop();
    await expect(of({ head_branch: 'gh-readonly-queue/other/pr-7-b' })).rejects.toThrow('queue');
  });

  it.each([
    ['a push', run({ event: 'push' }), {}, 'did not run for a pull request'],
    ['no run', {}, {}, 'does not say what'],
    ['a commit that is none', run({ head_sha: '../../x' }), {}, 'does not say what'],
    ['no fork any more', run({ head_repository: null }), {}, 'does not say what'],
    [
      'an older commit',
      run(),
      { [PULLS]: [pull({ head: { sha: 'f', repo: { id: 5 } } })] },
      'newest',
    ],
    [
      'another fork',
      run(),
      { [PULLS]: [pull({ head: { sha: HEAD, repo: { id: 6 } } })] },
      'newest',
    ],
    ['two pull requests', run(), { [PULLS]: [pull(), pull({ number: 8 })] }, 'close all but one'],
    ['another base', run(), { [PULLS]: [pull({ base: { ref: 'x' } })] }, 'default branch'],
    [
      'a push meanwhile',
      run(),
      { '/repos/team/app/pulls/7': pull({ head: { sha: 'f', repo: { id: 5 } } }) },
      'newer commit',
    ],
    [
      'a merge of another commit',
      run(),
      { [`/repos/team/app/git/commits/${MERGED}`]: { parents: [{ sha: 'b' }, { sha: 'f' }] } },
      'no commit that merges',
    ],
  ])('is not %s', async (_, event, answers, why) => {
    await expect(changeOf(event, answers)).rejects.toThrow(why);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { approvingReviews, github, pullRequestOf, writeComment } from '../../lib/forge/github.js';
import { type Answer, type Call, ForgeServer } from './server.js';

const PULL = { repository: 'team/app', number: 7, author: 'ann', head: 'f00d' };
const servers: ForgeServer[] = [];

async function forge(answer: (call: Call, count: number) => Answer | undefined) {
  const server = new ForgeServer(answer);
  servers.push(server);
  const base = await server.start();
  return { server, base, api: github(base, 'secret-token', 1) };
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const review = (login: string, state: string, changes: object = {}) => ({
  user: { login, type: 'User' },
  state,
  submitted_at: '2026-01-01T00:00:00Z',
  commit_id: 'f00d',
  ...changes,
});

describe('approving reviews', () => {
  const approving = async (...reviews: readonly unknown[]) => {
    const { api } = await forge(() => ({ json: reviews }));
    return (await approvingReviews(api, PULL)).map(({ by }) => by);
  };

  it('are those of the newest commit, by people other than the author', async () => {
    expect(
      await approving(
        review('bob', 'APPROVED'),
        review('eve', 'APPROVED', { commit_id: 'old' }),
        review('Ann', 'APPROVED'),
        review('robot', 'APPROVED', { user: { login: 'robot', type: 'Bot' } }),
        review('carl', 'COMMENTED'),
        review('ghost', 'APPROVED', { user: null }),
        'nonsense',
      ),
    ).toEqual(['bob']);
  });

  it('end with a later word of the same person, and not with a comment', async () => {
    expect(await approving(review('bob', 'APPROVED'), review('bob', 'CHANGES_REQUESTED'))).toEqual(
      [],
    );
    expect(await approving(review('bob', 'APPROVED'), review('bob', 'DISMISSED'))).toEqual([]);
    expect(await approving(review('bob', 'APPROVED'), review('bob', 'COMMENTED'))).toEqual(['bob']);
    expect(
      await approving(review('bob', 'APPROVED'), review('bob', 'APPROVED', { commit_id: 'x' })),
    ).toEqual([]);
  });

  it('are read from every page, and from this forge alone', async () => {
    const { api, server } = await forge((call) => {
      const host = `http://${call.headers.host}`;
      return call.path.includes('page=2')
        ? {
            json: [review('carl', 'APPROVED')],
            headers: { link: '<http://elsewhere.example/x>; rel="next"' },
          }
        : {
            json: [review('bob', 'APPROVED')],
            headers: { link: `<${host}/repos/team/app/pulls/7/reviews?page=2>; rel="next"` },
          };
    });
    expect((await approvingReviews(api, PULL)).map(({ by }) => by)).toEqual(['bob', 'carl']);
    expect(server.calls).toHaveLength(2);
  });

  it('are asked for again where the forge is busy, and not told where it refuses', async () => {
    const busy = await forge((_call, count) => (count < 3 ? { status: 503 } : { json: [] }));
    expect(await approvingReviews(busy.api, PULL)).toEqual([]);
    expect(busy.server.calls).toHaveLength(3);
    const closed = await forge(() => ({ status: 403, json: { message: 'secret-token' } }));
    await expect(approvingReviews(closed.api, PULL)).rejects.toThrow(/403.*permissions/);
    await expect(approvingReviews(closed.api, PULL)).rejects.not.toThrow('secret-token');
    await expect(approvingReviews(github('http://127.0.0.1:9', 't', 1), PULL)).rejects.toThrow(
      '127.0.0.1:9 could not be reached',
    );
  });
});

describe('the comment', () => {
  const text = { key: 'review', author: 'github-actions[bot]', body: '## Fine' };
  const comment = (id: number, login: string, body: string) => ({ id, user: { login }, body });
  const MARKER = '<!-- reprieve-review review -->';

  async function written(...comments: readonly unknown[]) {
    const { api, server } = await forge(({ method }) =>
      method === 'GET' ? { json: comments } : {},
    );
    const done = await writeComment(api, PULL, text);
    const { method, path, body } = server.calls.at(-1) ?? { method: '', path: '', body: '' };
    return { done, call: `${method} ${path}`, body: JSON.parse(body) };
  }

  it('is created where there is none', async () => {
    expect(await written(comment(1, 'bob', 'Hello'))).toEqual({
      done: 'created',
      call: 'POST /repos/team/app/issues/7/comments',
      body: { body: `${MARKER}\n## Fine` },
    });
  });

  it('is updated in place', async () => {
    const { done, call } = await written(
      comment(1, 'bob', 'x'),
      comment(2, 'github-actions[bot]', `${MARKER}\nold`),
    );
    expect([done, call]).toEqual(['updated', 'PATCH /repos/team/app/issues/comments/2']);
  });

  it('never takes somebody else’s for ours, nor one of another key', async () => {
    const { done } = await written(
      comment(1, 'mallory', `${MARKER}\nforged`),
      comment(2, 'github-actions[bot]', '<!-- reprieve-review other -->\nx'),
      comment(3, 'github-actions[bot]', `quoted ${MARKER}`),
    );
    expect(done).toBe('created');
  });

  it('is not sent twice where the forge fails, since it may have been written', async () => {
    const { api, server } = await forge(({ method }) =>
      method === 'GET' ? { json: [] } : { status: 502 },
    );
    await expect(writeComment(api, PULL, text)).rejects.toThrow('502');
    expect(server.calls.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

it('reads a pull request from an event, or finds that there is none', () => {
  const event = { pull_request: { number: 7, user: { login: 'ann' }, head: { sha: 'f00d' } } };
  expect(pullRequestOf(event, 'team/app')).toEqual(PULL);
  expect(pullRequestOf({ schedule: 'x' }, 'team/app')).toBeUndefined();
  expect(pullRequestOf(event, '../../x')).toBeUndefined();
  expect(
    pullRequestOf({ pull_request: { ...event.pull_request, number: '7/../8' } }, 'team/app'),
  ).toBeUndefined();
});

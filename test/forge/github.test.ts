import { afterEach, describe, expect, it } from 'vitest';
import {
  approvingReviews,
  github,
  pullRequestOf,
  pullRequestsOf,
  writeComment,
} from '../../lib/forge/github.js';
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

const APPROVERS = [
  { id: 'bob@example.org', github: 'bob' },
  { id: 'carl@example.org', github: 'Carl', kubernetesUser: 'carl-of-ops' },
  { id: 'ann@example.org', github: 'ann' },
];
const event = { number: 7, user: { login: 'ann' }, head: { sha: 'f00d' } };
const commit = (login: string | null, email = `${login}@home.example`) => ({
  author: login === null ? null : { login },
  committer: { login: 'web-flow' },
  commit: {
    author: { name: 'X', email },
    committer: { name: 'GitHub', email: 'noreply@github.com' },
  },
});

interface Story {
  readonly reviews: readonly unknown[];
  readonly commits?: readonly unknown[];
  readonly pull?: object;
  /** By account; a number is a status. */
  readonly permissions?: Readonly<Record<string, string | number>>;
}

/** A forge that knows one pull request. */
function answering({ reviews, commits = [commit('ann')], pull = event, permissions = {} }: Story) {
  return ({ path }: Call): Answer | undefined => {
    if (path.includes('/reviews')) return { json: reviews };
    if (path.includes('/commits')) return { json: commits };
    if (path.endsWith('/pulls/7')) return { json: pull };
    const [, account = ''] = /\/collaborators\/([^/]+)\/permission$/.exec(path) ?? [];
    const permission = permissions[decodeURIComponent(account).toLowerCase()] ?? 'write';
    return typeof permission === 'number' ? { status: permission } : { json: { permission } };
  };
}

describe('approving reviews', () => {
  const asked = async (story: Story) => {
    const { api } = await forge(answering(story));
    const { approvals, notes } = await approvingReviews(api, PULL, APPROVERS);
    return { by: approvals.map(({ by }) => by), notes };
  };
  const approving = async (...reviews: readonly unknown[]) => (await asked({ reviews })).by;
  const BY_BOB = [review('bob', 'APPROVED')];

  it('are those of the newest commit, by people other than the author', async () => {
    expect(
      await approving(
        review('BOB', 'APPROVED'),
        review('carl', 'APPROVED', { commit_id: 'old' }),
        review('Ann', 'APPROVED'),
        review('robot', 'APPROVED', { user: { login: 'robot', type: 'Bot' } }),
        review('carl', 'COMMENTED'),
        review('ghost', 'APPROVED', { user: null }),
        'nonsense',
      ),
    ).toEqual(['BOB']);
  });

  it('count only from accounts that the base names, whatever else they are', async () => {
    const mallory = review('mallory', 'APPROVED', { author_association: 'NONE' });
    const told = await asked({ reviews: [mallory, ...BY_BOB] });
    expect(told).toEqual({
      by: ['bob'],
      notes: [
        'The approval of `mallory` does not count: the base does not name that account as an approver’s.',
      ],
    });
  });

  it('count only from accounts that have write permission', async () => {
    const of = (permission: string | number) =>
      asked({ reviews: BY_BOB, permissions: { bob: permission } });
    for (const enough of ['write', 'admin']) expect((await of(enough)).by).toEqual(['bob']);
    for (const less of ['read', 'none', 404]) {
      const { by, notes } = await of(less);
      expect([by, notes]).toEqual([
        [],
        ['The approval of `bob` does not count: that account has no write permission.'],
      ]);
    }
  });

  it('count for nothing where the forge does not say what the permission is', async () => {
    for (const status of [401, 403]) {
      await expect(asked({ reviews: BY_BOB, permissions: { bob: status } })).rejects.toThrow(
        `permission was answered by ${status}`,
      );
    }
  });

  it.each([
    ['by their account', commit('BOB')],
    ['by their address', commit(null, 'Bob@Example.org')],
    ['by an address of the forge', commit(null, '12345+bob@users.noreply.github.com')],
    ['as the committer', { ...commit('ann'), committer: { login: 'bob' } }],
  ])('don’t count from who made one of the commits: %s', async (_, own) => {
    const { by, notes } = await asked({
      reviews: BY_BOB,
      commits: [commit('ann'), own, commit('ann')],
    });
    expect(by).toEqual([]);
    expect(notes[0]).toContain('made a commit of it');
  });

  it('don’t count from the author by another name of theirs', async () => {
    const reviews = [review('carl', 'APPROVED')];
    const own = { ...commit(null, 'x'), commit: { author: { name: 'Carl-of-Ops', email: 'x' } } };
    expect((await asked({ reviews, commits: [own] })).by).toEqual([]);
  });

  it('don’t count where commits are missing from the list, or newer ones are there', async () => {
    const many = Array.from({ length: 250 }, () => commit('ann'));
    expect((await asked({ reviews: BY_BOB, commits: many })).notes[0]).toContain('250 commits');
    const newer = await asked({ reviews: BY_BOB, pull: { ...event, head: { sha: 'beef' } } });
    expect([newer.by, newer.notes[0]]).toEqual([
      [],
      expect.stringContaining('another newest commit'),
    ]);
  });

  it('end with a later word of the same person, and not with a comment', async () => {
    expect(await approving(review('bob', 'APPROVED'), review('Bob', 'CHANGES_REQUESTED'))).toEqual(
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
      if (!call.path.includes('/reviews')) return answering({ reviews: [] })(call);
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
    const { approvals } = await approvingReviews(api, PULL, APPROVERS);
    expect(approvals.map(({ by }) => by)).toEqual(['bob', 'carl']);
    expect(server.calls.filter(({ path }) => path.includes('/reviews'))).toHaveLength(2);
  });

  it('are asked for again where the forge is busy, and not told where it refuses', async () => {
    const nothing = { approvals: [], notes: [] };
    const busy = await forge((_call, count) => (count < 3 ? { status: 503 } : { json: [] }));
    expect(await approvingReviews(busy.api, PULL, APPROVERS)).toEqual(nothing);
    expect(busy.server.calls).toHaveLength(3);
    const closed = await forge(() => ({ status: 403, json: { message: 'secret-token' } }));
    const ask = () => approvingReviews(closed.api, PULL, APPROVERS);
    await expect(ask()).rejects.toThrow(/403.*permissions/);
    await expect(ask()).rejects.not.toThrow('secret-token');
    await expect(
      approvingReviews(github('http://127.0.0.1:9', 't', 1), PULL, APPROVERS),
    ).rejects.toThrow('127.0.0.1:9 could not be reached');
  });
});

describe('the pull requests of a commit', () => {
  it('are those that brought it, and those whose newest commit it is', async () => {
    const pull = (number: number, changes: object) => ({ ...event, number, ...changes });
    const { api } = await forge(({ path }) =>
      path.startsWith('/repos/team/app/commits/cafe/pulls')
        ? {
            json: [
              pull(1, { merged_at: '2026-01-01T00:00:00Z', merge_commit_sha: 'cafe' }),
              pull(2, { merged_at: null, merge_commit_sha: 'cafe' }),
              pull(3, { head: { sha: 'cafe' } }),
              pull(4, { merged_at: '2026-01-01T00:00:00Z', merge_commit_sha: 'later' }),
            ],
          }
        : undefined,
    );
    const found = await pullRequestsOf(api, 'team/app', 'cafe');
    expect(found.map(({ number }) => number)).toEqual([1, 3]);
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

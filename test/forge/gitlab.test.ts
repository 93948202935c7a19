import { afterEach, describe, expect, it } from 'vitest';
import { approvals, gitlab, writeNote } from '../../lib/forge/gitlab.js';
import { type Answer, type Call, ForgeServer } from './server.js';

const MERGE = { project: '12', iid: '3' };
const servers: ForgeServer[] = [];

async function forge(answer: (call: Call) => Answer | undefined) {
  const server = new ForgeServer(answer);
  servers.push(server);
  return { server, api: gitlab(await server.start(), 'secret-token', 1) };
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe('approvals of a merge request', () => {
  const APPROVERS = ['ann', 'Bob', 'carl'].map((github) => ({ id: `${github}@x`, github }));
  const STRICT = {
    reset_approvals_on_push: true,
    merge_requests_disable_committers_approval: true,
  };
  const asked = async ({
    rules = STRICT as object,
    level = 30,
    commits = [{}] as readonly object[],
    commit = 'f00d',
  } = {}) => {
    const people = ['ann', 'bob', 'mallory'].map((username, id) => ({ user: { username, id } }));
    const merge = '/projects/12/merge_requests/3';
    const answers: Readonly<Record<string, unknown>> = {
      '/projects/12/approvals': rules,
      [merge]: { author: { username: 'Ann' }, sha: 'f00d' },
      [`${merge}/commits?per_page=100`]: commits,
      [`${merge}/approvals`]: { approved_by: people },
      ...(level === 0 ? {} : { '/projects/12/members/all/1': { access_level: level } }),
    };
    const { api } = await forge(({ path }) =>
      Object.hasOwn(answers, path) ? { json: answers[path] } : undefined,
    );
    const { approvals: given, notes } = await approvals(api, MERGE, APPROVERS, commit);
    return { by: given.map(({ by }) => by), notes };
  };

  it('count where a push takes them back, from people whom the base names, except the author', async () => {
    const { by, notes } = await asked();
    expect(by).toEqual(['bob']);
    expect(notes).toEqual([
      'The approval of `ann` does not count: they have opened the merge request, or made a commit of it.',
      'The approval of `mallory` does not count: the base does not name that account as an approver’s.',
    ]);
  });

  it('prove nothing where they outlast a push, or committers may approve', async () => {
    const kept = await asked({ rules: { ...STRICT, reset_approvals_on_push: false } });
    expect([kept.by, kept.notes[0]]).toEqual([[], expect.stringContaining('keeps approvals')]);
    const loose = await asked({ rules: { reset_approvals_on_push: true } });
    expect([loose.by, loose.notes[0]]).toEqual([[], expect.stringContaining('added commits')]);
  });

  it.each([20, 10, 0])('prove nothing without the right to push: %s', async (level) => {
    expect((await asked({ level })).by).toEqual([]);
  });

  it('prove nothing where a commit is their own, or there is a newer one', async () => {
    expect((await asked({ commits: [{ author_email: 'BOB@x' }] })).by).toEqual([]);
    expect((await asked({ commits: [{ committer_name: 'bob' }] })).by).toEqual([]);
    expect((await asked({ commit: 'beef' })).by).toEqual([]);
  });
});

describe('the note', () => {
  const MARKER = '<!-- reprieve-review review -->';
  const written = async (...notes: readonly unknown[]) => {
    const { api, server } = await forge(({ method, path }) => {
      if (path === '/user') return { json: { id: 5 } };
      return method === 'GET' ? { json: notes } : {};
    });
    const done = await writeNote(api, MERGE, { key: 'review', body: 'Fine' });
    return [done, `${server.calls.at(-1)?.method} ${server.calls.at(-1)?.path}`];
  };

  it('is created, or updated where it is ours', async () => {
    const path = '/projects/12/merge_requests/3/notes';
    expect(await written()).toEqual(['created', `POST ${path}`]);
    const ours = { id: 9, author: { id: 5 }, body: `${MARKER}\nold` };
    expect(await written(ours)).toEqual(['updated', `PUT ${path}/9`]);
    expect(await written({ ...ours, author: { id: 6 } })).toEqual(['created', `POST ${path}`]);
  });
});

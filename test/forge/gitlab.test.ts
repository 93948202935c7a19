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
  const given = async (isReset: boolean) => {
    const { api } = await forge(({ path }) => {
      if (path === '/projects/12/approvals') return { json: { reset_approvals_on_push: isReset } };
      if (path === '/projects/12/merge_requests/3')
        return { json: { author: { username: 'ann' } } };
      const people = ['ann', 'bob'].map((username) => ({ user: { username } }));
      return { json: { approved_by: people } };
    });
    return (await approvals(api, MERGE))?.map(({ by }) => by);
  };

  it('count where a push takes them back, except the author’s', async () => {
    expect(await given(true)).toEqual(['bob']);
  });

  it('prove nothing where they outlast a push', async () => {
    expect(await given(false)).toBeUndefined();
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

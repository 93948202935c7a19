import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Api } from '../../lib/engine/api.js';
import { ClusterError } from '../../lib/engine/cluster.js';

const folder = mkdtempSync(join(tmpdir(), 'reprieve-api-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Answer = (request: IncomingMessage, reply: ServerResponse, count: number) => void;

/** Something that calls itself an API server. */
async function asking<T>(answer: Answer, use: (api: Api) => Promise<T>): Promise<T> {
  let count = 0;
  const server = createServer((request, reply) => {
    count += 1;
    answer(request, reply, count);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const kubeconfig = join(folder, `config-${port}`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: 'u', user: {} }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  try {
    return await Api.use({ kubeconfig }, { cwd: folder, env: process.env }, use);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const page = (names: readonly string[], next = '') =>
  JSON.stringify({
    metadata: { continue: next },
    items: names.map((name) => ({ metadata: { namespace: 'a', name, resourceVersion: '1' } })),
  });

async function failure(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (ClusterError.isClusterError(error)) return `${error.failure}: ${error.message}`;
    throw error;
  }
  return 'nothing failed';
}

describe('an API server', () => {
  it('whose list has no end is not read for ever', async () => {
    const said = await failure(() =>
      asking(
        (_, reply) => void reply.end(page(['x'], 'again')),
        (api) => api.list('/api/v1/secrets'),
      ),
    );
    expect(said).toBe(
      "unreadable: The cluster's answer to /api/v1/secrets can't be read: its pages have no end.",
    );
  });

  it('that answers with something else than a list has not answered', async () => {
    for (const body of ['{}', '{"items":{}}', 'hello']) {
      const said = await failure(() =>
        asking(
          (_, reply) => void reply.end(body),
          (api) => api.list('/api/v1/secrets'),
        ),
      );
      expect(said).toMatch(/^unreadable: /);
    }
  });

  it('that finds a list too old to be gone on with is asked from the start', async () => {
    const names = await asking(
      (request, reply, count) => {
        const isNext = request.url?.includes('continue=');
        if (isNext === true && count < 3) reply.writeHead(410).end('{"message":"too old"}');
        else reply.end(isNext === true ? page(['y']) : page(['x'], 'next'));
      },
      async (api) => (await api.list('/api/v1/secrets')).map(({ name }) => name),
    );
    expect(names).toEqual(['x', 'y']);
  });

  it('that is busy is asked again, when it says so', async () => {
    const result = await asking(
      (_, reply, count) => {
        if (count < 3) reply.writeHead(429, { 'retry-after': '0' }).end('{}');
        else reply.end('{"metadata":{"resourceVersion":"7"}}');
      },
      (api) => api.rewrite('/api/v1/namespaces/a/secrets/x'),
    );
    expect(result).toMatchObject({ status: 200, resourceVersion: '7' });
  });

  it('that finds an object invalid shows where, and nothing of its content', async () => {
    const body = {
      kind: 'Status',
      reason: 'Invalid',
      message: 'spec.x: Invalid value: "hunter2"',
      details: { causes: [{ field: 'spec.x', reason: 'FieldValueInvalid', message: 'hunter2' }] },
    };
    const { message } = await asking(
      (_, reply) => void reply.writeHead(422).end(JSON.stringify(body)),
      (api) => api.rewrite('/api/v1/namespaces/a/secrets/x'),
    );
    expect(message).toBe('the object is invalid (spec.x: FieldValueInvalid)');
  });
});

import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Etcd, EtcdError } from '../../lib/engine/etcd.js';
import { Authority, EtcdServer, etcdMissing } from '../support/etcd.js';

/** The kind of failure that a call ends in, and its whole text. */
async function failure(call: () => Promise<unknown>) {
  try {
    await call();
  } catch (error) {
    if (EtcdError.isEtcdError(error)) return { failure: error.failure, message: error.message };
    throw error;
  }
  throw new Error('nothing failed');
}

const missing = etcdMissing();
const keysOf = async (etcd: Etcd, key: string) => {
  const found: string[] = [];
  for await (const each of etcd.keys({ key, end: 'prefix', keysOnly: true })) {
    found.push(each.key.toString());
  }
  return found;
};

describe.skipIf(missing !== undefined)(`a real etcd (${missing ?? 'here'})`, () => {
  let server: EtcdServer;
  let etcd: Etcd;

  beforeAll(async () => {
    server = await EtcdServer.start();
    etcd = new Etcd(server.access);
  }, 60_000);
  afterAll(() => server?.stop());

  it('reads what is there now, and what was there at a revision', async () => {
    await server.put('/a/x', 'first');
    const before = await etcd.range({ key: '/a/x' });
    await server.put('/a/x', 'second');
    const now = await etcd.range({ key: '/a/x' });
    if (before.kind !== 'found' || now.kind !== 'found') throw new Error('not found');
    expect(now.keys.map(({ value }) => value.toString())).toEqual(['second']);
    const then = await etcd.range({ key: '/a/x', revision: before.revision });
    expect(then).toMatchObject({ kind: 'found', keys: [{ value: Buffer.from('first') }] });
  });

  it('says that a revision is compacted, or lies ahead', async () => {
    const now = await etcd.range({ key: '/a/x' });
    if (now.kind !== 'found') throw new Error('not found');
    await server.put('/a/x', 'third');
    const { revision } = now;
    await server.post('/v3/kv/compaction', { revision: String(revision + 1n), physical: true });
    expect(await etcd.range({ key: '/a/x', revision })).toEqual({ kind: 'compacted' });
    expect(await etcd.range({ key: '/a/x', revision: 10n ** 12n })).toEqual({ kind: 'future' });
  });

  it('has nothing where there is no key, and only keys where no values are wanted', async () => {
    expect(await etcd.range({ key: '/none' })).toMatchObject({
      kind: 'found',
      count: 0n,
      keys: [],
    });
    const only = await etcd.range({ key: '/a/', end: 'prefix', keysOnly: true });
    expect(only).toMatchObject({ keys: [{ key: Buffer.from('/a/x'), value: Buffer.alloc(0) }] });
  });

  it('reads a prefix page by page, and nothing beside it', async () => {
    const names = Array.from({ length: 1203 }, (_, at) => `/p/${String(at).padStart(5, '0')}`);
    for (let at = 0; at < names.length; at += 100) {
      await Promise.all(names.slice(at, at + 100).map((each) => server.put(each, 'v')));
    }
    await server.put('/p', 'before');
    await server.put('/p0', 'after');
    expect(await keysOf(etcd, '/p/')).toEqual(names);
  });
});

describe.skipIf(missing !== undefined)(`an etcd with certificates (${missing ?? 'here'})`, () => {
  const authority = new Authority();
  let server: EtcdServer;
  beforeAll(async () => {
    server = await EtcdServer.start(authority);
  }, 60_000);
  afterAll(() => {
    server?.stop();
    authority.remove();
  });

  it('is read with a client certificate that its authority signed', async () => {
    expect(await new Etcd(server.access).range({ key: 'a' })).toMatchObject({ kind: 'found' });
  });

  it('says that certificates do not match, whichever it is', async () => {
    const other = new Authority();
    const { endpoint, ca = '', cert = '', key = '' } = server.access;
    const accesses = {
      stranger: { endpoint, ca, ...other.sign('client') },
      'wrong authority': { endpoint, ca: other.ca, cert, key },
      'no certificate': { endpoint, ca },
      'a key of another certificate': { endpoint, ca, cert, key: other.sign('x').key },
    };
    for (const [name, access] of Object.entries(accesses)) {
      const said = await failure(() => new Etcd(access).range({ key: 'a' }));
      expect([name, said.failure]).toEqual([name, 'certificate']);
      expect(said.message).not.toContain('PRIVATE');
    }
    other.remove();
  }, 30_000);
});

describe('an etcd that is none', () => {
  const serving = async (answer: string, status: number, use: (url: string) => Promise<void>) => {
    const server = createServer((_, reply) => void reply.writeHead(status).end(answer));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    try {
      await use(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
    } finally {
      server.close();
    }
  };

  it('is told by its answer', async () => {
    const kinds = {
      '<html>': 'unreadable',
      '[]': 'unreadable',
      '{"header":{"revision":"x"}}': 'unreadable',
    };
    for (const [answer, kind] of Object.entries(kinds)) {
      await serving(answer, 200, async (endpoint) => {
        const said = await failure(() => new Etcd({ endpoint }).range({ key: 'a' }));
        expect([answer, said.failure]).toEqual([answer, kind]);
      });
    }
    await serving('no', 404, async (endpoint) => {
      const said = await failure(() => new Etcd({ endpoint }).range({ key: 'a' }));
      expect(said.failure).toBe('refused');
    });
  });

  it('ends, although an answer says that there is always more', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const page = (...keys: readonly string[]) =>
      JSON.stringify({
        header: { revision: '5' },
        kvs: keys.map((key) => ({ key: base64(key), mod_revision: '1' })),
        more: true,
      });
    const lies = [page('/a/x'), page('/a/y', '/a/x'), page('/b'), page('/a'), page()];
    for (const answer of lies) {
      await serving(answer, 200, async (endpoint) => {
        const said = await failure(() => keysOf(new Etcd({ endpoint }), '/a/'));
        expect([answer, said.failure]).toEqual([answer, 'unreadable']);
      });
    }
  });

  it('is told by its endpoint, without what may be a password', async () => {
    const endpoints = ['127.0.0.1:2379', 'ftp://a', 'https://me:hunter2@etcd:2379'];
    for (const endpoint of endpoints) {
      const said = await failure(async () => new Etcd({ endpoint }));
      expect([endpoint, said.failure]).toEqual([endpoint, 'endpoint']);
      expect(said.message).not.toContain('hunter2');
    }
    const certificates = { endpoint: 'http://127.0.0.1:1', ca: 'pem' };
    expect((await failure(async () => new Etcd(certificates))).failure).toBe('endpoint');
  });

  it('takes no longer than it may', async () => {
    const server = createServer(() => {});
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const said = await failure(() => new Etcd({ endpoint, timeout: 200 }).range({ key: 'a' }));
    server.closeAllConnections();
    server.close();
    expect(said).toMatchObject({ failure: 'unreachable' });
    expect(said.message).toContain('too long');
  });
});

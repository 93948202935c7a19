import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseImageReference } from '../../lib/model/image-reference.js';
import { seeImage } from '../../lib/registry/image.js';
import { LOGIN, Registry, registryMissing } from '../support/registry.js';

const nobody = async () => undefined;
const somebody = async () => ({ kind: 'password', ...LOGIN }) as const;
const reference = (text: string) => {
  const { value } = parseImageReference(text);
  if (value === undefined) throw new Error(text);
  return value;
};

const missing = registryMissing();

describe.skipIf(missing !== undefined)(`a real registry (${missing ?? 'here'})`, () => {
  let registry: Registry;
  const see = (name: string, login: typeof nobody | typeof somebody = nobody) =>
    seeImage(reference(`${registry.name}/${name}`), {
      login,
      privateRegistries: [registry.name],
    });
  beforeAll(async () => {
    registry = await Registry.start();
  }, 60_000);
  afterAll(() => registry?.stop());

  it('has an image by tag and by digest, with its size', async () => {
    const { digest, bytes } = await registry.push('team/report', ['1.4'], [1000, 2345]);
    const there = { kind: 'there', digest, bytes, platforms: 1 };
    expect(await see('team/report:1.4')).toMatchObject(there);
    expect(await see(`team/report@${digest}`)).toMatchObject(there);
  });

  it('has a list of platforms, whose size counts shared parts once', async () => {
    const type = 'application/vnd.oci.image';
    const one = await registry.push('team/multi', ['amd64'], [500]);
    const other = await registry.push('team/multi', ['arm64'], [700]);
    const manifests = [];
    for (const { digest } of [one, other, one]) {
      const seen = await registryManifestSize(registry, 'team/multi', digest);
      manifests.push({ mediaType: `${type}.manifest.v1+json`, digest, size: seen });
    }
    const index = { schemaVersion: 2, mediaType: `${type}.index.v1+json`, manifests };
    const digest = await registry.manifest('team/multi', ['all'], index);
    const bytes = one.bytes + other.bytes;
    expect(await see('team/multi:all')).toMatchObject({
      kind: 'there',
      digest,
      bytes,
      platforms: 3,
    });
  });

  it('has an image no more once it was deleted by its digest, and never had others', async () => {
    const { digest } = await registry.push('team/gone', ['a', 'b']);
    await registry.delete('team/gone', digest);
    for (const name of ['team/gone:a', 'team/gone:b', 'team/never:1']) {
      expect([name, (await see(name)).kind]).toEqual([name, 'gone']);
    }
  });

  it('is not asked on this machine unless it was named', async () => {
    const seen = await seeImage(reference(`${registry.name}/team/report:1.4`), { login: nobody });
    expect(seen).toEqual({ kind: 'not seen', why: expect.stringContaining('this machine itself') });
  });

  it('can’t be seen while it is down, which is not gone', async () => {
    await registry.halt();
    expect(await see('team/report:1.4')).toMatchObject({ kind: 'not seen' });
    await registry.resume();
    expect(await see('team/report:1.4')).toMatchObject({ kind: 'there' });
  }, 60_000);

  it('gets no password over http', async () => {
    const closed = await Registry.start({ login: true });
    const image = reference(`${closed.name}/team/report:1.4`);
    const seen = await seeImage(image, { login: somebody, privateRegistries: [closed.name] });
    await closed.stop();
    expect(seen).toEqual({ kind: 'not seen', why: expect.stringContaining('over http') });
    expect(JSON.stringify(seen)).not.toContain(LOGIN.password);
  }, 60_000);
});

async function registryManifestSize(registry: Registry, repository: string, digest: string) {
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  const url = `http://${registry.name}/v2/${repository}/manifests/${digest}`;
  const body = await (await fetch(url, { headers: { accept } })).arrayBuffer();
  return body.byteLength;
}

describe('a hostile registry', () => {
  type Answer = (request: IncomingMessage, reply: ServerResponse, port: number) => void;

  /** What is seen of an image where the registry answers like this, and what it was sent. */
  async function seen(answer: Answer, name = 'a/b:1', login = somebody) {
    const got: string[] = [];
    const server = createServer((request, reply) => {
      got.push(`${request.url} ${request.headers.authorization ?? '-'}`);
      const address = server.address();
      answer(request, reply, typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    try {
      const options = { login, privateRegistries: [host], timeout: 1000 };
      const is = await seeImage(reference(`${host}/${name}`), options);
      const text = JSON.stringify(is);
      expect(text).not.toContain(LOGIN.password);
      return { is, got, why: is.kind === 'not seen' ? is.why : is.kind };
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  const type = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = (size: unknown) =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: { digest: 'sha256:1', size: 1 },
      layers: [{ digest: 'sha256:2', size }],
    });

  it('is not asked on this machine or by an address in disguise, unless it was named', async () => {
    const got: (string | undefined)[] = [];
    const server = createServer((request, reply) => {
      got.push(request.url);
      reply.end();
    });
    await new Promise<void>((done) => server.listen(0, '0.0.0.0', done));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const login = async () => undefined;
    for (const host of [
      ...[
        '127.0.0.1',
        '127.1',
        '2130706433',
        '0x7f000001',
        '0177.0.0.1',
        'localhost',
        '0',
        '0.0.0.0',
      ],
      ...['[::1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:7f00:1]', '[::7f00:1]', 'LOCALHOST'],
    ]) {
      const seen = await seeImage(reference(`${host}:${port}/a/b:1`), { login });
      expect([host, seen.kind]).toEqual([host, 'not seen']);
    }
    server.close();
    expect(got).toEqual([]);
  });

  it('redirects to private addresses, and is not followed', async () => {
    for (const to of [
      'https://169.254.169.254/latest/meta-data/',
      'https://10.0.0.1/x',
      'https://[::ffff:10.0.0.1]/x',
      'https://localhost/x',
      'https://[fd00::1]/x',
      'https://2130706433/x',
      'https://0x7f.1/x',
      'https://[::ffff:a9fe:a9fe]/x',
      'https://[64:ff9b::a9fe:a9fe]/x',
    ]) {
      const { why } = await seen((_, reply) => void reply.writeHead(307, { location: to }).end());
      expect([to, why]).toEqual([to, expect.stringContaining('It was not asked')]);
    }
  });

  it('redirects to an address with a login in it, or sends its answer without end', async () => {
    const to = 'https://ann:canary-Pd93@example.org/';
    const led = await seen((_, reply) => void reply.writeHead(307, { location: to }).end());
    expect(led.why).toContain('with a login in it');
    expect(led.why).not.toContain('canary');
    let drip: NodeJS.Timeout | undefined;
    const endless = await seen((_, reply) => {
      reply.writeHead(200, { 'content-type': type });
      drip = setInterval(() => reply.write('x'), 20);
    });
    clearInterval(drip);
    expect(endless.is.kind).toBe('not seen');
  });

  it('redirects without TLS to another place, or for ever, and is not followed', async () => {
    const plain = await seen(
      (_, r) => void r.writeHead(302, { location: 'http://example.org/' }).end(),
    );
    expect(plain.why).toContain('without TLS');
    const forever = await seen((_, r, port) => {
      r.writeHead(302, { location: `http://127.0.0.1:${port}/again` }).end();
    });
    expect(forever.why).toContain('redirects more than 3 times');
    expect(forever.got).toHaveLength(4);
  });

  it('sends for a token to somebody else, who gets no login', async () => {
    for (const realm of [
      'https://tokens.example.org/t',
      'http://tokens.example.org/t',
      'https://10.0.0.1/t',
      'x',
    ]) {
      const { got, is } = await seen((_, reply) => {
        reply.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end();
      });
      expect([realm, is.kind, got]).toEqual([realm, 'not seen', [expect.stringMatching(/ -$/)]]);
    }
  });

  it('asks for a password over http, and gets none', async () => {
    const { got, why } = await seen((_, reply) => {
      reply.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    expect(why).toContain('over http');
    const token = await seen((_, reply, port) => {
      const realm = `http://127.0.0.1:${port}/token`;
      reply.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
    });
    expect(token.why).toContain('over http');
    expect([...got, ...token.got].every((each) => each.endsWith(' -'))).toBe(true);
  });

  it('lies about digests and sizes, and is not believed', async () => {
    const digest = `sha256:${createHash('sha256').update('other').digest('hex')}`;
    const ok = { 'content-type': type };
    const lies = {
      'another digest': () =>
        seen(
          (_, r) =>
            void r.writeHead(200, { ...ok, 'docker-content-digest': digest }).end(manifest(1)),
        ),
      'than was asked for': () =>
        seen((_, r) => void r.writeHead(200, ok).end(manifest(1)), `a/b@${digest}`),
      'size that can be': () => seen((_, r) => void r.writeHead(200, ok).end(manifest(-1))),
      'larger than can be': () =>
        seen((_, r) => void r.writeHead(200, ok).end(manifest(Number.MAX_SAFE_INTEGER))),
      'no size': () => seen((_, r) => void r.writeHead(200, ok).end(manifest('1'))),
      'not JSON': () => seen((_, r) => void r.writeHead(200, ok).end('<html>')),
      'larger than 4 MiB': () =>
        seen((_, r) => void r.writeHead(200, ok).end('x'.repeat(5 * 2 ** 20))),
      'too long': () => seen(() => {}),
    };
    for (const [why, lie] of Object.entries(lies)) {
      expect((await lie()).why).toContain(why);
    }
  }, 30_000);

  it('has a list of which it lacks a part, or whose parts are lists: nobody knows its size', async () => {
    const index = 'application/vnd.oci.image.index.v1+json';
    const nested = JSON.stringify({ schemaVersion: 2, mediaType: index, manifests: [] });
    const of = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
    for (const there of [true, false]) {
      const part = { digest: of(nested), size: nested.length };
      const list = JSON.stringify({ schemaVersion: 2, mediaType: index, manifests: [part] });
      const { is } = await seen((request, reply) => {
        const isPart = request.url?.includes(part.digest) === true;
        if (isPart && !there) return void reply.writeHead(404).end();
        reply.writeHead(200, { 'content-type': index }).end(isPart ? nested : list);
      });
      expect(is).toMatchObject({ kind: 'there', bytes: null, parts: [part.digest], platforms: 1 });
    }
  });

  it('answers 404 as a web server does, which is not gone', async () => {
    const { is } = await seen((_, reply) => void reply.writeHead(404).end('<h1>Not found</h1>'));
    expect(is.kind).toBe('not seen');
    const gone = { errors: [{ code: 'MANIFEST_UNKNOWN' }] };
    const known = await seen((_, reply) => void reply.writeHead(404).end(JSON.stringify(gone)));
    expect(known.is.kind).toBe('gone');
  });

  it('hands out a token, which goes nowhere else', async () => {
    const { got, is } = await seen(
      (request, reply, port) => {
        if (request.url?.startsWith('/token') === true) {
          reply.end(JSON.stringify({ token: 't0ken' }));
        } else if (request.headers.authorization === 'Bearer t0ken') {
          reply.writeHead(200, { 'content-type': type }).end(manifest(41));
        } else {
          const realm = `http://127.0.0.1:${port}/token`;
          reply.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="s"` }).end();
        }
      },
      'a/b:1',
      async () => undefined as never,
    );
    expect(is).toMatchObject({ kind: 'there', bytes: 42 });
    expect(got[1]).toContain('scope=repository%3Aa%2Fb%3Apull');
  });
});

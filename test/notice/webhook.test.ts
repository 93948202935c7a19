import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliver, type Patience, WebhookError } from '../../lib/notice/webhook.js';
import { parseWebhook } from '../../lib/notice/webhook-url.js';
import { Authority } from '../support/etcd.js';
import { freePorts } from '../support/ports.js';
import { WebhookServer } from '../support/webhook.js';

const SECRET = 'canary-Zt83kq';
const QUICK: Patience = { delay: 5 };

/** How a delivery fails, and that nothing of the address is in what it says. */
async function failure(base: string, patience: Patience = QUICK): Promise<WebhookError> {
  const url = new URL(`/services/${SECRET}?token=${SECRET}`, base);
  const error: unknown = await deliver({ url, body: '{}', id: 'i' }, patience).then(
    () => undefined,
    (each: unknown) => each,
  );
  if (!WebhookError.isWebhookError(error)) throw new Error(`no failure: ${String(error)}`);
  for (const said of [error.message, error.remedy, error.stack ?? '']) {
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain(url.host);
  }
  return error;
}

describe('a webhook', () => {
  let hook: WebhookServer;
  beforeEach(async () => {
    hook = await WebhookServer.start();
  });
  afterEach(() => hook.stop());

  it('gets the body, and the id by which it knows a message again', async () => {
    const body = '{"a":"ä"}';
    await deliver({ url: new URL('/hook?x=1', hook.base), body, id: 'abc' });
    expect(hook.calls).toMatchObject([
      {
        ...{ path: '/hook?x=1', body },
        headers: { 'content-type': 'application/json', 'idempotency-key': 'abc' },
      },
    ]);
  });

  it('is asked again where it is busy, with the same message', async () => {
    hook.answer = (reply, count) => reply.writeHead(count < 3 ? 503 : 204).end();
    await deliver({ url: new URL(hook.base), body: '{}', id: 'abc' }, QUICK);
    expect(hook.calls.map(({ headers }) => headers['idempotency-key'])).toEqual([
      'abc',
      'abc',
      'abc',
    ]);
  });

  it('is given up after four attempts', async () => {
    hook.answer = (reply) => reply.writeHead(500).end();
    expect((await failure(hook.base)).message).toBe('The webhook answered 500: it is busy.');
    expect(hook.calls).toHaveLength(4);
  });

  it('says how long to wait, in seconds or as a time', async () => {
    const times: number[] = [];
    hook.answer = (reply, count) => {
      times.push(Date.now());
      const soon = new Date(Date.now() + 2000).toUTCString();
      const after = ['1', soon][count - 1];
      if (after === undefined) reply.writeHead(200).end();
      else reply.writeHead(429, { 'retry-after': after }).end();
    };
    await deliver({ url: new URL(hook.base), body: '{}', id: 'i' }, { delay: 1 });
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(990);
    // The header has whole seconds.
    expect(third - second).toBeGreaterThanOrEqual(900);
  });

  it('isn’t waited for where it asks for too long', async () => {
    hook.answer = (reply) => reply.writeHead(429, { 'retry-after': '3600' }).end();
    expect((await failure(hook.base)).message).toContain('429');
    expect(hook.calls).toHaveLength(1);
  });

  it.each([
    ['nonsense', 4],
    ['-5', 4],
    ['99999999999', 4],
  ])('may say %j, which is no time to wait', async (header, attempts) => {
    hook.answer = (reply) => reply.writeHead(503, { 'retry-after': header }).end();
    await failure(hook.base);
    expect(hook.calls).toHaveLength(attempts);
  });

  it.each([301, 302, 303, 307, 308])('that redirects by %i is not followed', async (status) => {
    hook.answer = (reply, _count, base) =>
      reply.writeHead(status, { location: `${base}/elsewhere/${SECRET}` }).end();
    expect((await failure(hook.base)).message).toContain('redirects, which is not followed');
    expect(hook.calls).toHaveLength(1);
  });

  it.each([
    [400, '--format'],
    [404, 'address'],
    [410, 'address'],
  ])('that refuses by %i is asked once', async (status, remedy) => {
    hook.answer = (reply) => reply.writeHead(status).end(SECRET);
    expect((await failure(hook.base)).remedy).toContain(remedy);
    expect(hook.calls).toHaveLength(1);
  });

  it('that never answers is waited for so long, each time', async () => {
    hook.answer = () => undefined;
    const started = Date.now();
    const { message } = await failure(hook.base, { ...QUICK, timeout: 100, attempts: 2 });
    expect(message).toBe('The webhook did not answer within 0.1 s.');
    expect(hook.calls).toHaveLength(2);
    expect(Date.now() - started).toBeLessThan(30_000);
  });

  it.each([200, 500])('that answers %i with an endless body is left alone', async (status) => {
    const closed: Promise<void>[] = [];
    hook.answer = (reply) => {
      reply.writeHead(status);
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (!reply.destroyed && reply.write(chunk));
      };
      closed.push(new Promise((done) => reply.on('close', done)));
      reply.on('drain', more);
      more();
    };
    const url = new URL(hook.base);
    const patience = { ...QUICK, attempts: 2, timeout: 600_000 };
    const sent = deliver({ url, body: '{}', id: 'i' }, patience);
    if (status === 200) await sent;
    else await expect(sent).rejects.toThrow('answered 500');
    // Nobody reads on: the connections are closed from this side.
    await Promise.all(closed);
    expect(hook.calls).toHaveLength(status === 200 ? 1 : 2);
  });

  it('that cuts the connection is asked again', async () => {
    hook.answer = (reply, count) => (count === 1 ? reply.destroy() : reply.writeHead(200).end());
    await deliver({ url: new URL(hook.base), body: '{}', id: 'i' }, QUICK);
    expect(hook.calls).toHaveLength(2);
  });
});

it('nobody answers where nobody is', async () => {
  const [port = 0] = await freePorts(1);
  const { message } = await failure(`http://127.0.0.1:${port}`);
  expect(message).toBe('The webhook could not be reached (ECONNREFUSED).');
});

describe('a webhook over TLS', () => {
  let authority: Authority;
  let hook: WebhookServer;
  beforeAll(async () => {
    authority = new Authority();
    hook = await WebhookServer.start(authority.sign('hook'));
  });
  afterAll(async () => {
    await hook.stop();
    authority.remove();
  });

  it('is sent to where its certificate is accepted', async () => {
    const url = new URL('/hook', hook.base);
    await deliver({ url, body: '{}', id: 'i' }, { ca: authority.ca });
    expect(hook.calls.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('gets nothing where its certificate is not accepted, whatever the environment says', async () => {
    const before = hook.calls.length;
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const { message } = await failure(hook.base);
      expect(message).toMatch(/^The webhook’s certificate is not accepted \([A-Z_]+\)\.$/);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
    expect(hook.calls).toHaveLength(before);
  });

  it('gets nothing where the name is another', async () => {
    const url = hook.base.replace('127.0.0.1', 'localhost');
    const { message } = await failure(url, { ...QUICK, ca: authority.ca });
    expect(message).toContain('certificate is not accepted');
  });
});

describe('a webhook’s address', () => {
  it.each([
    'https://hooks.example.org/services/T0/B0/x',
    'http://localhost:8080/hook',
    'http://127.0.0.1/hook',
    'http://[::1]:1/hook',
    ' https://hooks.example.org/x\n',
  ])('may be %j', (text) => {
    expect(parseWebhook(text).value?.href).toBe(new URL(text.trim()).href);
  });

  it.each([
    [`http://hooks.example.org/${SECRET}`, 'is not https'],
    [`http://localhost.example.org/${SECRET}`, 'is not https'],
    [`http://127.0.0.1.example.org/${SECRET}`, 'is not https'],
    [`file:///${SECRET}`, 'is not https'],
    [`https://ann:${SECRET}@hooks.example.org/`, 'user or password'],
    [`${SECRET}`, 'is not an address'],
    [`https://[${SECRET}`, 'is not an address'],
    ['', 'is not set'],
    [undefined, 'is not set'],
  ])('can’t be %j, and is not repeated', (text, why) => {
    const { value, problems } = parseWebhook(text);
    expect(value).toBeUndefined();
    expect(problems[0]?.message).toContain(why);
    expect(JSON.stringify(problems)).not.toContain(SECRET);
    expect(JSON.stringify(problems)).not.toContain('example.org');
  });
});

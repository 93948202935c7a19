import { beforeEach, expect, it } from 'vitest';
import type { Asking, Reply } from '../../lib/registry/http.js';
import { RegistrySession } from '../../lib/registry/session.js';

const asked: Asking[] = [];
let answer: (asking: Asking) => Partial<Reply>;

// Names of other people's domains lead nowhere in a test: what would be sent to them is looked at.
const ask = async (asking: Asking): Promise<Reply> => {
  asked.push(asking);
  return { status: 200, headers: {}, body: Buffer.from('{"token":"t0ken"}'), ...answer(asking) };
};

const PASSWORD = 'canary-Vb41mz';
const login = async () => ({ kind: 'password', username: 'ann', password: PASSWORD }) as const;
const hostsWith = (header: RegExp) =>
  asked
    .filter(({ headers }) => header.test(headers['authorization'] ?? ''))
    .map(({ place }) => place.host);
const get = (registry: string) =>
  new RegistrySession(registry, 'a/b', { login, ask })
    .get('manifests/1', '*/*')
    .catch(() => undefined);
const challenge = (realm: string) => (asking: Asking) =>
  asking.path.startsWith('/v2/') && asking.headers['authorization'] === undefined
    ? { status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}"` } }
    : {};

beforeEach(() => {
  asked.length = 0;
});

it.each([
  ['registry.example.org', 'registry.example.org'],
  ['registry.example.org', 'example.org'],
  ['docker.io', 'auth.docker.io'],
])('a login for %s goes to %s', async (registry, host) => {
  answer = challenge(`https://${host}/token`);
  await get(registry);
  expect(hostsWith(/^Basic /)).toEqual([host]);
});

it.each([
  ['registry.example.org', 'tokens.example.org'],
  ['registry.example.org', 'evil.org'],
  ['registry.example.org', 'org'],
  ['example.org', 'evilexample.org'],
  ['evil.org', 'auth.docker.io'],
])('a login for %s doesn’t go to %s', async (registry, host) => {
  answer = challenge(`https://${host}/token`);
  await get(registry);
  expect(asked.map(({ place }) => place.host)).toContain(host);
  expect(hostsWith(/^Basic /)).toEqual([]);
});

it('a token goes nowhere that a registry redirects to', async () => {
  answer = (asking) => {
    if (asking.place.host === 'storage.example.net' || asking.path.startsWith('/token')) return {};
    return asking.headers['authorization'] === undefined
      ? challenge('https://registry.example.org/token')(asking)
      : { status: 307, headers: { location: 'https://storage.example.net/x' } };
  };
  await get('registry.example.org');
  expect(asked.at(-1)?.place.host).toBe('storage.example.net');
  expect(new Set(hostsWith(/./))).toEqual(new Set(['registry.example.org']));
});

it('a private registry leads nobody to what else listens on its host', async () => {
  for (const [host, other] of [
    ['localhost:5000', 'https://localhost:2379/v3/kv'],
    ['registry.corp:5000', 'https://registry.corp:8443/x'],
    ['registry.corp', 'https://registry.corp:6443/x'],
  ] as const) {
    asked.length = 0;
    answer = ({ path }) =>
      path.startsWith('/v2/') ? { status: 307, headers: { location: other } } : {};
    const options = { login, ask, privateRegistries: [host.toUpperCase()] };
    await new RegistrySession(host, 'a/b', options).get('manifests/1', '*/*');
    expect(asked.map(({ place }) => place.mayBePrivate)).toEqual([true, false]);
  }
});

it('a registry that is slow with each of its answers holds nobody up', async () => {
  answer = () => ({ status: 307, headers: { location: 'https://registry.example.org/again' } });
  const slow = async (asking: Asking) => {
    await new Promise((done) => setTimeout(done, 30));
    return ask(asking);
  };
  const session = new RegistrySession('registry.example.org', 'a/b', {
    login,
    ask: slow,
    total: 50,
  });
  await expect(session.get('manifests/1', '*/*')).rejects.toThrow('too long');
  expect(asked.length).toBeLessThan(4);
  expect(asked.every(({ timeout = Infinity }) => timeout <= 50)).toBe(true);
});

it('a registry that asks for a password itself gets it, over TLS', async () => {
  answer = ({ headers }) =>
    headers['authorization'] === undefined
      ? { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
      : {};
  await get('registry.example.org');
  expect(hostsWith(/^Basic /)).toEqual(['registry.example.org']);
  expect(asked.every(({ place }) => place.isSecure)).toBe(true);
});

import { expect, it } from 'vitest';
import { parseChallenge } from '../../lib/registry/challenge.js';
import { placeOf, plainPlaceOf, refusalOf } from '../../lib/registry/place.js';

const refused = (registry: string, address: string, isPrivate = false) =>
  refusalOf(placeOf(registry, isPrivate), address) !== undefined;

const FORBIDDEN = [
  ...['169.254.169.254', '0.0.0.0', '224.0.0.1', '255.255.255.255', 'fe80::1', '::', 'ff02::1'],
  ...['::a9fe:a9fe', '::ffff:0:a9fe:a9fe', '0:0:0:0:0:ffff:a9fe:a9fe', '192.88.99.1', '3fff::1'],
  ...['64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe'],
];
const PRIVATE = [
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  'fd00::1',
];
const LOOPBACK = ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'];

it('connects to public addresses alone, unless a registry was named as private', () => {
  for (const each of [...FORBIDDEN, ...PRIVATE, ...LOOPBACK]) {
    expect([each, refused('registry.example.org', each)]).toEqual([each, true]);
  }
  for (const each of ['93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8']) {
    expect([each, refused('registry.example.org', each)]).toEqual([each, false]);
  }
});

it('connects a private registry to its network, and only one that says so to this machine', () => {
  for (const each of PRIVATE) expect(refused('registry.corp', each, true)).toBe(false);
  for (const each of FORBIDDEN) expect(refused('registry.corp', each, true)).toBe(true);
  for (const each of LOOPBACK) {
    expect(refused('registry.corp', each, true)).toBe(true);
    expect(refused('localhost:5000', each, true)).toBe(false);
    expect(refused('localhost:5000', each, false)).toBe(true);
  }
});

it('speaks without TLS to this machine alone, where it was named', () => {
  expect(plainPlaceOf('localhost:5000', true)).toMatchObject({ isSecure: false, port: 5000 });
  expect(plainPlaceOf('[::1]:5000', true)).toMatchObject({ isSecure: false, host: '::1' });
  expect(placeOf('registry.corp', true)).toMatchObject({ isSecure: true, port: 443 });
  for (const [name, isPrivate] of [
    ['localhost:5000', false],
    ['registry.corp', true],
    ['10.0.0.1:5000', true],
  ] as const) {
    expect([name, plainPlaceOf(name, isPrivate)]).toEqual([name, undefined]);
  }
});

it('reads how a registry asks for a login', () => {
  const realm = 'https://auth.example.org/token';
  expect(parseChallenge(`Bearer realm="${realm}",service="s",scope="repository:a:pull"`)).toEqual({
    ...{ scheme: 'bearer', realm, service: 's', scope: 'repository:a:pull' },
  });
  expect(parseChallenge(`Basic realm="x", Bearer realm="${realm}"`)).toMatchObject({
    scheme: 'bearer',
  });
  expect(parseChallenge('basic realm="x"')).toEqual({ scheme: 'basic' });
  for (const each of [undefined, '', 'Digest realm="x"', 'Bearer service="s"', 'x'.repeat(5000)]) {
    expect(parseChallenge(each)).toBeUndefined();
  }
});

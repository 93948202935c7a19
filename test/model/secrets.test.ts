import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDate } from '../../lib/base/timestamp.js';
import { checkConfigMap } from '../../lib/model/config-map.js';
import { checkCredential } from '../../lib/model/credential.js';
import {
  checkRegistrySecret,
  DOCKER_HUB_SERVER,
  ibmContainerRegistryServer,
  type RegistrySecretProps,
} from '../../lib/model/registry-secret.js';
import { checkRotation } from '../../lib/model/revisions.js';
import { checkSecret, type SecretProps } from '../../lib/model/secret.js';
import { codes } from '../support/codes.js';

const credential = { variable: 'token', revision: 1 };
const registry = (changes: object) => {
  const props: RegistrySecretProps = {
    server: 'registry.example.org',
    username: 'ann',
    password: credential,
    ...changes,
  };
  return checkRegistrySecret(props);
};
const secret = (props: unknown) => checkSecret(JSON.parse(JSON.stringify(props)) as SecretProps);

describe('a credential', () => {
  it('is a variable and a revision', () => {
    expect(checkCredential(credential, 'password').value).toEqual(credential);
  });

  it('is never taken as a value, and nothing of the value is said', () => {
    const values = fc.oneof(
      fc.string({ minLength: 6 }).filter((text) => !'credential'.includes(text)),
      fc.uint8Array({ minLength: 1 }),
      fc.integer({ min: 100_000 }),
    );
    fc.assert(
      fc.property(values, (value) => {
        const checked = checkCredential(value, 'password');
        expect(codes(checked)).toEqual(['credential/literal']);
        expect(checked).toEqual(checkCredential('', 'password'));
      }),
    );
  });

  it('does not repeat a variable’s name that may be the secret itself', () => {
    const checked = checkCredential({ variable: 'hunter2 canary', revision: 1 }, 'password');
    expect(codes(checked)).toEqual(['credential/variable']);
    expect(JSON.stringify(checked)).not.toContain('hunter2');
  });

  it('counts revisions from 1', () => {
    for (const revision of [0, -1, 1.5, '1', undefined, 2 ** 31]) {
      expect(codes(checkCredential({ variable: 'x', revision }, 'p'))).toEqual([
        'credential/revision-number',
      ]);
    }
    for (const variable of ['count', '1x', 'a b', '']) {
      expect(codes(checkCredential({ variable, revision: 1 }, 'p'))).toEqual([
        'credential/variable',
      ]);
    }
  });
});

describe('the day since when a credential has been in use', () => {
  it('is one that the calendar has', () => {
    const check = (rotated: string) =>
      codes(checkCredential({ variable: 'token', revision: 1, rotated }, 'password').problems);
    for (const day of ['2026-01-31', '2024-02-29', '0001-01-01']) expect(check(day)).toEqual([]);
    for (const day of ['2026-02-29', '0000-01-01', '2026-13-01', '2026-00-10', '2026-1-1']) {
      expect(check(day)).toEqual(['credential/rotated']);
      expect(parseDate(day).value).toBeUndefined();
    }
  });
});

describe('a registry secret', () => {
  it('knows Docker Hub by all its names', () => {
    for (const server of ['docker.io', 'index.docker.io', 'https://index.docker.io/v1/']) {
      expect(registry({ server }).value?.server).toBe(DOCKER_HUB_SERVER);
    }
  });

  it('knows the regions of IBM Cloud Container Registry', () => {
    expect(ibmContainerRegistryServer()).toBe('us.icr.io');
    expect(ibmContainerRegistryServer('global')).toBe('icr.io');
    const ibm = (region: string) =>
      registry({ server: ibmContainerRegistryServer(region), username: 'iamapikey' });
    for (const region of ['us', 'de', 'jp2', 'private.uk', 'global']) {
      expect(codes(ibm(region))).toEqual([]);
    }
    expect(codes(ibm('dee'))).toEqual(['registry-secret/region']);
    expect(ibm('dee').problems[0]?.remedy).toContain('Did you mean `de`?');
    expect(codes(registry({ server: 'us.icr.io' }))).toEqual(['registry-secret/ibm-username']);
  });

  it('takes any other host, and nothing that is none', () => {
    expect(registry({ server: 'registry.local:5000' }).value?.server).toBe('registry.local:5000');
    for (const server of ['', 'a b', 'http://x', 'host:99999', 'host/path', 7]) {
      expect(codes(registry({ server }))).toEqual(['registry-secret/server']);
    }
  });

  it('does not repeat a password that stands in the server or user name', () => {
    const inServer = registry({ server: 'https://ann:hunter2@registry.example.org' });
    const inUser = registry({ username: 'ann:hunter2' });
    expect([...codes(inServer), ...codes(inUser)]).toEqual([
      'registry-secret/server-user',
      'registry-secret/username',
    ]);
    expect(JSON.stringify([inServer, inUser])).not.toContain('hunter2');
  });

  it('names what is missing or unknown, all at once', () => {
    expect(codes(registry({ username: '', password: 'x', pasword: 'y' }))).toEqual([
      'item/unknown-property',
      'item/text',
      'credential/literal',
    ]);
  });
});

describe('a secret of another format', () => {
  it('has the fields of its format', () => {
    const key = credential;
    for (const props of [
      { format: 'generic', data: { 'api.key': key } },
      { format: 'basic_auth', username: 'ann', password: key },
      { format: 'ssh_auth', sshKey: key, knownHosts: 'example.org ssh-ed25519 AAAA\n' },
      { format: 'tls', certificate: '-----BEGIN CERTIFICATE-----\nMII\n', key },
      { format: 'hmac_auth', accessKeyId: key, secretAccessKey: key },
    ]) {
      expect(secret(props).value).toEqual(props);
    }
  });

  it('is refused without them, or with others', () => {
    expect(codes(secret({ format: 'basic-auth' }))).toEqual(['secret/format']);
    expect(secret({ format: 'basic-auth' }).problems[0]?.remedy).toContain('`basic_auth`');
    expect(codes(secret({ format: 'generic', data: {} }))).toEqual(['secret/data']);
    expect(codes(secret({ format: 'generic', data: { 'a b': credential } }))).toEqual([
      'item/data-key',
    ]);
    expect(codes(secret({ format: 'tls', key: credential }))).toEqual(['item/text']);
    expect(codes(secret(null))).toEqual(['secret/format']);
  });

  it('refuses a private key among public text, and does not repeat it', () => {
    const pem = '-----BEGIN RSA PRIVATE KEY-----\nhunter2\n';
    const checked = secret({ format: 'tls', certificate: pem, key: credential });
    expect(codes(checked)).toEqual(['secret/private-key']);
    expect(JSON.stringify(checked)).not.toContain('hunter2');
  });
});

describe('a config map', () => {
  it('holds texts by key, one mebibyte at most', () => {
    expect(checkConfigMap({ data: { A: '1' } }).value).toEqual({ data: { A: '1' } });
    const wrong: unknown = { A: 1, 'b c': '' };
    expect(codes(checkConfigMap({ data: wrong as Record<string, string> }))).toEqual([
      'config-map/value',
      'item/data-key',
    ]);
    expect(codes(checkConfigMap({ data: { A: 'x'.repeat(2 ** 20) } }))).toEqual([
      'config-map/size',
    ]);
  });
});

describe('a rotation', () => {
  const before = { server: 's', username: 'ann', password: { variable: 'token', revision: 2 } };
  const rotated = (changes: object) =>
    checkRotation('registry-secrets', before, { ...before, ...changes });

  it('is a higher revision, with or without other changes', () => {
    const password = { variable: 'other', revision: 3 };
    expect(rotated({ password, username: 'bob' })).toEqual([]);
    expect(rotated({})).toEqual([]);
    expect(rotated({ path: 'elsewhere/hub' })).toEqual([]);
  });

  it('is missed when the content changes and the revision does not, or falls', () => {
    expect(codes(rotated({ username: 'bob' }))).toEqual(['credential/revision']);
    expect(codes(rotated({ password: { variable: 'other', revision: 2 } }))).toEqual([
      'credential/revision',
    ]);
    expect(codes(rotated({ password: { variable: 'token', revision: 1 } }))).toEqual([
      'credential/revision',
    ]);
  });

  it('of one credential does not hide that another one falls', () => {
    const pair = (a: number, b: number) => ({
      format: 'hmac_auth' as const,
      accessKeyId: { variable: 'a', revision: a },
      secretAccessKey: { variable: 'b', revision: b },
    });
    expect(codes(checkRotation('secrets', pair(1, 2), pair(3, 1)))).toEqual([
      'credential/revision',
    ]);
    expect(checkRotation('secrets', pair(1, 2), pair(2, 2))).toEqual([]);
  });
});

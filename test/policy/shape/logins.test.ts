import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Evaluation } from '../../../lib/policy/evaluate.js';
import { compilePolicy } from '../../../lib/policy/policy.js';
import { Views } from '../../../lib/policy/targets.js';
import { policyDocument } from '../../support/policies.js';

const TYPE = 'kubernetes.io/dockerconfigjson';
const USER = 'canary-user-Qz1';
const HOST = 'canary-host-Xw7.example.org';
const PASSWORD = 'canary-password-Lk9';

function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function secret(values: object, unknown: object = {}) {
  const type = 'kubernetes_secret_v1';
  return { address: `${type}.x`, type, values: { type: TYPE, ...values }, unknown, sensitive: {} };
}

function seen(values: object, unknown: object = {}) {
  return new Views(secret(values, unknown)).of('docker-config');
}

function content(login: object, key = '.dockerconfigjson') {
  const servers = { [HOST]: login };
  return { [key]: JSON.stringify(key === '.dockercfg' ? servers : { auths: servers }) };
}

describe('the logins of a secret are seen', () => {
  it('whichever way they are written', () => {
    const login = { username: USER, password: PASSWORD, auth: encoded(`${USER}:${PASSWORD}`) };
    const expected = {
      server: HOST,
      host: HOST.toLowerCase(),
      scheme: 'https',
      username: USER,
      password: PASSWORD,
      auth: { username: USER, password: PASSWORD },
      agrees: true,
    };
    const plain = content(login);
    const binary = { '.dockerconfigjson': encoded(plain['.dockerconfigjson'] ?? '') };
    const forms = [
      seen({ data: plain }),
      seen({ binary_data: binary }),
      seen({ data: content(login, '.dockercfg') }),
      new Views({
        ...secret({}),
        type: 'kubernetes_manifest',
        values: { manifest: { kind: 'Secret', data: binary } },
      }).of('docker-config'),
    ];
    for (const form of forms) expect(form).toMatchObject([{ value: { logins: [expected] } }]);
  });

  it('with the registry named as in an image', () => {
    const hostOf = (server: string) =>
      seen({ data: { '.dockercfg': JSON.stringify({ [server]: {} }) } }).map(({ value }) => value);
    expect(hostOf('https://index.docker.io/v1/')).toMatchObject([
      { logins: [{ host: 'docker.io', scheme: 'https' }] },
    ]);
    expect(hostOf('HTTP://Registry.example.org:5000/team')).toMatchObject([
      { logins: [{ host: 'registry.example.org:5000', scheme: 'http' }] },
    ]);
  });

  it('not in other objects, and not where the content is written only', () => {
    expect(seen({ data: null, data_wo_revision: 1 })).toEqual([]);
    expect(seen({ data: { password: 'x' } })).toEqual([]);
    const map = { ...secret({ data: content({}) }), type: 'kubernetes_config_map' };
    expect(new Views(map).of('docker-config')).toEqual([]);
  });

  it('as not known where the content, or what may go over it, is not known', () => {
    expect(seen({}, { data: true })).toMatchObject([{ unknown: true }]);
    expect(seen({ data: {} }, { data: { '.dockerconfigjson': true } })).toMatchObject([
      { unknown: true },
    ]);
    const binary = { '.dockerconfigjson': encoded('{"auths":{}}') };
    expect(seen({ type: 'Opaque', binary_data: binary }, { data: true })).toMatchObject([
      { unknown: true },
    ]);
    expect(seen({ type: 'Opaque' }, { data: true })).toEqual([]);
  });
});

describe('nothing of a login is ever told', () => {
  const strange = policyDocument({
    target: 'docker-config',
    schema: {
      type: 'object',
      properties: {
        logins: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: { type: 'string', maxLength: 1 },
            propertyNames: { pattern: '^x' },
          },
        },
      },
    },
  });

  function outcomes(text: string, sensitive: object) {
    const { value: policy } = compilePolicy(strange);
    const evaluation = new Evaluation(policy === undefined ? [] : [policy]);
    evaluation.add({ ...secret({ data: { '.dockerconfigjson': text } }), sensitive });
    return evaluation.outcomes.map(({ faults, verdict }) => ({ faults, verdict }));
  }

  it.each([
    ['a login that a policy refuses', content({ username: USER })['.dockerconfigjson'] ?? ''],
    ['no JSON', `{"auths":{"${HOST}":"${PASSWORD}`],
    ['no object', `"${PASSWORD}"`],
    ['no logins', `{"${USER}":1}`],
    ['a login that is text', `{"auths":{"${HOST}":"${PASSWORD}"}}`],
    ['a user that is no text', `{"auths":{"${HOST}":{"username":["${USER}"]}}}`],
    ['auth that is not encoded', `{"auths":{"${HOST}":{"auth":"${USER}:${PASSWORD}"}}}`],
    ['auth without a password', `{"auths":{"${HOST}":{"auth":"${encoded(USER)}"}}}`],
    ['names in capital letters', `{"Auths":{"${HOST}":{"Username":"${USER}"}}}`],
    ['too much', `{"auths":{"${HOST}":{"username":"${USER.repeat(200_000)}"}}}`],
  ])('%s', (_, text) => {
    for (const sensitive of [{}, { data: true }, { data: { '.dockerconfigjson': true } }]) {
      const told = outcomes(text, sensitive);
      expect(told).toMatchObject([
        { verdict: 'fail', faults: expect.arrayContaining([expect.anything()]) },
      ]);
      expect(told.flatMap(({ faults }) => faults.map(({ pointer }) => pointer))).toContain(
        '/data/.dockerconfigjson',
      );
      expect(JSON.stringify(told)).not.toMatch(/canary/i);
    }
  });

  it('whatever the content is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const [view, more] = seen({ data: { '.dockerconfigjson': text } });
        expect(more).toBeUndefined();
        if (view?.fault === undefined) expect(view?.value).toHaveProperty('logins');
        else expect(view.value).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { EncryptionConfiguration, LocalKey } from '../../lib/encryption/configuration.js';
import { keyText, nameOf, providersOf } from '../../lib/encryption/configuration.js';
import { addKey, dropOthers, newConfiguration, promoteKey } from '../../lib/encryption/edits.js';
import { readConfiguration } from '../../lib/encryption/read-configuration.js';
import { formatConfiguration } from '../../lib/encryption/write-configuration.js';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const local = (name: string, provider: LocalKey['provider'] = 'secretbox'): LocalKey => ({
  provider,
  name,
  secret: Buffer.alloc(32, name).toString('base64'),
});
const kms = (name: string) =>
  ({ provider: 'kms', apiVersion: 'v2', name, endpoint: 'unix:///run/kms.sock' }) as const;
const RESOURCES = ['secrets', 'configmaps', 'cronjobs.batch'];

const file = (...lines: readonly string[]) =>
  ['apiVersion: apiserver.config.k8s.io/v1', 'kind: EncryptionConfiguration', ...lines].join('\n');

function order(configuration: EncryptionConfiguration | undefined, resource = 'secrets') {
  expect(configuration).toBeDefined();
  if (configuration === undefined) return [];
  return providersOf(configuration, resource).map((each) => keyText(nameOf(each)));
}

describe('an EncryptionConfiguration', () => {
  it('is read as it was written', () => {
    const configuration: EncryptionConfiguration = {
      entries: [
        {
          resources: RESOURCES,
          providers: [local('b'), local('a'), kms('vault'), { provider: 'identity' }],
        },
        { resources: ['*.*'], providers: [local('c', 'aesgcm')] },
      ],
    };
    const text = formatConfiguration(configuration);
    expect(readConfiguration('e.yaml', text)).toEqual({ value: configuration, problems: [] });
    // Keys of one kind share an element, as everybody writes it.
    expect(text.match(/secretbox:/g)).toHaveLength(1);
  });

  it('reports everything that is wrong with it, each at its place, and shows no key', () => {
    const short = Buffer.alloc(9, 'topsecret').toString('base64');
    const { problems, value } = readConfiguration(
      'e.yaml',
      file(
        'resources:',
        '  - resources: [Secrets]',
        '    providers:',
        `      - secretbox: { keys: [{ name: a, secret: ${short} }, { name: b, secret: "not base64 topsecret" }] }`,
        '      - kms: { apiVersion: v2, name: "a:b", endpoint: "tcp://1.2.3.4", timeout: soon }',
        '      - rot13: {}',
        '    wrong: 1',
      ),
    );
    expect(value).toBeUndefined();
    const found = problems.map(({ code, source }) => `${source?.line} ${code}`);
    expect(found.sort()).toEqual(
      [
        '4 encryption/resource',
        '6 encryption/secret',
        '6 encryption/secret',
        '7 encryption/name',
        '7 encryption/endpoint',
        '7 encryption/timeout',
        '8 encryption/provider',
        '9 encryption/field',
      ].sort(),
    );
    expect(JSON.stringify(problems)).not.toMatch(/topsecret|dG9wc2Vj/);
  });

  it('shows no key where the YAML itself is wrong', () => {
    for (const text of [
      `secret: "${SECRET}`,
      `a: &${SECRET} 1`,
      `- ${SECRET}: [`,
      `${SECRET}\n\t: x`,
    ]) {
      const { problems } = readConfiguration('e.yaml', file(text));
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain(SECRET.slice(0, 20));
    }
  });

  it('lets no name stand for two keys, and no plugin for two entries', () => {
    const entry = (resource: string, provider: string) => [
      `  - resources: [${resource}]`,
      '    providers:',
      `      - ${provider}`,
    ];
    const other = Buffer.alloc(32, 8).toString('base64');
    const { problems } = readConfiguration(
      'e.yaml',
      file(
        'resources:',
        ...entry('secrets', `secretbox: { keys: [{ name: a, secret: "${SECRET}" }] }`),
        ...entry('configmaps', `secretbox: { keys: [{ name: a, secret: "${other}" }] }`),
        ...entry('pods', 'kms: { apiVersion: v2, name: v, endpoint: "unix:///run/a.sock" }'),
        ...entry('jobs.batch', 'kms: { apiVersion: v2, name: v, endpoint: "unix:///run/b.sock" }'),
      ),
    );
    expect(problems.map(({ code }) => code)).toEqual([
      'encryption/duplicate',
      'encryption/duplicate',
    ]);
  });

  it('takes no other document for one', () => {
    const { problems } = readConfiguration('e.yaml', 'kind: Pod\n');
    expect(problems.map(({ code }) => code)).toEqual(['encryption/kind']);
  });

  it('shows nothing that may be a key, wherever it stands', () => {
    const key = (name: string, secret: string) =>
      `      - secretbox: { keys: [{ name: "${name}", secret: "${secret}" }] }`;
    const lines = [
      key(SECRET, 'key-1'),
      `      - "${SECRET}": {}`,
      `      - secretbox: { keys: [{ name: a, "${SECRET.slice(0, 20)}": x }] }`,
      `      - kms: { apiVersion: v2, name: "${SECRET}", endpoint: "${SECRET}", timeout: "${SECRET}" }`,
    ];
    const around = [`  - resources: ["${SECRET}"]`, '    providers:'];
    const { problems } = readConfiguration('e.yaml', file('resources:', ...around, ...lines));
    expect(problems.length).toBeGreaterThan(6);
    expect(JSON.stringify(problems)).not.toContain(SECRET.slice(0, 12));
  });

  it('covers kinds by wildcards, but the narrowest name alone counts', () => {
    const configuration: EncryptionConfiguration = {
      entries: [
        { resources: ['secrets'], providers: [local('x')] },
        { resources: ['*.'], providers: [local('a')] },
        { resources: ['secrets'], providers: [local('y')] },
        { resources: ['*.*'], providers: [{ provider: 'identity' }] },
      ],
    };
    expect(order(configuration, 'secrets')).toEqual(['secretbox x', 'secretbox y']);
    expect(order(configuration, 'configmaps')).toEqual(['secretbox a']);
    expect(order(configuration, 'cronjobs.batch')).toEqual(['identity']);
  });
});

describe('the edits of a rotation', () => {
  const before = { entries: [{ resources: ['secrets', 'configmaps'], providers: [local('old')] }] };

  it('add the key behind what writes, also where nothing was encrypted', () => {
    const { value } = addKey(before, RESOURCES, local('new'));
    expect(order(value)).toEqual(['secretbox old', 'secretbox new']);
    expect(order(value, 'cronjobs.batch')).toEqual(['identity', 'secretbox new']);
  });

  it('make it first, and then the only one', () => {
    const { value = before } = addKey(before, RESOURCES, local('new'));
    const promoted = promoteKey(value, local('new'));
    expect(order(promoted)).toEqual(['secretbox new', 'secretbox old']);
    expect(order(promoted, 'cronjobs.batch')).toEqual(['secretbox new', 'identity']);
    const dropped = dropOthers(promoted, local('new'));
    expect(order(dropped)).toEqual(['secretbox new']);
    expect(order(dropped, 'cronjobs.batch')).toEqual(['secretbox new']);
  });

  it('leave alone what is in plain text on purpose, unless it is asked for', () => {
    const plain = {
      entries: [
        { resources: ['events'], providers: [{ provider: 'identity' } as const] },
        { resources: ['secrets'], providers: [{ provider: 'identity' } as const] },
      ],
    };
    const { value } = addKey(plain, ['secrets'], local('new'));
    expect(order(value, 'events')).toEqual(['identity']);
    expect(order(value)).toEqual(['identity', 'secretbox new']);
    expect(
      order(dropOthers(promoteKey(value ?? plain, local('new')), local('new')), 'events'),
    ).toEqual(['identity']);
  });

  it('reach each kind by the name that counts for it, and no other', () => {
    const wide = {
      entries: [
        { resources: ['secrets'], providers: [local('old')] },
        { resources: ['*.*'], providers: [{ provider: 'identity' } as const] },
      ],
    };
    const { value } = addKey(wide, ['secrets'], local('new'));
    expect(order(value)).toEqual(['secretbox old', 'secretbox new']);
    expect(order(value, 'configmaps')).toEqual(['identity']);
    expect(order(addKey(wide, RESOURCES, local('new')).value, 'namespaces')).toEqual([
      'identity',
      'secretbox new',
    ]);
  });

  it('name a KMS plugin once, which is all that the API server takes', () => {
    expect(addKey(before, RESOURCES, kms('vault')).problems.map(({ code }) => code)).toEqual([
      'encryption/several-entries',
    ]);
    expect(order(addKey(before, ['secrets'], kms('vault')).value)).toEqual([
      'secretbox old',
      'kms vault',
    ]);
  });

  it('begin with plain text that is still read', () => {
    expect(order(newConfiguration(RESOURCES, local('a'), 'first'))).toEqual([
      'secretbox a',
      'identity',
    ]);
    expect(order(newConfiguration(RESOURCES, local('a'), 'second'))).toEqual([
      'identity',
      'secretbox a',
    ]);
    expect(order(newConfiguration(RESOURCES, local('a'), 'alone'))).toEqual(['secretbox a']);
  });
});

import { describe, expect, it } from 'vitest';
import { Credential, type Project, Secret } from '../../lib/index.js';
import { softDeletions } from '../support/app.js';
import { declaring, TOKEN } from '../support/declaring.js';

const certificate = '-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n';

/** Each factory, and the same by the format's name. */
const FACTORIES: readonly (readonly [
  string,
  (project: Project) => Secret,
  (project: Project) => Secret,
])[] = [
  [
    'Opaque',
    (it) => Secret.generic(it, 's', { data: { key: TOKEN } }),
    (it) => new Secret(it, 's', { format: 'generic', data: { key: TOKEN } }),
  ],
  [
    'kubernetes.io/basic-auth',
    (it) => Secret.basicAuth(it, 's', { username: 'x', password: TOKEN }),
    (it) => it.addSecret('s', { format: 'basic_auth', username: 'x', password: TOKEN }),
  ],
  [
    'kubernetes.io/ssh-auth',
    (it) => Secret.sshAuth(it, 's', { sshKey: TOKEN, knownHosts: 'a b\n' }),
    (it) => new Secret(it, 's', { format: 'ssh_auth', sshKey: TOKEN, knownHosts: 'a b\n' }),
  ],
  [
    'kubernetes.io/tls',
    (it) => Secret.tls(it, 's', { certificate, key: TOKEN }),
    (it) => new Secret(it, 's', { format: 'tls', certificate, key: TOKEN }),
  ],
  [
    'Opaque',
    (it) => Secret.hmacAuth(it, 's', { accessKeyId: TOKEN, secretAccessKey: TOKEN }),
    (it) =>
      new Secret(it, 's', { format: 'hmac_auth', accessKeyId: TOKEN, secretAccessKey: TOKEN }),
  ],
];

describe.each(FACTORIES)('a factory of secrets: %s', (type, factory, same) => {
  it('returns the construct, the same as the constructor with the format', () => {
    const resource = (declare: (project: Project) => Secret) =>
      declaring((billing) => {
        expect(declare(billing)).toBeInstanceOf(Secret);
      }).resource('secret_v1');
    expect(resource(factory)).toEqual(resource(same));
    expect(resource(factory)).toMatchObject({ type });
  });
});

describe('a secret', () => {
  it('keeps its value out of everything that is written', () => {
    const { resource, lock } = declaring((billing) => {
      Secret.generic(billing, 'api', { data: { key: TOKEN } });
    });
    expect(resource('secret_v1')).not.toHaveProperty('data');
    expect(resource('secret_v1')).toMatchObject({ data_wo_revision: 1 });
    expect(JSON.stringify(lock)).toContain('"variable":"token"');
  });

  const twice = (billing: Project) =>
    Secret.generic(billing, 'api', {
      data: { a: TOKEN, b: Credential.fromVariable('other', { revision: 4 }) },
    });
  const ANNOTATION = 'reprieve.dev/data-revision';

  it('says on the object which revision it holds, the one that has it written', () => {
    const { resource } = declaring((billing) => void twice(billing));
    expect(resource('secret_v1')).toMatchObject({
      data_wo_revision: 5,
      metadata: { annotations: { [ANNOTATION]: '5' } },
    });
    expect(resource('secret_v1')['lifecycle']).toEqual({ prevent_destroy: true });
  });

  it('keeps both as they are while it is soft-deleted', () => {
    const { resource, problems } = declaring((billing) => void twice(billing), {
      deletions: softDeletions('billing'),
    });
    expect(problems).toEqual([]);
    expect(resource('secret_v1')['lifecycle']).toEqual({
      ignore_changes: ['data_wo_revision', `metadata[0].annotations["${ANNOTATION}"]`],
    });
  });
});

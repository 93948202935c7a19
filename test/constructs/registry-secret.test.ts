import { describe, expect, it } from 'vitest';
import { type Project, RegistrySecret } from '../../lib/index.js';
import { declaring, TOKEN } from '../support/declaring.js';

describe('a factory of registry secrets', () => {
  it('returns the construct, the same as what it stands for', () => {
    const password = TOKEN;
    const made = (declare: (billing: Project) => RegistrySecret) => {
      const declared = declaring((billing) => {
        expect(declare(billing)).toBeInstanceOf(RegistrySecret);
      });
      return declared.resource('secret_v1');
    };
    expect(
      made((it) => RegistrySecret.dockerHub(it, 'r', { username: 'x', email: 'a@b.c', password })),
    ).toEqual(
      made(
        (it) =>
          new RegistrySecret(it, 'r', {
            ...{ server: 'https://index.docker.io/v1/', username: 'x', email: 'a@b.c', password },
          }),
      ),
    );
    const ibm = { username: 'iamapikey', password };
    for (const [region, server] of [
      ['de', 'de.icr.io'],
      ['private.de', 'private.de.icr.io'],
      ['global', 'icr.io'],
    ] as const) {
      expect(
        made((it) => RegistrySecret.ibmContainerRegistry(it, 'r', { region, apiKey: password })),
      ).toEqual(made((it) => new RegistrySecret(it, 'r', { server, ...ibm })));
    }
    expect(
      made((it) => RegistrySecret.ibmContainerRegistry(it, 'r', { apiKey: password })),
    ).toEqual(made((it) => it.addRegistrySecret('r', { server: 'us.icr.io', ...ibm })));
  });

  it('takes a name of its own, and reports what is wrong with the line that called it', () => {
    const { problems, codes } = declaring((billing) => {
      RegistrySecret.ibmContainerRegistry(billing, 'a', { region: 'eu-de', apiKey: TOKEN });
      RegistrySecret.dockerHub(billing, 'b', { name: 'No Name', username: 'x', password: TOKEN });
    });
    expect(codes).toEqual(['registry-secret/region', 'item/name']);
    for (const { source } of problems) {
      expect(source).toMatchObject({ file: 'test/constructs/registry-secret.test.ts' });
    }
  });

  it('says how it is called now, where it is called as before', () => {
    const before: unknown = { username: 'x', password: TOKEN };
    const call = () => RegistrySecret.dockerHub(before as Project, 'x', before as never);
    expect(call).toThrow(/without a project/);
  });
});

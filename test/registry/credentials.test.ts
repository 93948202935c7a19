import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerLogins } from '../../lib/registry/credentials.js';
import { RegistryError } from '../../lib/registry/http.js';

const SECRET = 'canary-Xt55wq';
const folder = mkdtempSync(join(tmpdir(), 'reprieve-logins-'));
afterAll(() => rmSync(folder, { recursive: true }));

const loginWith = (config: unknown, registry: string) => {
  writeFileSync(
    join(folder, 'config.json'),
    typeof config === 'string' ? config : JSON.stringify(config),
  );
  const path = `${folder}${delimiter}${process.env['PATH']}`;
  return dockerLogins({ PATH: path, DOCKER_CONFIG: folder }, folder, folder)(registry);
};
const auth = Buffer.from(`ann:${SECRET}`).toString('base64');
const ann = { kind: 'password', username: 'ann', password: SECRET };

describe('logins as Docker has them', () => {
  beforeAll(() => {
    const script = `#!/bin/sh\nread server\n[ "$1" = get ] || exit 1\ncase "$server" in\n  r.example.org) echo '{"Username":"ann","Secret":"${SECRET}"}';;\n  t.example.org) echo '{"Username":"<token>","Secret":"${SECRET}"}';;\n  *) echo 'credentials not found in native keychain'; exit 1;;\nesac\n`;
    writeFileSync(join(folder, 'docker-credential-test'), script);
    chmodSync(join(folder, 'docker-credential-test'), 0o700);
    writeFileSync(join(folder, 'docker-credential-broken'), '#!/bin/sh\necho nonsense\n');
    chmodSync(join(folder, 'docker-credential-broken'), 0o700);
  });

  it('are in the config, under the names that docker login writes', async () => {
    const auths = { 'r.example.org': { auth }, 'https://index.docker.io/v1/': { auth } };
    expect(await loginWith({ auths }, 'r.example.org')).toEqual(ann);
    expect(await loginWith({ auths }, 'docker.io')).toEqual(ann);
    expect(await loginWith({ auths }, 'other.example.org')).toBeUndefined();
    const token = { auths: { 'r.example.org': { identitytoken: SECRET } } };
    expect(await loginWith(token, 'r.example.org')).toEqual({ kind: 'token', token: SECRET });
  });

  it('come from helpers, for one registry or for all', async () => {
    const one = { credHelpers: { 'r.example.org': 'test' } };
    expect(await loginWith(one, 'r.example.org')).toEqual(ann);
    expect(await loginWith({ credsStore: 'test' }, 'r.example.org')).toEqual(ann);
    expect(await loginWith({ credsStore: 'test' }, 't.example.org')).toEqual({
      kind: 'token',
      token: SECRET,
    });
    expect(await loginWith({ credsStore: 'test' }, 'none.example.org')).toBeUndefined();
  });

  it('come from no helper whose name is a path or a shell’s word, or that prints no login', async () => {
    for (const name of ['../x', '/bin/sh', 'a b', 'a;b', '$(x)', 'broken', 'not-installed']) {
      const asked = loginWith({ credsStore: name }, 'r.example.org');
      await expect(asked).rejects.toSatisfy(RegistryError.isRegistryError);
    }
  });

  it('are none where the config can’t be read', async () => {
    for (const config of [
      '',
      '{',
      '[]',
      '{"auths":[]}',
      '{"auths":{"r.example.org":{"auth":"!!"}}}',
    ]) {
      expect(await loginWith(config, 'r.example.org')).toBeUndefined();
    }
  });
});

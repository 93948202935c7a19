import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerLogins } from '../../lib/registry/credentials.js';
import { RegistryError } from '../../lib/registry/http.js';

const SECRET = 'canary-Xt55wq';
const folder = mkdtempSync(join(tmpdir(), 'reprieve-logins-'));
afterAll(() => rmSync(folder, { recursive: true }));

const loginWith = (config: unknown, registry: string, options = {}) => {
  writeFileSync(
    join(folder, 'config.json'),
    typeof config === 'string' ? config : JSON.stringify(config),
  );
  const path = `${folder}${delimiter}${process.env['PATH']}`;
  return dockerLogins({ PATH: path, DOCKER_CONFIG: folder }, folder, folder, options)(registry);
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

  it('don’t wait for a helper that hangs, listens to no signal or has started something', async () => {
    const script = (text: string) => {
      writeFileSync(join(folder, 'docker-credential-hanging'), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, 'docker-credential-hanging'), 0o700);
    };
    for (const text of ['sleep 20', "trap '' TERM INT HUP; sleep 20; sleep 20", 'yes']) {
      script(text);
      const asked = loginWith({ credsStore: 'hanging' }, 'r.example.org', { helperTimeout: 300 });
      await expect(asked).rejects.toThrow('took too long');
    }
  }, 10_000);

  it('repeat nothing that a helper says, and ask it once about a registry', async () => {
    const log = join(folder, 'asked.log');
    const script = `#!/bin/sh\necho x >> '${log}'\necho 'login failed for ann:${SECRET}'; echo 'ann:${SECRET}' >&2; exit $CODE\n`;
    for (const [code, text] of [
      ['0', 'is no login'],
      ['1', undefined],
    ] as const) {
      writeFileSync(join(folder, 'docker-credential-loud'), script.replace('$CODE', code));
      chmodSync(join(folder, 'docker-credential-loud'), 0o700);
      writeFileSync(join(folder, 'config.json'), JSON.stringify({ credsStore: 'loud' }));
      writeFileSync(log, '');
      const path = `${folder}${delimiter}${process.env['PATH']}`;
      const logins = dockerLogins({ PATH: path, DOCKER_CONFIG: folder }, folder, folder);
      const said = () =>
        logins('r.example.org').then(
          (login) => login,
          (error: unknown) => String(error),
        );
      const [first, again] = [await said(), await said()];
      expect(again).toEqual(first);
      expect(JSON.stringify(first) ?? '').not.toContain(SECRET);
      if (text === undefined) expect(first).toBeUndefined();
      else expect(first).toContain(text);
      // Of several names of a registry, each is asked for once.
      expect(readFileSync(log, 'utf8').length).toBeLessThanOrEqual(4 * 2);
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

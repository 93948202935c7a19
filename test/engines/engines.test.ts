import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { findProgram, findVersion, SOURCES } from '../../scripts/engines/cache.mjs';
import { explain, isAtLeast } from '../../scripts/engines/go.mjs';
import { ENGINES, EVERYDAY, idOf, select } from '../../scripts/engines/table.mjs';
import { ROOT } from '../support/built.js';

const has = (program: string) => spawnSync('which', [program]).status === 0;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-engines-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('each engine', () => {
  it.each(ENGINES.map((engine) => [idOf(engine), engine] as const))(
    '%s is pinned by its folder',
    (id, { module, version, programs }) => {
      const read = (name: string) => readFileSync(join(SOURCES, id, name), 'utf8');
      expect(read('go.mod')).toContain(`\trequire ${module} v${version}\n`.trim());
      // A program of our own stands in the folder itself.
      const foreign = Object.values(programs).filter((from) => from !== '.');
      for (const from of foreign) expect(read('tools.go')).toContain(`"${from}"`);
      expect(read('go.sum')).toContain(`${module} v${version} h1:`);
    },
  );

  it('has a folder, and each folder is one', () => {
    const folders = readdirSync(SOURCES).filter((name) =>
      existsSync(join(SOURCES, name, 'go.sum')),
    );
    expect(folders.sort()).toEqual(ENGINES.map(idOf).sort());
  });
});

describe('a name', () => {
  it('means a version, all versions, or everything', () => {
    const ids = (...names: string[]) => select(names).engines.map(idOf);
    expect(ids()).toEqual(EVERYDAY);
    expect(ids('helm')).toEqual(['helm-3.22.0', 'helm-4.3.1']);
    expect(ids('kubernetes-1.37.2')).toEqual(['kubernetes-1.37.2']);
    expect(ids('all')).toHaveLength(ENGINES.length);
    expect(select(['etcd', 'etc']).unknown).toEqual(['etc']);
  });
});

describe('Go', () => {
  it('is compared by numbers', () => {
    expect(isAtLeast('1.26.8', '1.26.6')).toBe(true);
    expect(isAtLeast('1.9', '1.26')).toBe(false);
    expect(isAtLeast('1.26', '1.26.0')).toBe(true);
  });

  it.each([
    ['write /tmp/x: no space left on device', 'The disk is full.'],
    ['reading https://proxy/x.zip: 403 Forbidden', 'refused a module'],
    ['Get "https://proxy/x": dial tcp: lookup proxy: no such host', 'could not be reached'],
    ['verifying x@v1: checksum mismatch', 'not the one that go.sum names'],
    ['go.mod requires go >= 1.26.6 (running go 1.20; GOTOOLCHAIN=local)', 'Go is too old'],
    ['compile: signal: killed', 'want of memory'],
  ])('%s', (output, expected) => expect(explain(output)).toContain(expected));
});

/**
 * A `go` that takes no minutes: it stands in for the compiler, so that what is around it can be
 * tried. `build` does as the file `behaviour` says.
 */
function fakeGo(behaviour: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkIfMissing(process.execPath, join(bin, 'node'));
  writeFileSync(
    join(bin, 'go'),
    `#!/bin/sh
case "$1" in
env) echo go1.26.8; exit ;;
esac
for last; do :; done
out=; next=; for word; do [ "$next" = 1 ] && out=$word; next=; [ "$word" = -o ] && next=1; done
works() { echo '#!/bin/sh' > "$out"; echo 'echo 3.6.16 1.34.4 v1.12.6' >> "$out"; /bin/chmod +x "$out"; }
${behaviour}
`,
  );
  chmodSync(join(bin, 'go'), 0o755);
  return bin;
}

function symlinkIfMissing(target: string, path: string): void {
  if (!existsSync(path)) symlinkSync(target, path);
}

function environment(path: string, more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: path, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache'), ...more };
}

function engines(env: NodeJS.ProcessEnv, ...names: readonly string[]) {
  const script = join(ROOT, 'scripts/engines/index.mjs');
  const done = spawnSync(process.execPath, [script, ...names], { env, encoding: 'utf8' });
  return { code: done.status, output: `${done.stdout}${done.stderr}` };
}

const cached = () => {
  const at = join(folder, 'cache/reprieve/engines');
  return existsSync(at) ? readdirSync(at).sort() : [];
};

describe('npm run engines', { timeout: 60_000 }, () => {
  it('builds each once, and tests find it', () => {
    const env = environment(fakeGo('works'));
    const first = engines(env);
    expect(first.output).toMatch(/^etcd-3\.6\.16: building\netcd-3\.6\.16: built in /m);
    expect(first.code).toBe(0);
    expect(cached()).toEqual([...EVERYDAY].sort());
    const path = findProgram('tofu', 'opentofu-1.12.6', env);
    expect(path).toBe(join(folder, 'cache/reprieve/engines/opentofu-1.12.6/tofu'));

    const second = engines(environment(fakeGo('exit 1')));
    expect(second).toEqual({ code: 0, output: EVERYDAY.map((id) => `${id}: built\n`).join('') });
  });

  it('builds again what was built from something else', () => {
    engines(environment(fakeGo('works')), 'etcd');
    const stamp = join(folder, 'cache/reprieve/engines/etcd-3.6.16/built-from');
    writeFileSync(stamp, 'an earlier go.sum\n');
    const env = environment(fakeGo('works'));
    expect(findVersion('etcd', 'etcd-3.6.16', env)).toBeUndefined();
    expect(engines(env, 'etcd').code).toBe(0);
    expect(readFileSync(stamp, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(cached()).toEqual(['etcd-3.6.16']);
  });

  it('takes programs of a folder of one’s own first, but not for a version that was asked for', () => {
    const assets = join(folder, 'assets');
    mkdirSync(assets);
    writeFileSync(join(assets, 'etcd'), '');
    const env = environment(fakeGo('works'), { KUBEBUILDER_ASSETS: assets });
    expect(findProgram('etcd', 'etcd-3.6.16', env)).toBe(join(assets, 'etcd'));
    expect(findVersion('etcd', 'etcd-3.6.16', env)).toBeUndefined();
  });

  it('builds the others where one fails, and says which and why', () => {
    const behaviour =
      'case "$last" in *etcd*) echo "x: no space left on device" >&2; exit 1;; esac; works';
    const { code, output } = engines(environment(fakeGo(behaviour)));
    expect(code).toBe(3);
    expect(output).toMatch(/^etcd-3\.6\.16: not built\. The disk is full\. Free some space/m);
    expect(output).toMatch(/^opentofu-1\.12\.6: built in /m);
    expect(cached()).toEqual(['kubernetes-1.34.4', 'opentofu-1.12.6']);
  });

  it('keeps nothing that says another version, or that does not run', () => {
    const wrong = engines(
      environment(fakeGo('works; echo "#!/bin/sh\necho 1.0" > "$out"')),
      'etcd',
    );
    expect(wrong.output).toContain('etcd was built, but does not say that it is 3.6.16: 1.0');
    const none = engines(environment(fakeGo('exit 0')), 'etcd');
    expect(none.output).toContain('ENOENT');
    expect([wrong.code, none.code, cached()]).toEqual([3, 3, []]);
  });

  it('leaves nothing when it is interrupted, and sweeps up after one that was killed', async () => {
    const env = environment(fakeGo('echo some/package; exec /bin/sleep 60'));
    const script = join(ROOT, 'scripts/engines/index.mjs');
    const begin = async () => {
      const child = spawn(process.execPath, [script, 'etcd'], { env });
      await once(child.stderr, 'data');
      while (cached().length === 0) await new Promise((done) => setTimeout(done, 20));
      return child;
    };
    const interrupted = await begin();
    interrupted.kill('SIGINT');
    expect(await once(interrupted, 'exit')).toEqual([130, null]);
    expect(cached()).toEqual([]);

    const killed = await begin();
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(cached()).toEqual([expect.stringMatching(/^\.etcd-3\.6\.16\.\d+\.building$/)]);
    expect(engines(environment(fakeGo('works')), 'etcd').code).toBe(0);
    expect(cached()).toEqual(['etcd-3.6.16']);
  });

  it('says what to do without Go, and with a name that it does not know', () => {
    const bin = join(folder, 'empty');
    mkdirSync(bin);
    const without = engines(environment(bin), 'etcd');
    expect(without.code).toBe(3);
    expect(without.output).toContain(
      'etcd-3.6.16: Go is needed to build the engines, but it is not',
    );
    expect(without.output).toContain('Install Go');
    const unknown = engines(environment(bin), 'etc', 'kubernetes-1.0');
    expect(unknown.code).toBe(2);
    expect(unknown.output).toMatch(/^Unknown: etc, kubernetes-1\.0\.\n/);
  });

  it('says that a cache can’t be written', () => {
    writeFileSync(join(folder, 'cache'), 'a file, where a folder should be');
    const { code, output } = engines(environment(fakeGo('works')), 'etcd');
    expect(code).toBe(3);
    expect(output).toContain('etcd-3.6.16: not built.');
    expect(output).toContain('ENOTDIR');
    expect(output).not.toMatch(/^\s+at /m);
  });

  it.skipIf(!has('go'))('is refused by a real Go without a module proxy', () => {
    const more = { GOPROXY: 'off', GOMODCACHE: join(folder, 'modules'), GOFLAGS: '-modcacherw' };
    const env = environment(process.env['PATH'] ?? '', more);
    const { code, output } = engines(env, 'etcd');
    expect(code).toBe(3);
    expect(output).toContain('etcd-3.6.16: not built. The module proxy refused a module.');
    const closed = engines({ ...env, GOPROXY: 'http://127.0.0.1:9', GONOSUMDB: '*' }, 'etcd');
    expect(closed.output).toContain('The module proxy could not be reached.');
    expect(cached()).toEqual([]);
  });
});

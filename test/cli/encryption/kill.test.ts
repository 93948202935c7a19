import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keysOf } from '../../../lib/encryption/configuration.js';
import { newConfiguration } from '../../../lib/encryption/edits.js';
import { readConfiguration } from '../../../lib/encryption/read-configuration.js';
import { formatConfiguration } from '../../../lib/encryption/write-configuration.js';
import { FakeApiServer } from '../../support/fake-api-server.js';
import { REPRIEVE } from '../../support/terminal.js';

const SECRET = Buffer.alloc(32, 7).toString('base64');
const OLD = formatConfiguration(
  newConfiguration(['secrets'], { provider: 'secretbox', name: 'key-1', secret: SECRET }, 'first'),
);

let folder: string;
let server: FakeApiServer;
beforeAll(async () => {
  server = await FakeApiServer.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** In a group of its own, as a shell starts it: a signal reaches what it has started, too. */
const start = (...args: readonly string[]): ChildProcess => {
  const [program, ...first] = REPRIEVE;
  return spawn(program, [...first, 'encryption', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    detached: true,
    stdio: 'ignore',
  });
};
const signal = ({ pid }: ChildProcess, name: NodeJS.Signals) => {
  if (pid === undefined) throw new Error('It was not started.');
  process.kill(-pid, name);
};
const temporaries = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));

/** Kills it as soon as it begins to write. Whether it was in time. */
const killedWhileWriting = async (...args: readonly string[]): Promise<boolean> => {
  const child = start(...args);
  const ended = once(child, 'exit');
  const watcher = watch(folder, (_event, name) => {
    if (name?.endsWith('.tmp') === true && child.exitCode === null) signal(child, 'SIGKILL');
  });
  const [, killed] = await ended;
  watcher.close();
  return killed === 'SIGKILL';
};

describe('a run that is killed while it writes', () => {
  const key = ['--provider', 'secretbox', '--key', 'key-2'];

  it('leaves a whole file or none, and the next run removes what is left', async () => {
    const out = join(folder, 'e.yaml');
    let times = 0;
    for (let turn = 0; turn < 5; turn += 1) {
      rmSync(out, { force: true });
      if (await killedWhileWriting('config', ...key, '--out', out)) times += 1;
      for (const name of temporaries())
        expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
      if (!existsSync(out)) continue;
      expect(readConfiguration(out, readFileSync(out, 'utf8')).problems).toEqual([]);
    }
    expect(times).toBeGreaterThan(0);
    rmSync(out, { force: true });
    const [code] = await once(start('config', ...key, '--out', out), 'exit');
    expect({ code, left: temporaries() }).toEqual({ code: 0, left: [] });
  });

  it('leaves a rotation’s file as it was or as it is to be', async () => {
    const file = join(folder, 'e.yaml');
    server.loaded = file;
    const args = ['rotate', ...key, '--config', file, '--kubeconfig', server.kubeconfig(folder)];
    let times = 0;
    for (let turn = 0; turn < 5; turn += 1) {
      writeFileSync(file, OLD, { mode: 0o600 });
      if (await killedWhileWriting(...args, '--apply', '--step', 'add')) times += 1;
      const { value, problems } = readConfiguration(file, readFileSync(file, 'utf8'));
      expect(problems).toEqual([]);
      const names = keysOf(value ?? { entries: [] }).map((each) => 'name' in each && each.name);
      expect(names).toContain('key-1');
      for (const name of temporaries())
        expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect(times).toBeGreaterThan(0);
    writeFileSync(file, OLD, { mode: 0o600 });
    await once(start(...args, '--apply', '--step', 'add'), 'exit');
    expect(temporaries()).toEqual([]);
    expect(readFileSync(file, 'utf8')).toContain('key-2');
  });
});

describe('Ctrl-C while API servers are asked', () => {
  it('ends at once, and changes nothing', async () => {
    const file = join(folder, 'e.yaml');
    writeFileSync(file, OLD, { mode: 0o600 });
    const config = ['--kubeconfig', server.kubeconfig(folder), '--config', file];
    for (const args of [
      ['verify', ...config],
      ['rotate', '--provider', 'secretbox', '--key', 'key-2', ...config, '--apply'],
    ]) {
      server.isSilent = true;
      const child = start(...args);
      const ended = once(child, 'exit');
      await new Promise<void>((done) => {
        server.asked = () => done();
      });
      signal(child, 'SIGINT');
      const [code] = await ended;
      expect(code).toBe(130);
      expect(readFileSync(file, 'utf8')).toBe(OLD);
      server.isSilent = false;
    }
  });
});

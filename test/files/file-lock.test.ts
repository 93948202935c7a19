import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileLock, FileLockedError } from '../../lib/files/file-lock.js';
import { ROOT } from '../support/scratch.js';

let folder: string;
let file: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-lock-'));
  file = join(folder, 'deletions.yaml');
  lock = join(folder, '.deletions.yaml.lock');
  writeFileSync(file, '0');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process with the built library in scope. */
function inProcess(code: string): ChildProcess {
  const imports = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { FileLock } from '${ROOT}/dist/files/file-lock.js';
    import { writeAtomically } from '${ROOT}/dist/files/disk.js';
    const file = ${JSON.stringify(file)};`;
  return spawn(process.execPath, ['--input-type=module', '-e', imports + code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

const ended = (child: ChildProcess) => new Promise((done) => child.on('close', done));
const spoke = (child: ChildProcess) => new Promise((done) => child.stdout?.once('data', done));

describe('FileLock', () => {
  it('is held by one at a time, and leaves nothing behind', async () => {
    const first = await FileLock.take(file);
    await expect(FileLock.take(file, { patience: 50 })).rejects.toThrow(FileLockedError);
    expect(first.isHeld).toBe(true);
    first.release();
    const second = await FileLock.take(file);
    first.release();
    expect(second.isHeld).toBe(true);
    second.release();
    expect(readdirSync(folder)).toEqual(['deletions.yaml']);
  });

  it('is the same by every link to the file', async () => {
    symlinkSync(file, join(folder, 'link.yaml'));
    const first = await FileLock.take(join(folder, 'link.yaml'));
    await expect(FileLock.take(file, { patience: 50 })).rejects.toThrow(FileLockedError);
    first.release();
  });

  it('lets no process lose what another wrote', async () => {
    const add = `
      for (let each = 0; each < 40; each += 1) {
        const lock = await FileLock.take(file, { patience: 100_000 });
        writeAtomically(file, String(Number(readFileSync(file, 'utf8')) + 1));
        lock.release();
      }`;
    await Promise.all([1, 2, 3].map(() => ended(inProcess(add))));
    expect(readFileSync(file, 'utf8')).toBe('120');
    expect(readdirSync(folder)).toEqual(['deletions.yaml']);
  });

  it('is taken from a holder that was killed', async () => {
    const holder = inProcess(
      `await FileLock.take(file); console.log('held'); setInterval(() => {}, 1e6);`,
    );
    await spoke(holder);
    expect(existsSync(lock)).toBe(true);
    await expect(FileLock.take(file, { patience: 50 })).rejects.toMatchObject({ pid: holder.pid });
    holder.kill('SIGKILL');
    await ended(holder);
    const waiting = await Promise.all([1, 2, 3].map(() => FileLock.take(file).then(release)));
    expect(waiting).toEqual([true, true, true]);
    expect(readdirSync(folder)).toEqual(['deletions.yaml']);
  });

  it('is taken from one who was killed while taking it from one who was killed', async () => {
    const left = (token: string) => JSON.stringify({ ...held(), pid: 2 ** 22 + 1, token });
    const [one, two] = ['1', '2'].map((digit) => `00000000-0000-0000-0000-00000000000${digit}`);
    writeFileSync(lock, left(one ?? ''));
    writeFileSync(`${lock}.${one}`, left(two ?? ''));
    expect(release(await FileLock.take(file))).toBe(true);
    expect(readdirSync(folder)).toEqual(['deletions.yaml']);
  });

  it('is not taken from another machine, unless it is old', async () => {
    writeFileSync(lock, JSON.stringify({ ...held(), machine: 'elsewhere' }));
    await expect(FileLock.take(file, { patience: 50 })).rejects.toThrow(FileLockedError);
    utimesSync(lock, new Date(), new Date(Date.now() - 11 * 60_000));
    expect(release(await FileLock.take(file))).toBe(true);
  });

  it('is not taken for running because its process id is used again', async () => {
    writeFileSync(lock, JSON.stringify({ ...held(), began: '1' }));
    expect(release(await FileLock.take(file))).toBe(true);
  });

  it.each(['', '{', '[]', '{"token":"../x","pid":1,"machine":"m"}'])(
    'waits where the lock says %j, until it is old',
    async (text) => {
      writeFileSync(lock, text);
      await expect(FileLock.take(file, { patience: 50 })).rejects.toThrow(FileLockedError);
      utimesSync(lock, new Date(), new Date(Date.now() - 11 * 60_000));
      expect(release(await FileLock.take(file))).toBe(true);
      expect(readdirSync(folder)).toEqual(['deletions.yaml']);
    },
  );

  it('tells its holder when it was taken away', async () => {
    const own = await FileLock.take(file);
    utimesSync(lock, new Date(), new Date(Date.now() - 11 * 60_000));
    const other = await FileLock.take(file);
    expect(own.isHeld).toBe(false);
    own.release();
    expect(other.isHeld).toBe(true);
    other.release();
  });
});

/** What a lock of this process says. */
function held(): Readonly<Record<string, unknown>> {
  return template;
}

let template: Readonly<Record<string, unknown>> = {};
beforeEach(async () => {
  const own = await FileLock.take(file);
  template = JSON.parse(readFileSync(lock, 'utf8'));
  own.release();
});

function release(own: FileLock): boolean {
  const { isHeld } = own;
  own.release();
  return isHeld;
}

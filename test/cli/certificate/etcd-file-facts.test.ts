import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, expect, it } from 'vitest';
import type { Evidence } from '../../../lib/certificate/evidence.js';
import { etcdFileFacts } from '../../../lib/cli/certificate/etcd-file-facts.js';
import { CommandFailure, type Io } from '../../../lib/cli/terminal/io.js';

const folder = mkdtempSync(join(tmpdir(), 'reprieve-etcd-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
let said = '';
const stderr = new Writable({
  write: (chunk, _encoding, done) => {
    said += chunk;
    done();
  },
});
const io = { cwd: folder, stderr } as unknown as Io;
const evidence = {
  objects: [{ object: { resource: 'secret', namespace: 'billing', name: 'db' }, uid: 'uid-1' }],
} as unknown as Evidence;

const PAGE = 512;
/** A database of so many pages, as bolt marks its first one. */
const database = (pages: number, text = '') => {
  const bytes = Buffer.alloc(pages * PAGE);
  bytes.write('edda0ced', 16, 'hex');
  bytes.writeUInt32LE(2, 20);
  bytes.writeUInt32LE(PAGE, 24);
  bytes.writeBigUInt64LE(BigInt(pages), 56);
  bytes.write(text, 100);
  return bytes;
};
const log = (text = '') =>
  Buffer.concat([
    Buffer.from('0400000000000084080410', 'hex'),
    Buffer.alloc(80),
    Buffer.from(text),
  ]);
const put = (name: string, content: string | Uint8Array) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
};
const search = async (...files: readonly string[]) => {
  const facts = await etcdFileFacts(io, files, '/registry/', evidence, true);
  return facts.kind === 'seen'
    ? facts.is.map(({ file, format, found }) => ({ file, format, found }))
    : expect.fail(facts.why);
};
const refused = async (file: string) => {
  try {
    expect.fail(JSON.stringify(await search(file)));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return `${error.exitCode} ${error.message}`;
  }
};

beforeEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  said = '';
});

it('refuses what is no file of etcd’s, or only half of one: nothing could be found in it', async () => {
  put('empty', '');
  put('short', 'x');
  put('random', Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 7919) % 256)));
  put('db.gz', gzipSync(database(4)));
  for (const name of ['empty', 'short', 'random', 'db.gz']) {
    expect(await refused(name), name).toMatch(/^2 `\S+` is no database, snapshot or write-ahead/);
  }
  put('half', database(4).subarray(0, 3 * PAGE));
  put('head', database(4).subarray(0, 40));
  for (const name of ['half', 'head']) expect(await refused(name)).toMatch(/^2 `\S+` is cut off/);
  expect(await refused('missing')).toMatch(/^2 `missing` can't be read/);
});

it('searches a database, a snapshot and a log', async () => {
  put('db', database(4, '/registry/secrets/billing/db'));
  // A snapshot ends with its checksum.
  put('backup.snapshot', Buffer.concat([database(4), Buffer.alloc(32)]));
  put('0.wal', log('uid-1'));
  expect(await search('db', 'backup.snapshot', '0.wal')).toEqual([
    { file: 'db', format: 'database', found: ['/billing/db'] },
    { file: 'backup.snapshot', format: 'database', found: [] },
    { file: '0.wal', format: 'write-ahead log', found: ['uid-1'] },
  ]);
});

it('searches a folder’s databases and logs, and says what else it has', async () => {
  put('etcd/member/snap/db', database(4, 'uid-1'));
  put('etcd/member/wal/0.wal', log());
  put('etcd/member/wal/0.tmp', '');
  expect(await search('etcd')).toEqual([
    { file: 'etcd/member/snap/db', format: 'database', found: ['uid-1'] },
    { file: 'etcd/member/wal/0.wal', format: 'write-ahead log', found: [] },
  ]);
  expect(said).toBe('note: Not searched in `etcd`: `member/wal/0.tmp`.\n');
});

it('takes no folder for clean that has nothing of etcd’s, or what it can’t search', async () => {
  put('other/notes.txt', 'x');
  expect(await refused('other')).toMatch(/^2 `other` has no database/);
  put('bad/db', '');
  expect(await refused('bad')).toMatch(/^2 `bad\/db` is no database/);
  put('loop/db', database(1));
  symlinkSync('.', join(folder, 'loop/again'));
  expect(await search('loop')).toHaveLength(1);
  put(`deep/${'a/'.repeat(9)}db`, database(1));
  expect(await refused('deep')).toMatch(/^2 .*too many folders/);
});

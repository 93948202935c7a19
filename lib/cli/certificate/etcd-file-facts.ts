import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { quoteName } from '../../base/inert.js';
import { compareTexts } from '../../base/order.js';
import type { Problem } from '../../base/problem.js';
import type { Evidence } from '../../certificate/evidence.js';
import type { EtcdFileFact, Seen } from '../../certificate/facts.js';
import { CommandFailure, type Io, misuse, say } from '../terminal/io.js';
import { unreadable } from './named-file.js';

/** Searches files for keys and uids of the deletion's objects. */
export async function etcdFileFacts(
  io: Io,
  files: readonly string[],
  prefix: string,
  evidence: Evidence,
  isCluster: boolean,
): Promise<Seen<readonly EtcdFileFact[]>> {
  if (files.length > 0) {
    const is: EtcdFileFact[] = [];
    const texts = needles(evidence, prefix);
    for (const each of files) {
      for (const file of filesIn(io, each)) is.push(await searched(io, file, texts));
    }
    return { kind: 'seen', is };
  }
  return isCluster
    ? {
        kind: 'not checked',
        why: 'No file was given. Give snapshots, a member’s db and its write-ahead log with --etcd-files.',
      }
    : { kind: 'not applicable', why: 'The stack is for no cluster.' };
}

/** Keys stand in the clear in etcd's files; uids do where the content isn't encrypted. */
function needles({ objects }: Evidence, prefix: string): readonly string[] {
  const texts = objects.flatMap(({ object, uid }) => {
    if (object === null) return [];
    const { resource, namespace, name } = object;
    const inNone = resource === 'namespace' ? `${prefix}namespaces/${name}` : `s/${name}`;
    const key = namespace === null || resource === 'namespace' ? inNone : `/${namespace}/${name}`;
    return [key, ...(uid === null ? [] : [uid])];
  });
  return [...new Set(texts)];
}

/** A file to search, and what the certificate calls it. */
interface Named {
  /** As it was given. */
  readonly file: string;
  readonly name: string;
}

/** What etcd calls its database and its log; a snapshot is called as somebody liked. */
const ETCD_FILE = /^db$|\.(?:db|wal)$/;
/** A member has `member/snap/db` and `member/wal`; a folder may hold several members. */
const DEEPEST = 5;
const MOST_FILES = 1000;

/** A folder stands for the databases and logs in it. What else it has is named, and not searched. */
function filesIn(io: Io, given: string): readonly Named[] {
  if (!isFolder(io, given)) return [{ file: given, name: basename(given) }];
  const inside = below(io, given, DEEPEST);
  const [found, others] = [true, false].map((is) =>
    inside.filter((each) => ETCD_FILE.test(basename(each)) === is),
  );
  if (found === undefined || found.length === 0) misuse(noEtcdFile(given, 'has no'));
  const names = (others ?? []).map(quoteName);
  if (names.length > 0) say(io, `note: Not searched in ${quoteName(given)}: ${names.join(', ')}.`);
  return found.map((each) => ({ file: join(given, each), name: join(basename(given), each) }));
}

function isFolder(io: Io, path: string): boolean {
  try {
    return statSync(resolve(io.cwd, path)).isDirectory();
  } catch (error) {
    return misuse(unreadable(path, error));
  }
}

/** The files below a folder, by their paths from there. Links are not followed. */
function below(io: Io, folder: string, levels: number): readonly string[] {
  try {
    const entries = readdirSync(resolve(io.cwd, folder), { withFileTypes: true });
    const files = entries
      .sort((a, b) => compareTexts(a.name, b.name))
      .flatMap((each): readonly string[] => {
        if (!each.isDirectory()) return [each.name];
        if (levels === 0) throw new Error('it has too many folders in one another');
        const inside = below(io, join(folder, each.name), levels - 1);
        return inside.map((name) => join(each.name, name));
      });
    if (files.length > MOST_FILES) throw new Error(`it has more than ${MOST_FILES} files`);
    return files;
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    return misuse(unreadable(folder, error));
  }
}

/** How many keys and uids are searched for. */
const MOST = 1000;

async function searched(
  io: Io,
  { file, name }: Named,
  texts: readonly string[],
): Promise<EtcdFileFact> {
  const wanted = texts.slice(0, MOST).map((text) => [text, Buffer.from(text)] as const);
  const overlap = Math.max(0, ...wanted.map(([, bytes]) => bytes.length));
  const found = new Set<string>();
  const hash = createHash('sha256');
  let head: Buffer | undefined;
  try {
    const path = resolve(io.cwd, file);
    const about = statSync(path);
    if (!about.isFile()) throw new Error('it is not a file');
    let before = Buffer.alloc(0);
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 22 })) {
      hash.update(chunk);
      head ??= Buffer.from(chunk).subarray(0, HEAD);
      const window = Buffer.concat([before, chunk]);
      for (const [text, bytes] of wanted) if (window.includes(bytes)) found.add(text);
      before = window.subarray(Math.max(0, window.length - overlap));
    }
    const format = formatOf(head);
    if (format === null) misuse(noEtcdFile(file, 'is no'));
    if (format === 'database' && about.size < bytesIn(head)) misuse(cutOff(file));
    return {
      file: name,
      bytes: about.size,
      sha256: hash.digest('hex'),
      format,
      unsearched: texts.length - wanted.length,
      found: [...found].sort(compareTexts),
    };
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    return misuse(unreadable(file, error));
  }
}

const HEAD = 64;
/** Bolt's mark, after the header of its first page. */
const BOLT = Buffer.from('edda0ced', 'hex');
/** A log begins with a record of its checksum: the length as eight bytes, then the record's type. */
const LOG = Buffer.from('080410', 'hex');

/** How long a database is at least: so many pages of such a size, as its first page says. */
function bytesIn(head: Buffer | undefined): number {
  if (head === undefined || head.length < HEAD) return Number.POSITIVE_INFINITY;
  return head.readUInt32LE(24) * Number(head.readBigUInt64LE(56));
}

function noEtcdFile(file: string, what: 'has no' | 'is no'): Problem {
  return {
    code: 'certificate/etcd-file',
    message: `${quoteName(file)} ${what} database, snapshot or write-ahead log of etcd, so it can’t be searched.`,
    remedy:
      'Decompress or decrypt a copy first. A member has its database in member/snap/db and its log in member/wal.',
    source: { file },
  };
}

function cutOff(file: string): Problem {
  return {
    code: 'certificate/etcd-file',
    message: `${quoteName(file)} is cut off: a database of etcd that is shorter than it says itself.`,
    remedy: 'Copy it again, or take a snapshot: etcdctl snapshot save FILE.',
    source: { file },
  };
}

/** A snapshot is a database, too. */
function formatOf(head: Buffer | undefined): EtcdFileFact['format'] {
  if (head?.subarray(16, 20).equals(BOLT) === true) return 'database';
  return head?.subarray(8, 11).equals(LOG) === true ? 'write-ahead log' : null;
}

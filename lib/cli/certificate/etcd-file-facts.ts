import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { compareTexts } from '../../base/order.js';
import type { Evidence } from '../../certificate/evidence.js';
import type { EtcdFileFact, Seen } from '../../certificate/facts.js';
import { type Io, misuse } from '../terminal/io.js';
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
    for (const file of files) is.push(await searched(io, file, needles(evidence, prefix)));
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

const MOST = 1000;

async function searched(io: Io, file: string, texts: readonly string[]): Promise<EtcdFileFact> {
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
      head ??= Buffer.from(chunk).subarray(0, 32);
      const window = Buffer.concat([before, chunk]);
      for (const [text, bytes] of wanted) if (window.includes(bytes)) found.add(text);
      before = window.subarray(Math.max(0, window.length - overlap));
    }
    return {
      file: basename(file),
      bytes: about.size,
      sha256: hash.digest('hex'),
      format: formatOf(head),
      unsearched: texts.length - wanted.length,
      found: [...found].sort(compareTexts),
    };
  } catch (error) {
    return misuse(unreadable(file, error));
  }
}

/** Bolt's mark, after the header of its first page. */
const BOLT = Buffer.from('edda0ced', 'hex');
/** A log begins with a record of its checksum: the length as eight bytes, then the record's type. */
const LOG = Buffer.from('080410', 'hex');

/** A snapshot is a database, too. */
function formatOf(head: Buffer | undefined): EtcdFileFact['format'] {
  if (head?.subarray(16, 20).equals(BOLT) === true) return 'database';
  return head?.subarray(8, 11).equals(LOG) === true ? 'write-ahead log' : null;
}

import { type IncomingMessage, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isRecord, memberOf } from '../base/guards.js';
import { inert, quote } from '../base/inert.js';
import { EngineError } from './run.js';

/** Where an etcd is, and what it is spoken to with. The texts are PEM, read already. */
export interface EtcdAccess {
  /** A member's client URL: `https://10.0.0.1:2379`. */
  readonly endpoint: string;
  /** Whom its certificate has to come from. @default - the authorities that Node knows */
  readonly ca?: string;
  /** The client's certificate and key, where etcd asks for one. */
  readonly cert?: string;
  readonly key?: string;
  /** Milliseconds for one request. @default 30000 */
  readonly timeout?: number;
}

/** Why an etcd did not answer as it was asked to. */
export type EtcdFailure = 'endpoint' | 'unreachable' | 'certificate' | 'refused' | 'unreadable';

/** An etcd could not be read. The message says what to do; no key or value is in it. */
export class EtcdError extends EngineError {
  constructor(
    readonly failure: EtcdFailure,
    message: string,
    readonly remedy: string,
  ) {
    super(`${message}\n  ${remedy}`);
  }

  static isEtcdError(x: unknown): x is EtcdError {
    return EngineError.isEngineError(x) && 'failure' in x && 'remedy' in x;
  }
}

/** Which keys are wanted. */
export interface Range {
  readonly key: string | Uint8Array;
  /** The first key that isn't wanted any more; `'prefix'` for all that begin with `key`. */
  readonly end?: string | Uint8Array | 'prefix';
  /** Of which revision. @default - the current one */
  readonly revision?: bigint;
  /** At most so many, in the order of keys. @default - all */
  readonly limit?: number;
  readonly keysOnly?: boolean;
  readonly countOnly?: boolean;
}

/** A key as etcd has it. */
export interface StoredKey {
  readonly key: Buffer;
  /** Empty where only keys were wanted. */
  readonly value: Buffer;
  readonly created: bigint;
  readonly modified: bigint;
}

/** Some keys of a range, and the revision at which all of it is read. */
export interface StoredPage {
  readonly revision: bigint;
  readonly keys: readonly StoredKey[];
}

/** What etcd has of a range, or why it can't have it: the revision is compacted, or lies ahead. */
export type RangeAnswer =
  | {
      readonly kind: 'found';
      /** Etcd's revision at this answer. */
      readonly revision: bigint;
      readonly keys: readonly StoredKey[];
      /** How many there are in all. */
      readonly count: bigint;
      readonly more: boolean;
    }
  | { readonly kind: 'compacted' }
  | { readonly kind: 'future' };

const TIMEOUT = 30_000;
const MAX_ANSWER = 64 * 2 ** 20;
const PAGE = 500;
const PAGE_OF_VALUES = 20;
const MAX_KEYS = 1_000_000;

/**
 * Reads etcd by its JSON gateway, which every member has beside gRPC. It only ever asks for ranges:
 * nothing is written.
 *
 * @see https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
 */
export class Etcd {
  private readonly url: URL;

  /** Throws an `EtcdError` where the endpoint can't be one. */
  constructor(private readonly access: EtcdAccess) {
    this.url = endpointOf(access);
  }

  /** One page of a range. */
  async range(range: Range): Promise<RangeAnswer> {
    const { status, json } = await this.post('/v3/kv/range', bodyOf(range));
    if (status === 200) return foundIn(json);
    // The gateway's body of an error has `error` in some versions, `message` in all.
    const said = String(memberOf(json, 'message') ?? memberOf(json, 'error') ?? '');
    if (said.includes('has been compacted')) return { kind: 'compacted' };
    if (said.includes('is a future revision')) return { kind: 'future' };
    throw new EtcdError(
      'refused',
      `Etcd refused to be read (HTTP ${status}${said === '' ? '' : `: ${inert(said)}`}).`,
      'Check that the client certificate is one that this etcd lets read, and that the endpoint is etcd’s client URL.',
    );
  }

  /**
   * All keys of a range, page by page at one revision. Fails where that is compacted in between:
   * what is missing then would look as if it weren't there.
   */
  async *keys(range: Omit<Range, 'limit' | 'countOnly'>): AsyncGenerator<StoredKey> {
    for await (const { keys } of this.pages(range)) yield* keys;
  }

  /** The same by page, for who has to know the revision. A page is let go before the next is read. */
  async *pages(range: Omit<Range, 'limit' | 'countOnly'>): AsyncGenerator<StoredPage> {
    const [begin, end] = [Buffer.from(range.key), endOf(range)];
    // A value may have 1.5 MiB: a page of them has to fit into what is read at once.
    const limit = range.keysOnly === true ? PAGE : PAGE_OF_VALUES;
    let [from, revision]: [Uint8Array, bigint | undefined] = [begin, range.revision];
    for (let read = 0; read < MAX_KEYS; ) {
      const asked = { ...range, key: from, ...(end === undefined ? {} : { end }), limit };
      const answer = await this.range(revision === undefined ? asked : { ...asked, revision });
      if (answer.kind !== 'found') throw lost(answer.kind);
      revision ??= answer.revision;
      checkPage(answer.keys, from, end);
      yield { revision, keys: answer.keys };
      read += answer.keys.length;
      const last = answer.keys.at(-1);
      if (!answer.more) return;
      if (last === undefined) throw broken('it says that there is more, and has nothing');
      from = Buffer.concat([last.key, Buffer.of(0)]);
    }
    throw broken(`there are more than ${MAX_KEYS} keys`);
  }

  private post(path: string, body: object): Promise<{ status: number; json: unknown }> {
    const { ca, cert, key, timeout = TIMEOUT } = this.access;
    const text = JSON.stringify(body);
    const options: RequestOptions = {
      method: 'POST',
      signal: AbortSignal.timeout(timeout),
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
      agent: false,
    };
    return new Promise((done, fail) => {
      const failed = (error: unknown) => fail(unreachable(this.url, error));
      const take = (reply: IncomingMessage) => {
        answerOf(reply).then(done, failed);
      };
      const url = new URL(path, this.url);
      try {
        const sent =
          url.protocol === 'https:'
            ? requestTls(url, { ...options, ca, cert, key, minVersion: 'TLSv1.2' }, take)
            : requestPlain(url, options, take);
        sent.on('error', failed).end(text);
      } catch (error) {
        // A certificate that can't be parsed, or with another one's key, fails before anything is sent.
        failed(error);
      }
    });
  }
}

function endpointOf({ endpoint, ca, cert, key }: EtcdAccess): URL {
  const shown = quote(endpoint.replace(/^[^@]*@/, '…@'));
  const wrong = (why: string, remedy: string) =>
    new EtcdError('endpoint', `${shown} is not an endpoint of etcd: ${why}.`, remedy);
  if (!URL.canParse(endpoint)) {
    throw wrong('it is not a URL', 'Write its client URL, such as https://10.0.0.1:2379.');
  }
  const url = new URL(endpoint);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw wrong('it begins neither with https:// nor with http://', 'Write its client URL.');
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong('it has a user or a password', 'Use a client certificate instead.');
  }
  const hasFiles = ca !== undefined || cert !== undefined || key !== undefined;
  if (url.protocol === 'http:' && hasFiles) {
    throw wrong('certificates are of no use over http', 'Write https://, or leave them out.');
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw wrong('a client certificate and its key belong together', 'Give both, or neither.');
  }
  return url;
}

function bodyOf(range: Range): object {
  const { revision, limit, keysOnly, countOnly } = range;
  const end = endOf(range);
  return {
    key: base64(range.key),
    ...(end === undefined ? {} : { range_end: base64(end) }),
    ...(revision === undefined ? {} : { revision: revision.toString() }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
    ...(keysOnly === true ? { keys_only: true } : {}),
    ...(countOnly === true ? { count_only: true } : {}),
    sort_target: 'KEY',
    sort_order: 'ASCEND',
  };
}

/** Keys come in their order, none twice and none that wasn't asked for: otherwise it would never end. */
function checkPage(
  keys: readonly StoredKey[],
  from: Uint8Array,
  end: Uint8Array | undefined,
): void {
  let least = Buffer.from(from);
  for (const { key } of keys) {
    const isBeyond = end !== undefined && !isOpen(end) && key.compare(end) >= 0;
    if (key.compare(least) < 0 || isBeyond) throw broken('its keys are not those asked for');
    least = Buffer.concat([key, Buffer.of(0)]);
  }
}

/** A zero stands for the end of all keys. */
function isOpen(end: Uint8Array): boolean {
  return end.length === 1 && end[0] === 0;
}

/** The key that follows all that begin with a prefix, as etcd's own clients work it out. */
function endOf({ key, end }: Pick<Range, 'key' | 'end'>): Uint8Array | undefined {
  if (end !== 'prefix') return end === undefined ? undefined : Buffer.from(end);
  const bytes = Buffer.from(key);
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    const byte = bytes[at] ?? 0xff;
    if (byte < 0xff) return Buffer.concat([bytes.subarray(0, at), Buffer.of(byte + 1)]);
  }
  return Buffer.of(0);
}

function base64(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

async function answerOf(reply: IncomingMessage): Promise<{ status: number; json: unknown }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of reply) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > MAX_ANSWER) {
      reply.destroy();
      throw broken('its answer is larger than 64 MiB');
    }
    chunks.push(part);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return { status: reply.statusCode ?? 0, json: JSON.parse(text) };
  } catch {
    if (reply.statusCode !== 200) return { status: reply.statusCode ?? 0, json: undefined };
    throw broken('its answer is not JSON');
  }
}

/** The gateway writes 64-bit numbers as texts, and leaves out what is zero, false or empty. */
function foundIn(json: unknown): RangeAnswer {
  const header = memberOf(json, 'header');
  const listed = memberOf(json, 'kvs') ?? [];
  if (!isRecord(header) || !Array.isArray(listed)) throw broken('its answer is not a range');
  return {
    kind: 'found',
    revision: integer(header['revision']),
    keys: listed.map(keyIn),
    count: integer(memberOf(json, 'count')),
    more: memberOf(json, 'more') === true,
  };
}

function keyIn(kv: unknown): StoredKey {
  return {
    key: bytes(memberOf(kv, 'key')),
    value: bytes(memberOf(kv, 'value')),
    created: integer(memberOf(kv, 'create_revision')),
    modified: integer(memberOf(kv, 'mod_revision')),
  };
}

function bytes(value: unknown): Buffer {
  if (value === undefined) return Buffer.alloc(0);
  if (typeof value !== 'string') throw broken('a key or value is not Base64');
  return Buffer.from(value, 'base64');
}

function integer(value: unknown): bigint {
  if (value === undefined) return 0n;
  if (typeof value === 'string' && /^\d{1,19}$/.test(value)) return BigInt(value);
  throw broken('a revision or count is not a number');
}

function broken(why: string): EtcdError {
  return new EtcdError(
    'unreadable',
    `What etcd answered can't be used: ${why}.`,
    'Check that the endpoint is etcd’s client URL, version 3.4 or newer.',
  );
}

function lost(kind: 'compacted' | 'future'): EtcdError {
  const why = `the revision that is being read ${kind === 'compacted' ? 'was compacted meanwhile' : 'lies ahead'}`;
  return new EtcdError(
    'unreadable',
    `What etcd answered can't be used: ${why}.`,
    'Run the command again.',
  );
}

const UNTRUSTED =
  /CERT|certificate|self.signed|ERR_TLS|ERR_SSL|ERR_OSSL|PEM|EPROTO|alert|key values mismatch/i;

function unreachable({ host }: URL, error: unknown): EtcdError {
  if (EtcdError.isEtcdError(error)) return error;
  const code = String(memberOf(error, 'code') ?? '');
  const why = error instanceof Error ? error.message : String(error);
  if (UNTRUSTED.test(`${code} ${why}`)) {
    return new EtcdError(
      'certificate',
      `The certificates don't match those of etcd at ${quote(host)} (${inert(code || why)}).`,
      'Give the CA that signed etcd’s certificate, and a client certificate with its own key that etcd’s CA signed.',
    );
  }
  const slow = error instanceof Error && /Abort|Timeout/.test(`${error.name} ${code}`);
  return new EtcdError(
    'unreachable',
    `Etcd at ${quote(host)} could not be reached: ${slow ? 'it took too long' : inert(code || why)}.`,
    'Check the endpoint, and that this machine may connect to it. Managed clusters don’t let anyone.',
  );
}

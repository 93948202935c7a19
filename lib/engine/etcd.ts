import { request as plainRequest } from 'node:http';
import { type RequestOptions, request as secureRequest } from 'node:https';
import { createSecureContext } from 'node:tls';
import { isRecord, memberOf } from '../base/guards.js';
import { escapeInvisible } from '../base/inert.js';
import { EngineError } from './run.js';

/** Where etcd is, and by which certificate it lets us in. */
export interface EtcdAccess {
  /** `https://10.0.0.5:2379`. The first that answers is taken. */
  readonly endpoints: readonly URL[];
  /** PEM, as etcdctl takes it. @default - the machine's own authorities */
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** A key of etcd and the bytes under it. */
export interface EtcdEntry {
  readonly key: string;
  readonly value: Buffer;
  /** The revision that wrote it. */
  readonly revision: string;
}

/** What is below a folder at one revision. */
export interface EtcdPage {
  readonly revision: string;
  readonly entries: readonly EtcdEntry[];
}

const SECONDS = 30;
/** A value may have 1.5 MiB, and is sent as Base64. */
const PAGE = 20;
const MAX_REPLY = 64 * 2 ** 20;
const MAX_PAGES = 100_000;

/**
 * Reads etcd through its JSON gateway; nothing here writes. A page is held in memory and then let
 * go: whoever reads this takes from it what says how a value is encrypted.
 *
 * @see https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
 */
export class Etcd {
  private constructor(private readonly access: EtcdAccess) {}

  /** Throws an `EngineError` where key and certificate don't fit each other. */
  static open(access: EtcdAccess): Etcd {
    try {
      createSecureContext({ ca: access.ca, cert: access.cert, key: access.key });
    } catch (error) {
      throw new EtcdError(
        'certificates',
        `The certificate for etcd can't be used: ${said(error)}.`,
      );
    }
    return new Etcd(access);
  }

  /** Everything below a folder, page by page, all at the revision of the first page. */
  async *below(folder: string, revision?: string): AsyncGenerator<EtcdPage, void, void> {
    const end = Buffer.from(
      folder.slice(0, -1) + String.fromCharCode(folder.charCodeAt(folder.length - 1) + 1),
    );
    let from: Buffer = Buffer.from(folder);
    let at = revision;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const reply = await this.range(from, end, at);
      at ??= reply.revision;
      yield { revision: at, entries: reply.entries };
      const last = reply.entries.at(-1);
      if (!reply.more || last === undefined) return;
      from = Buffer.concat([Buffer.from(last.key), Buffer.from([0])]);
    }
    throw new EtcdError('unreadable', 'etcd has more than can be read.');
  }

  private async range(from: Buffer, end: Buffer, revision: string | undefined) {
    const body = {
      key: from.toString('base64'),
      range_end: end.toString('base64'),
      limit: String(PAGE),
      ...(revision === undefined ? {} : { revision }),
    };
    const reply = await this.ask('/v3/kv/range', body);
    const found = memberOf(reply, 'kvs');
    return {
      revision: String(memberOf(memberOf(reply, 'header'), 'revision') ?? ''),
      more: memberOf(reply, 'more') === true,
      entries: (Array.isArray(found) ? found : []).flatMap(entryIn),
    };
  }

  private async ask(path: string, body: object): Promise<unknown> {
    let failure: unknown;
    for (const endpoint of this.access.endpoints) {
      try {
        return await post(this.access, new URL(path, endpoint), JSON.stringify(body));
      } catch (error) {
        if (EtcdError.isEtcdError(error) && error.failure === 'refused') throw error;
        failure = error;
      }
    }
    throw failure;
  }
}

/** Why etcd did not answer as it was asked to. */
export class EtcdError extends EngineError {
  constructor(
    readonly failure: 'certificates' | 'unreachable' | 'refused' | 'unreadable',
    message: string,
  ) {
    super(message);
  }

  /** Whether what was named is wrong, and not etcd. */
  get isUsage(): boolean {
    return this.failure === 'certificates';
  }

  static isEtcdError(x: unknown): x is EtcdError {
    return x instanceof EtcdError;
  }
}

function post(access: EtcdAccess, url: URL, body: string): Promise<unknown> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    timeout: SECONDS * 1000,
    ...(access.ca === undefined ? {} : { ca: access.ca }),
    ...(access.cert === undefined ? {} : { cert: access.cert }),
    ...(access.key === undefined ? {} : { key: access.key }),
  };
  const send = url.protocol === 'http:' ? plainRequest : secureRequest;
  return new Promise((done, fail) => {
    const asked = send(url, options, (answer) => {
      const parts: Buffer[] = [];
      let length = 0;
      answer.on('data', (part: Buffer) => {
        length += part.length;
        if (length > MAX_REPLY) asked.destroy(new Error('its answer is too large'));
        else parts.push(part);
      });
      answer.on('end', () => {
        try {
          done(replyOf(url, answer.statusCode ?? 0, Buffer.concat(parts).toString('utf8')));
        } catch (error) {
          fail(error);
        }
      });
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${SECONDS} seconds`)));
    asked.on('error', (error) => fail(unreachable(url, error)));
    asked.end(body);
  });
}

function replyOf(url: URL, status: number, text: string): unknown {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    throw new EtcdError('unreadable', `What answers at ${url.host} is not etcd's JSON gateway.`);
  }
  if (status === 200 && isRecord(reply)) return reply;
  // etcd's own words: they name no value.
  const words = String(
    memberOf(reply, 'message') ?? memberOf(reply, 'error') ?? `status ${status}`,
  );
  throw new EtcdError(
    'refused',
    `etcd at ${url.host} refused: ${escapeInvisible(words.slice(0, 200))}.`,
  );
}

function unreachable(url: URL, error: unknown): EtcdError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isTrust = /CERT|SIGNATURE|ALTNAME|SELF_SIGNED|SSL|TLS/.test(code);
  return isTrust
    ? new EtcdError(
        'certificates',
        `etcd at ${url.host} and the certificates don't fit: ${said(error)}. Check --etcd-cacert, --etcd-cert and --etcd-key.`,
      )
    : new EtcdError('unreachable', `etcd at ${url.host} could not be read: ${said(error)}.`);
}

/** What OpenSSL or the network says, which holds no key. */
function said(error: unknown): string {
  return escapeInvisible((error instanceof Error ? error.message : String(error)).slice(0, 200));
}

function entryIn(kv: unknown): readonly EtcdEntry[] {
  const [key, value] = [memberOf(kv, 'key'), memberOf(kv, 'value') ?? ''];
  if (typeof key !== 'string' || typeof value !== 'string') return [];
  return [
    {
      key: Buffer.from(key, 'base64').toString('utf8'),
      value: Buffer.from(value, 'base64'),
      revision: String(memberOf(kv, 'mod_revision') ?? ''),
    },
  ];
}

import { lookup as resolveName } from 'node:dns';
import { type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { inert } from '../base/inert.js';
import { type Place, refusalOf } from './place.js';

/** A registry could not be asked, or answered as none does. The message has no credential. */
export class RegistryError extends Error {
  constructor(
    message: string,
    /** Whether it answered without TLS where TLS was spoken. */
    readonly isPlain = false,
  ) {
    super(message);
    this.name = 'RegistryError';
  }

  static isRegistryError(x: unknown): x is RegistryError {
    return x instanceof Error && x.name === 'RegistryError';
  }
}

/** What was answered. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request. */
export interface Asking {
  readonly place: Place;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  /** Milliseconds. @default 15000 */
  readonly timeout?: number;
  /** How many bytes the answer may have. @default 4 MiB */
  readonly most?: number;
}

/** Milliseconds for one request. */
export const TIMEOUT = 15_000;
/** How OpenSSL calls an answer that is none of TLS. */
const NO_TLS = new Set([
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
]);
/** Registries take manifests of 4 MiB at most. */
const MAX_BODY = 4 * 2 ** 20;

/**
 * Sends one request and follows nothing. The address is looked at before anything is sent, and is the
 * very one that is connected to: a name can't lead elsewhere in between.
 */
export function ask(asking: Asking): Promise<Reply> {
  const { place, path, headers, method = 'GET', body, timeout = TIMEOUT, most } = asking;
  const refused = isIP(place.host) === 0 ? undefined : refusalOf(place, place.host);
  if (refused !== undefined)
    return Promise.reject(new RegistryError(`It was not asked: ${refused}.`));
  const { host, port, isSecure } = place;
  const options = {
    host,
    port,
    path,
    method,
    headers: { 'user-agent': 'reprieve', ...headers },
    agent: false,
    lookup: guarded(place),
    signal: AbortSignal.timeout(timeout),
  };
  return new Promise((done, fail) => {
    const failed = (error: unknown) => fail(unreachable(error));
    const take = (reply: IncomingMessage) => void bodyOf(reply, most).then(done, failed);
    const sent = isSecure ? requestTls(options, take) : requestPlain(options, take);
    sent.on('error', failed).end(body ?? '');
  });
}

/** Resolves a name, and fails where any of its addresses may not be connected to. */
function guarded(place: Place): LookupFunction {
  return (name, options, done) => {
    resolveName(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0);
      const refused = addresses.map(({ address }) => refusalOf(place, address)).find(Boolean);
      const [first] = addresses;
      if (refused !== undefined || first === undefined) {
        const why = refused ?? 'it has no address';
        return done(new RegistryError(`It was not asked: ${why}.`), '', 0);
      }
      if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}

async function bodyOf(reply: IncomingMessage, most = MAX_BODY): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of reply) {
    const part = Buffer.from(chunk);
    size += part.length;
    if (size > most) {
      reply.destroy();
      throw new RegistryError(`Its answer is larger than ${most / 2 ** 20} MiB.`);
    }
    chunks.push(part);
  }
  return { status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks) };
}

function unreachable(error: unknown): RegistryError {
  if (RegistryError.isRegistryError(error)) return error;
  const name = error instanceof Error ? error.name : '';
  if (/Abort|Timeout/.test(name)) return new RegistryError('It took too long to answer.');
  const code = error instanceof Error && 'code' in error ? String(error.code) : name;
  if (NO_TLS.has(code)) return new RegistryError('It doesn’t speak TLS.', true);
  return new RegistryError(`It could not be reached (${inert(code)}).`);
}

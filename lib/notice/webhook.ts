import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { inert } from '../base/inert.js';

/** A webhook refused, failed or could not be reached. The message never has its address. */
export class WebhookError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
    /** Whether the same may succeed a little later. */
    readonly isPassing = false,
    /** How long it asks to wait, in milliseconds. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.name = 'WebhookError';
  }

  static isWebhookError(x: unknown): x is WebhookError {
    return x instanceof Error && x.name === 'WebhookError';
  }
}

/** What is sent to where. */
export interface Delivery {
  readonly url: URL;
  /** JSON. */
  readonly body: string;
  /** By which the receiver knows a message that it has already. */
  readonly id: string;
}

/** How patient a delivery is; all times in milliseconds. */
export interface Patience {
  /** For each attempt. @default 10000 */
  readonly timeout?: number;
  /** @default 4 */
  readonly attempts?: number;
  /** Before the second attempt; doubled for each one after it. @default 1000 */
  readonly delay?: number;
  /** The longest wait that a webhook may ask for. @default 30000 */
  readonly longestWait?: number;
  /** Certificates of authorities, beside none. @default - those that Node trusts */
  readonly ca?: string;
}

const TIMEOUT = 10_000;
const ATTEMPTS = 4;
const DELAY = 1000;
const LONGEST_WAIT = 30_000;
const LATER = 'Run the command again with the same window: the notices keep their ids.';

/**
 * Sends one message, again where the webhook is busy or can't be reached. It follows no redirect, and
 * reads nothing of the answer but its head. Fails with a `WebhookError`.
 */
export async function deliver(delivery: Delivery, patience: Patience = {}): Promise<void> {
  const { attempts = ATTEMPTS, delay = DELAY, longestWait = LONGEST_WAIT } = patience;
  for (let tried = 1; ; tried += 1) {
    const failure = await attempt(delivery, patience).then(
      () => undefined,
      (error: unknown) => failureOf(error, patience),
    );
    if (failure === undefined) return;
    const wait = failure.retryAfter ?? delay * 2 ** (tried - 1);
    if (!failure.isPassing || tried === attempts || wait > longestWait) throw failure;
    await new Promise((done) => setTimeout(done, wait));
  }
}

function attempt({ url, body, id }: Delivery, { timeout = TIMEOUT, ca }: Patience): Promise<void> {
  const options = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': id,
      'user-agent': 'reprieve',
    },
    agent: false,
    signal: AbortSignal.timeout(timeout),
  };
  return new Promise((done, fail) => {
    const take = (reply: IncomingMessage) => {
      const refused = judged(reply);
      reply.destroy();
      if (refused === undefined) done();
      else fail(refused);
    };
    const secure = { ...options, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) };
    const sent =
      url.protocol === 'https:' ? requestTls(url, secure, take) : requestPlain(url, options, take);
    sent.on('error', fail).end(body);
  });
}

function judged({ statusCode: status = 0, headers }: IncomingMessage): WebhookError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const said = `The webhook answered ${status}`;
  if (status >= 300 && status < 400) {
    return new WebhookError(
      `${said}: it redirects, which is not followed.`,
      'Set the address that it leads to.',
    );
  }
  if (status === 429 || status >= 500) {
    return new WebhookError(`${said}: it is busy.`, LATER, true, waitOf(headers['retry-after']));
  }
  const remedy =
    status === 400 || status === 413 || status === 422
      ? 'Check that --format is what it takes.'
      : 'Check that its address is still valid.';
  return new WebhookError(`${said}.`, remedy);
}

/** Seconds, or a point in time by this machine's clock. */
function waitOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const instant = Date.parse(header);
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - Date.now());
}

/** Codes of Node and OpenSSL for a certificate or a protocol that isn't accepted. */
const TLS = /CERT|SSL|TLS|EPROTO|SELF_SIGNED|UNABLE_TO|HOSTNAME|ISSUER/;

function failureOf(error: unknown, { timeout = TIMEOUT }: Patience): WebhookError {
  if (WebhookError.isWebhookError(error)) return error;
  const name = error instanceof Error ? error.name : '';
  if (/Abort|Timeout/.test(name)) {
    return new WebhookError(`The webhook did not answer within ${timeout / 1000} s.`, LATER, true);
  }
  const code = inert(error instanceof Error && 'code' in error ? String(error.code) : name);
  return TLS.test(code)
    ? new WebhookError(
        `The webhook’s certificate is not accepted (${code}).`,
        'Check its certificate; name the authority of your own servers in NODE_EXTRA_CA_CERTS.',
      )
    : new WebhookError(`The webhook could not be reached (${code}).`, LATER, true);
}

/** What a forge answered. */
export interface Reply {
  readonly status: number;
  readonly json: unknown;
  /** The address of the next page, if there is one. */
  readonly next: string | undefined;
}

/** How a forge is reached. */
export interface Forge {
  /** Where its API is, without a slash at the end. */
  readonly base: string;
  /** Sent with every request; a token in it never appears in a message. */
  readonly headers: Readonly<Record<string, string>>;
  /** @default 1000 */
  readonly retryDelay?: number;
}

/** A forge refused, failed or could not be reached. The message says what to do. */
export class ForgeError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'ForgeError';
  }

  static isForgeError(x: unknown): x is ForgeError {
    return x instanceof Error && x.name === 'ForgeError';
  }
}

const TRIES = 4;
const TIMEOUT = 30_000;
const LONGEST_WAIT = 30_000;
const MAX_PAGES = 100;
const MAX_BODY = 32 * 2 ** 20;

/** Sends one request, again where the forge is busy. Fails with a `ForgeError`. */
export async function request(
  forge: Forge,
  method: 'GET' | 'POST' | 'PATCH' | 'PUT',
  path: string,
  body?: unknown,
): Promise<Reply> {
  const url = path.startsWith('http') ? path : `${forge.base}${path}`;
  for (let tried = 1; ; tried += 1) {
    const reply = await send(forge, method, url, body);
    const isBusy = reply.status === 429 || reply.status >= 500;
    // What was perhaps done already must not be done twice.
    if (!isBusy || tried === TRIES || method === 'POST') return judged(reply, method, path);
    await pause(reply.retryAfter ?? (forge.retryDelay ?? 1000) * 2 ** (tried - 1));
  }
}

/** All pages of a list. */
export async function pages(forge: Forge, path: string): Promise<readonly unknown[]> {
  const entries: unknown[] = [];
  let next: string | undefined = path;
  for (let page = 0; next !== undefined; page += 1) {
    if (page === MAX_PAGES) throw new ForgeError(`${path} has more than ${MAX_PAGES} pages.`, 0);
    const reply: Reply = await request(forge, 'GET', next);
    if (!Array.isArray(reply.json))
      throw new ForgeError(`${path} did not give a list.`, reply.status);
    entries.push(...reply.json);
    next = reply.next?.startsWith(`${forge.base}/`) ? reply.next : undefined;
  }
  return entries;
}

interface Raw extends Reply {
  readonly retryAfter: number | undefined;
}

async function send(forge: Forge, method: string, url: string, body: unknown): Promise<Raw> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...forge.headers, 'content-type': 'application/json', 'user-agent': 'reprieve' },
      signal: AbortSignal.timeout(TIMEOUT),
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      json: parsed(await limited(response)),
      next: /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1],
      retryAfter: waitOf(response.headers.get('retry-after')),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it failed';
    throw new ForgeError(`${new URL(url).host} could not be reached: ${why}.`, 0);
  }
}

async function limited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function judged({ status, json, next }: Raw, method: string, path: string): Reply {
  if (status >= 200 && status < 300) return { status, json, next };
  throw new ForgeError(
    `${method} ${path.split('?')[0]} was answered by ${status}: ${remedy(status)}`,
    status,
  );
}

function remedy(status: number): string {
  if (status === 401) return 'the token is missing or no longer valid.';
  if (status === 403)
    return 'the token may not do this. See the permissions in docs/pull-requests.md.';
  if (status === 404) return 'there is no such thing, or the token may not see it.';
  return status === 429 || status >= 500 ? 'the forge is busy. Try again later.' : 'it refused.';
}

function waitOf(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0
    ? Math.min(seconds * 1000, LONGEST_WAIT)
    : undefined;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord, memberOf } from '../base/guards.js';
import { escapeInvisible } from '../base/inert.js';
import { type ClusterAccess, ClusterError } from './cluster.js';
import { engineEnvironment } from './environment.js';
import { interruption } from './run.js';
import { supervise } from './signals.js';

/** An object's identity: all that is taken from an answer. */
export interface ObjectId {
  readonly namespace: string;
  readonly name: string;
  /** Which version of it. */
  readonly resourceVersion: string;
}

/** What became of a request that writes. */
export interface Written {
  readonly status: number;
  /** What the API server says where it refuses. */
  readonly message: string;
  readonly resourceVersion: string;
}

/** Method, path, headers and body. */
type Asking = readonly [string, string, Readonly<Record<string, string>>, string?];

interface Reply {
  readonly status: number;
  readonly body: string;
  /** After how many seconds it wants to be asked again. */
  readonly wait: number;
}

/** Asks for names and versions alone: the API server leaves content out of its answer. */
const METADATA = (kind: 'PartialObjectMetadata' | 'PartialObjectMetadataList') =>
  `application/json;as=${kind};g=meta.k8s.io;v=v1`;

const PROGRAM = { name: 'kubectl', program: 'kubectl' };
const PAGE = 500;
const MAX_OBJECTS = 1_000_000;
const ATTEMPTS = 5;
/** An API server that is busy says for how many seconds; not longer than this is waited each time. */
const MAX_WAIT = 10;
const MAX_REPLY = 64 * 2 ** 20;
const SECONDS = 40;

/**
 * The API server through `kubectl proxy` on a socket in a folder of our own: every way to log in
 * works, no credential gets into this process, and requests can say how much they want back.
 *
 * @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_proxy/
 */
export class Api {
  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  /** Opens the API, and closes it whatever comes of `use`. */
  static async use<T>(
    access: ClusterAccess & { readonly server?: string },
    options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
    use: (api: Api) => Promise<T>,
  ): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-api-'));
    const run = supervise(() => start(folder, access, options));
    try {
      await serving(run.child);
      return await use(new Api(folder, run.child));
    } catch (error) {
      // The proxy ends with us: what was under way then is the signal's fault.
      const signal = run.signal();
      throw signal === undefined ? error : interruption(PROGRAM, 'proxy', signal);
    } finally {
      run.stop();
      run.child.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** A text such as /metrics. */
  async text(path: string): Promise<string> {
    const { status, body } = await this.patiently('GET', path, {});
    if (status === 200) return body;
    throw refused(path, status, body);
  }

  /** A small document; undefined where there is none. */
  async json(path: string): Promise<unknown> {
    const { status, body } = await this.patiently('GET', path, { accept: 'application/json' });
    if (status === 404) return undefined;
    if (status !== 200) throw refused(path, status, body);
    return parsed(path, body);
  }

  /** Every object of a list, without its content. What is too old to be gone on with begins again. */
  async list(path: string): Promise<readonly ObjectId[]> {
    for (let attempt = 1; ; attempt += 1) {
      const found = await this.pages(path);
      if (found !== 'expired') return found;
      if (attempt === ATTEMPTS) {
        throw new ClusterError(
          'failed',
          `The list ${path} is always too old to be read to its end.`,
        );
      }
    }
  }

  private async pages(path: string): Promise<readonly ObjectId[] | 'expired'> {
    const found: ObjectId[] = [];
    const seen = new Set<string>();
    for (let next = ''; found.length <= MAX_OBJECTS; ) {
      // A token that comes again would go on for ever.
      if (seen.has(next)) throw unreadable(path, 'its pages have no end');
      seen.add(next);
      const page = await this.page(path, next);
      if (page === 'expired') return page;
      for (const item of page.items) found.push(idOf(item));
      next = page.next;
      if (next === '') return found;
    }
    throw unreadable(path, `it has more than ${MAX_OBJECTS} objects`);
  }

  private async page(path: string, from: string) {
    const more = from === '' ? '' : `&continue=${encodeURIComponent(from)}`;
    const { status, body } = await this.patiently('GET', `${path}?limit=${PAGE}${more}`, {
      accept: METADATA('PartialObjectMetadataList'),
    });
    if (status === 410 && from !== '') return 'expired' as const;
    if (status !== 200) throw refused(path, status, body);
    const reply = parsed(path, body);
    // An empty list may have null there.
    const items: unknown = memberOf(reply, 'items') ?? [];
    if (!Array.isArray(items) || !isRecord(memberOf(reply, 'metadata')))
      throw unreadable(path, 'it is not a list');
    return { items, next: String(memberOf(memberOf(reply, 'metadata'), 'continue') ?? '') };
  }

  /**
   * Has an object written again as it is. The API server writes only where the stored bytes are
   * not what it would write now; the answer is without content.
   */
  async rewrite(path: string): Promise<Written> {
    const headers = {
      accept: METADATA('PartialObjectMetadata'),
      'content-type': 'application/merge-patch+json',
    };
    const { status, body } = await this.patiently(
      'PATCH',
      `${path}?fieldManager=reprieve`,
      headers,
      '{}',
    );
    if (status >= 300) return { status, message: messageIn(body), resourceVersion: '' };
    return { status, message: '', resourceVersion: idOf(parsed(path, body)).resourceVersion };
  }

  /** Asks again where the API server is too busy, when it wants to be asked again. */
  private async patiently(...asking: Asking): Promise<Reply> {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.ask(...asking);
      if (reply.status !== 429 || attempt === ATTEMPTS) return reply;
      await pause(Math.min(reply.wait, MAX_WAIT));
    }
  }

  private ask(...[method, path, headers, body = '']: Asking): Promise<Reply> {
    const options = {
      socketPath: join(this.folder, 'api.sock'),
      path,
      method,
      // The only name that `kubectl proxy` answers to.
      headers: { host: 'localhost', ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false,
      timeout: SECONDS * 1000,
    };
    return new Promise((done, fail) => {
      const asked = request(options, (answer) => {
        const parts: Buffer[] = [];
        let length = 0;
        answer.on('data', (part: Buffer) => {
          length += part.length;
          if (length > MAX_REPLY) asked.destroy(new Error('its answer is too large'));
          else parts.push(part);
        });
        answer.on('end', () =>
          done({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(parts).toString('utf8'),
            wait: secondsIn(answer.headers['retry-after']),
          }),
        );
      });
      asked.on('timeout', () => asked.destroy(new Error(`no answer within ${SECONDS} seconds`)));
      asked.on('error', (error) => {
        const ended = this.child.exitCode === null ? '' : ' (kubectl proxy has ended)';
        fail(
          new ClusterError('unreachable', `The cluster did not answer: ${error.message}${ended}.`),
        );
      });
      asked.end(body);
    });
  }
}

function start(
  folder: string,
  access: ClusterAccess & { readonly server?: string },
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): ChildProcess {
  const { kubeconfig, context, server } = access;
  const flags = [
    ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...(server === undefined ? [] : [`--server=${server}`]),
  ];
  const socket = `--unix-socket=${join(folder, 'api.sock')}`;
  return spawn(PROGRAM.program, [...flags, 'proxy', socket], {
    cwd: options.cwd,
    env: engineEnvironment(options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits until the proxy listens. */
function serving(child: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let words = '';
    const timer = setTimeout(() => end('it did not begin to listen'), SECONDS * 1000);
    const end = (why: string) => {
      clearTimeout(timer);
      const own = words.split('\n').find((line) => /^error: /.test(line)) ?? why;
      const failure = /context|kubeconfig|stat /.test(own) ? 'no-kubeconfig' : 'failed';
      fail(
        new ClusterError(
          failure,
          `kubectl proxy could not be used: ${escapeInvisible(own.slice(0, 300))}.`,
        ),
      );
    };
    child.stdout?.on('data', (part: Buffer) => {
      if (!part.toString().includes('Starting to serve')) return;
      clearTimeout(timer);
      done();
    });
    child.stderr?.on('data', (part: Buffer) => {
      words = `${words}${part}`.slice(0, 10_000);
    });
    child.on('error', () => {
      clearTimeout(timer);
      const where = 'Install it (https://kubernetes.io/docs/tasks/tools/) and put it on the PATH.';
      fail(new ClusterError('no-kubectl', `kubectl could not be started. ${where}`));
    });
    child.on('exit', (code) => end(`it ended with exit code ${code}`));
  });
}

/** What a header says of seconds; one where it says nothing of them. */
function secondsIn(header: string | undefined): number {
  return header !== undefined && /^\d{1,4}$/.test(header) ? Number(header) : 1;
}

function pause(seconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, seconds * 1000));
}

function unreadable(path: string, why: string): ClusterError {
  const shown = escapeInvisible(path.split('?')[0] ?? path);
  return new ClusterError('unreadable', `The cluster's answer to ${shown} can't be read: ${why}.`);
}

function idOf(item: unknown): ObjectId {
  const metadata = memberOf(item, 'metadata');
  const text = (key: string) => String(memberOf(metadata, key) ?? '');
  return {
    namespace: text('namespace'),
    name: text('name'),
    resourceVersion: text('resourceVersion'),
  };
}

function refused(path: string, status: number, body: string): ClusterError {
  const failure = ({ 401: 'unauthorized', 403: 'forbidden', 404: 'not-found' } as const)[status];
  return new ClusterError(
    failure ?? 'failed',
    `The API server answered ${status} to ${escapeInvisible(path.split('?')[0] ?? path)}: ${messageIn(body)}`,
  );
}

/** What an API server says that can't encrypt or decrypt, which its users can't make sense of. */
const UNDECIPHERED =
  /unexpected nil transformer|failed to decrypt DEK|unable to transform key|no matching (?:key|prefix)/;
const EXPLANATION =
  '. The API server can’t encrypt or decrypt: its KMS plugin does not answer (in time), or it lacks the key. What is stored was not changed, and can be read again once it has both.';

function messageIn(body: string): string {
  const message = ownMessageIn(body);
  return UNDECIPHERED.test(message) ? `${message}${EXPLANATION}` : message;
}

function ownMessageIn(body: string): string {
  let message: unknown;
  try {
    const reply: unknown = JSON.parse(body);
    // What is invalid is quoted there, and may be content.
    message = isRecord(reply) ? (invalidIn(reply) ?? reply['message']) : undefined;
  } catch {
    message = body.split('\n')[0];
  }
  return escapeInvisible(String(message ?? '').slice(0, 400));
}

/** Of an object that the API server finds invalid, only where and how: `spec.x: FieldValueInvalid`. */
function invalidIn({ reason, details }: Readonly<Record<string, unknown>>): string | undefined {
  if (reason !== 'Invalid') return undefined;
  const causes = memberOf(details, 'causes');
  const fields = (Array.isArray(causes) ? causes : []).map(
    (each) => `${memberOf(each, 'field')}: ${memberOf(each, 'reason')}`,
  );
  return `the object is invalid (${fields.join(', ') || 'not said where'})`;
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(path, 'it is not JSON');
  }
}

import { isRecord } from '../base/guards.js';
import { escapeInvisible } from '../base/inert.js';
import { EngineError, type EngineOptions, runEngine } from './run.js';

/** Which cluster, and as whom: as kubectl takes them. Neither holds a credential. */
export interface ClusterAccess {
  /** A kubeconfig's path. @default - KUBECONFIG, ~/.kube/config, or the pod's own account */
  readonly kubeconfig?: string;
  /** @default - the current one */
  readonly context?: string;
}

/** Why a cluster did not answer as it was asked to. */
export type ClusterFailure =
  | 'no-kubectl'
  | 'no-kubeconfig'
  | 'unreachable'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'unreadable'
  | 'failed';

/** The cluster refused, failed or could not be reached. The message says what to do. */
export class ClusterError extends EngineError {
  constructor(
    readonly failure: ClusterFailure,
    message: string,
    /** What kubectl said, on one line; not fit for a terminal as it is. */
    readonly said = '',
  ) {
    super(message);
  }

  /** Whether the call was wrong, and not the cluster: no kubectl, or no such kubeconfig. */
  get isUsage(): boolean {
    return this.failure === 'no-kubectl' || this.failure === 'no-kubeconfig';
  }

  static isClusterError(x: unknown): x is ClusterError {
    return EngineError.isEngineError(x) && 'failure' in x;
  }
}

/** An object by its kind and metadata, neither looked at yet; its content was never read. */
export interface RawObject {
  readonly kind: string;
  readonly metadata: unknown;
}

/** What is wanted of a cluster. */
type Doing = 'read' | 'written';

/** How kubectl is called. */
interface Calling {
  readonly doing?: Doing;
  readonly input?: string;
  /** Whether no cluster is asked. */
  readonly isLocal?: boolean;
}

/** Whose fields those are that we apply. */
const MANAGER = 'reprieve';
const SECONDS = 30;
const MAX_REPLY = 64 * 2 ** 20;
const PAGE = 500;
const MAX_PAGES = 200;

/** Only what says where an object stands: a secret's data stays in kubectl's own memory. */
const METADATA = 'jsonpath={range .items[*]}{.kind}{"\\t"}{.metadata}{"\\n"}{end}';

/**
 * A cluster through kubectl: every way to log in that its users have works, and no credential ever
 * gets into this process. Only `apply`, `replace`, `renew` and `startJob` write.
 *
 * @see https://kubernetes.io/docs/reference/kubectl/
 */
export class Cluster {
  constructor(
    private readonly access: ClusterAccess,
    private readonly options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ) {}

  /** One object by its path in the API; undefined where there is none. */
  async get(path: string): Promise<unknown> {
    try {
      return parsed(path, await this.call(['get', '--raw', path]));
    } catch (error) {
      if (ClusterError.isClusterError(error) && error.failure === 'not-found') return undefined;
      throw error;
    }
  }

  /** All items of a list by its path in the API, however many pages it has. */
  async list(path: string): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let next: string | undefined = '';
    for (let page = 0; next !== undefined; page += 1) {
      if (page === MAX_PAGES) throw unreadable(path, `it has more than ${MAX_PAGES} pages`);
      const query: string = `limit=${PAGE}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`;
      const url = `${path}${path.includes('?') ? '&' : '?'}${query}`;
      const reply = parsed(path, await this.call(['get', '--raw', url]));
      const found = isRecord(reply) ? reply['items'] : undefined;
      if (!Array.isArray(found)) throw unreadable(path, 'it is not a list');
      items.push(...found);
      next = continuation(reply);
    }
    return items;
  }

  /**
   * The metadata of a namespace's objects of several kinds, by kubectl's names for them, such as
   * `secrets` or `networkpolicies.networking.k8s.io`.
   */
  async metadata(namespace: string, resources: readonly string[]): Promise<readonly RawObject[]> {
    const where = `--namespace=${namespace}`;
    const text = await this.call(['get', resources.join(','), where, '-o', METADATA]);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const tab = line.indexOf('\t');
        return { kind: line.slice(0, tab), metadata: parsed(where, line.slice(tab + 1)) };
      });
  }

  /**
   * Why the API server would not delete an object; undefined where it would. Nothing is deleted.
   */
  async refusalOfDeletion(path: string): Promise<ClusterError | undefined> {
    try {
      await this.call(['delete', '--raw', `${path}?dryRun=All`]);
      return undefined;
    } catch (error) {
      if (ClusterError.isClusterError(error)) return error;
      throw error;
    }
  }

  /** Server-side apply, one object after the other. A dry run shows what would fail. */
  async apply(manifests: readonly object[], options: { dryRun?: boolean } = {}): Promise<void> {
    const dryRun = options.dryRun === true ? ['--dry-run=server'] : [];
    const flags = ['--server-side', '--force-conflicts', `--field-manager=${MANAGER}`, ...dryRun];
    await this.write(['apply', ...flags], manifests);
  }

  /** Makes objects that are there what they should be, in place. */
  async replace(manifests: readonly object[], options: { dryRun?: boolean } = {}): Promise<void> {
    const dryRun = options.dryRun === true ? ['--dry-run=server'] : [];
    await this.write(['replace', `--field-manager=${MANAGER}`, ...dryRun], manifests);
  }

  /**
   * Starts a run of a cron job, with a patch of the job that it makes. The job's own manifest passes
   * through here; what it refers to doesn't.
   */
  async startJob(
    from: { readonly namespace: string; readonly cronJob: string },
    name: string,
    patch: object | undefined,
  ): Promise<void> {
    const where = `--namespace=${from.namespace}`;
    const create = ['create', 'job', name, `--from=cronjob/${from.cronJob}`, where];
    if (patch === undefined) {
      await this.call(create, { doing: 'written' });
      return;
    }
    const whole = await this.call([...create, '--dry-run=client', '-o', 'json']);
    const flags = ['--local', '-f', '-', '--type=strategic', '-p', JSON.stringify(patch)];
    const input = await this.call(['patch', ...flags, '-o', 'json'], {
      input: whole,
      isLocal: true,
    });
    await this.call(['create', where, '-f', '-'], { doing: 'written', input });
  }

  /** Deletes an object, if it is there, and makes it anew. */
  async renew(path: string, manifest: object): Promise<void> {
    try {
      await this.call(['delete', '--raw', path], { doing: 'written' });
    } catch (error) {
      if (!ClusterError.isClusterError(error) || error.failure !== 'not-found') throw error;
    }
    await this.write(['create', `--field-manager=${MANAGER}`], [manifest]);
  }

  private async write(args: readonly string[], manifests: readonly object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
    await this.call([...args, '-f', '-'], { doing: 'written', input });
  }

  private async call(
    args: readonly string[],
    { doing = 'read', input, isLocal = false }: Calling = {},
  ): Promise<string> {
    const { kubeconfig, context } = isLocal ? {} : this.access;
    const flags = [
      ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
      ...(context === undefined ? [] : [`--context=${context}`]),
      `--request-timeout=${SECONDS}s`,
    ];
    const { code, stdout, stderr } = await kubectl([...flags, ...args], {
      ...this.options,
      ...(input === undefined ? {} : { input }),
    });
    if (code === 0) return stdout;
    throw failureOf(code, stderr, doing);
  }
}

/** Longer than the request may take: a login that kubectl runs may take its time too. */
async function kubectl(
  args: readonly string[],
  options: Pick<EngineOptions, 'cwd' | 'env' | 'input'>,
) {
  const limits = { timeout: 4 * SECONDS * 1000, maxOutput: MAX_REPLY };
  try {
    return await runEngine({ name: 'kubectl', program: 'kubectl' }, args, {
      ...options,
      ...limits,
    });
  } catch (error) {
    if (!(error instanceof Error) || error.cause === undefined) throw error;
    throw new ClusterError(
      'no-kubectl',
      'The cluster is read through kubectl, which could not be started. Install it (https://kubernetes.io/docs/tasks/tools/) and put it on the PATH.',
    );
  }
}

/** What kubectl says when it fails, and what to do about it. */
const FAILURES: readonly (readonly [RegExp, ClusterFailure, string])[] = [
  [
    /^error: (stat .*: no such file|.*kubeconfig|context .* does not exist|no context exists)/,
    'no-kubeconfig',
    'Name the right ones with --kubeconfig and --context.',
  ],
  [
    /\(Unauthorized\)|You must be logged in|exec plugin|getting credentials/,
    'unauthorized',
    'Log in to the cluster again; `kubectl auth whoami` has to work.',
  ],
  [
    /^Error from server \(Forbidden\)/,
    'forbidden',
    'Ask for the right to read it: docs/cluster.md has a role that is enough.',
  ],
  [/^Error from server \(NotFound\)/, 'not-found', 'Check the name.'],
  [
    /^The connection to the server|^Unable to connect|refused|timed? ?out|deadline exceeded|no such host/i,
    'unreachable',
    'Check that the API server runs and that its address in the kubeconfig is right, then try again: nothing was changed.',
  ],
];

/** Only lines that are kubectl's own: a login program's output could hold anything. */
function failureOf(code: number, stderr: string, doing: Doing): ClusterError {
  const lines = stderr.split('\n').filter((line) => OWN_LINE.test(line));
  if (doing === 'written' && lines.some((line) => DENIED.test(line))) return notAllowed(lines);
  const said = lines.at(-1);
  if (said === undefined) {
    const why = code === -1 ? 'it took too long, or its answer was too large' : 'it said no more';
    return new ClusterError('failed', `kubectl ended with exit code ${code}: ${why}.`);
  }
  const [, failure, remedy] = FAILURES.find(([pattern]) => pattern.test(said)) ?? [];
  return new ClusterError(
    failure ?? 'failed',
    `The cluster could not be ${doing}. ${escapeInvisible(said.slice(0, 400))}\n  ${remedy ?? 'Try the same with kubectl.'}`,
    said,
  );
}

const DENIED = /^Error from server \(Forbidden\)/;

/** Everything that is refused at once, so that nobody has to ask for rights one by one. */
function notAllowed(lines: readonly string[]): ClusterError {
  const denied = [...new Set(lines.filter((line) => DENIED.test(line)))];
  const shown = denied.slice(0, 12).map((line) => `  ${escapeInvisible(line.slice(0, 400))}`);
  return new ClusterError(
    'forbidden',
    [`The cluster could not be written:`, ...shown, '  Ask for these rights.'].join('\n'),
    denied[0] ?? '',
  );
}

const OWN_LINE =
  /^(Error from server|error: |The \S+ "\S+" is invalid|The connection to the server|Unable to connect)/;

function parsed(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(what, 'it is not JSON');
  }
}

function unreadable(what: string, why: string): ClusterError {
  return new ClusterError('unreadable', `The cluster's answer to ${what} can't be read: ${why}.`);
}

function continuation(reply: unknown): string | undefined {
  const metadata = isRecord(reply) ? reply['metadata'] : undefined;
  const token = isRecord(metadata) ? metadata['continue'] : undefined;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

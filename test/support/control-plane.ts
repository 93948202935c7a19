import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import {
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { controlPlaneMissing, controlPlanePrograms, type Programs } from './engines.js';
import { freePorts } from './ports.js';

/** Those that deletion needs; `everyday` starts more. */
const CONTROLLERS: readonly string[] = [
  'namespace',
  'serviceaccount-token',
  'serviceaccount',
  'garbagecollector',
  'resourcequota',
  'cronjob',
  'job',
];

/**
 * The people of the tests: an administrator of the API server itself, and others who have only the
 * rights that a test binds to their names.
 */
export const USERS = ['admin', 'deploy', 'ann', 'bob', 'root'] as const;
export type User = (typeof USERS)[number];

/** The account of the controllers that have none of their own. */
const MANAGER = 'system:kube-controller-manager';

/** What the API server answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What a refusal says, or nothing. */
  readonly message: string;
}

export interface Asking {
  readonly as?: User;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  /** How a patch is meant. @default merge-patch */
  readonly type?: string;
  /** Whom an administrator acts as, with every right but the name. */
  readonly actingAs?: string;
  /** Another API server. @default - the first one */
  readonly at?: string;
  /** Keeps connections, where a request is measured. @default - a connection for each request */
  readonly agent?: Agent;
}

export interface Starting {
  /** The file that says what the API server notes in its audit log. @default no audit log */
  readonly auditPolicy?: string | undefined;
  /** Such as `1.37.2`. @default what the ordinary tests run against */
  readonly kubernetes?: string | undefined;
  /** More flags for the API server. @default none */
  readonly flags?: readonly string[];
  /** More of the controllers of Kubernetes, by the names that its manager knows. @default none */
  readonly controllers?: readonly string[];
  /** More flags for etcd. @default none */
  readonly etcdFlags?: readonly string[];
  /** A copy of another etcd's folder, with which this one goes on. @default - an empty etcd */
  readonly etcdFrom?: string;
  /** `unready` where it can't get ready, as without a key that it needs. @default ready */
  readonly until?: 'ready' | 'unready';
}

/** How an API server is started again. */
export interface Restarting {
  /** In place of those that it was started with. */
  readonly flags?: readonly string[];
  /** `unready` where it can't get ready, as without a plugin that it needs. @default ready */
  readonly until?: 'ready' | 'unready';
  /** Without waiting for watches to end, which takes a minute. @default false */
  readonly abruptly?: boolean;
}

/** A control plane of real programs on free loopback ports. */
export class ControlPlane {
  private constructor(
    private readonly folder: string,
    private readonly processes: ChildProcess[],
    private readonly startServer: (port?: number, flags?: readonly string[]) => ChildProcess,
    private readonly startManager: (rootCa: string) => ChildProcess,
    private readonly server: string,
    private readonly tokens: Readonly<Record<User, string>>,
    /** Where etcd listens. */
    readonly etcd: string,
  ) {}

  /**
   * Starts etcd, the API server and the controllers that deletion needs.
   */
  static async start({
    auditPolicy,
    kubernetes,
    flags = [],
    controllers = [],
    etcdFlags: moreForEtcd = [],
    etcdFrom,
    until = 'ready',
  }: Starting = {}): Promise<ControlPlane> {
    const programs = controlPlanePrograms(kubernetes);
    if (programs === undefined) throw new Error(controlPlaneMissing(kubernetes));
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-control-plane-'));
    const [client = 0, peer = 0, api = 0, controller = 0] = await freePorts(4);
    const tokens = tokensOf(USERS);
    const server = `https://127.0.0.1:${api}`;
    writeKeys(folder, tokens, server);
    const start = (name: keyof Programs, args: readonly string[]) => {
      const log = openSync(join(folder, `${name}.log`), 'a');
      return spawn(programs[name], args, { stdio: ['ignore', log, log] });
    };
    const startServer = (port = api, more = flags) =>
      start('kube-apiserver', [
        ...apiFlags(folder, client, port),
        ...auditFlags(folder, auditPolicy),
        ...more,
      ]);
    if (etcdFrom !== undefined) cpSync(etcdFrom, join(folder, 'etcd'), { recursive: true });
    const alone = etcdFrom === undefined ? [] : ['--force-new-cluster'];
    const etcd = [...etcdFlags(folder, client, peer), ...alone, ...moreForEtcd];
    const processes = [start('etcd', etcd), startServer()];
    const startManager = (rootCa: string) =>
      start(
        'kube-controller-manager',
        controllerFlags(folder, controller, [...CONTROLLERS, ...controllers], rootCa),
      );
    const plane = new ControlPlane(
      folder,
      processes,
      startServer,
      startManager,
      server,
      tokens,
      `http://127.0.0.1:${client}`,
    );
    if (until === 'unready') return plane;
    try {
      await plane.untilReady();
    } catch (error) {
      plane.stop();
      throw error;
    }
    processes.push(startManager(certificate(folder, 'apiserver')));
    return plane;
  }

  /** Everything that the programs have logged, the API server's audit log included. */
  logs(): Readonly<Record<string, string>> {
    const names = readdirSync(this.folder).filter((name) => name.endsWith('.log'));
    return Object.fromEntries(
      names.map((name) => [name, readFileSync(join(this.folder, name), 'utf8')]),
    );
  }

  /** The administrator's kubeconfig. */
  get kubeconfig(): string {
    return this.kubeconfigOf('admin');
  }

  kubeconfigOf(user: User): string {
    return kubeconfigFile(this.folder, user);
  }

  /** Asks the API server for a path; throws unless it answers 200. */
  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.ask(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${body.slice(0, 400)}`);
    return JSON.parse(body);
  }

  /** The status that a path answers with. */
  async status(path: string): Promise<number> {
    return (await this.ask(path)).status;
  }

  /** `kubectl` as somebody, whatever comes of it. */
  kubectlAs(user: User, ...args: readonly string[]): { code: number; output: string } {
    const done = spawnSync('kubectl', ['--kubeconfig', this.kubeconfigOf(user), ...args], {
      encoding: 'utf8',
    });
    return { code: done.status ?? -1, output: `${done.stdout}${done.stderr}` };
  }

  /** What the API server has used of the processor, in seconds. */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.processes[1]?.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Applies manifests as the administrator. */
  apply(manifests: readonly unknown[]): void {
    const list = { apiVersion: 'v1', kind: 'List', items: manifests };
    execFileSync('kubectl', ['--kubeconfig', this.kubeconfig, 'apply', '-f', '-'], {
      input: JSON.stringify(list),
      encoding: 'utf8',
    });
  }

  kubectl(...args: readonly string[]): string {
    return execFileSync('kubectl', ['--kubeconfig', this.kubeconfig, ...args], {
      encoding: 'utf8',
    });
  }

  /** Ends every program and removes its files. */
  stop(): void {
    for (const process of [...this.processes].reverse()) process.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** The folder that has etcd's files. */
  get etcdFolder(): string {
    return join(this.folder, 'etcd');
  }

  /** Copies etcd's files as they are at one moment: it stands still meanwhile, as in a snapshot of a disk. */
  copyEtcd(to: string): void {
    const [etcd] = this.processes;
    etcd?.kill('SIGSTOP');
    try {
      cpSync(this.etcdFolder, to, { recursive: true });
    } finally {
      etcd?.kill('SIGCONT');
    }
  }

  /** A second API server on the same etcd, with flags of its own; its address. */
  async startAnother(flags: readonly string[]): Promise<string> {
    const [port = 0] = await freePorts(1);
    this.processes.push(this.startServer(port, flags));
    const url = `https://127.0.0.1:${port}`;
    await this.untilReady(url);
    return url;
  }

  /** Ends the API server and starts it again; everything is still in etcd. */
  async restartServer({
    flags,
    until = 'ready',
    abruptly = false,
  }: Restarting = {}): Promise<void> {
    const [etcd, server, ...others] = this.processes;
    if (etcd === undefined || server === undefined) throw new Error('not started');
    const ended = new Promise((done) => server.once('exit', done));
    server.kill(abruptly ? 'SIGKILL' : 'SIGTERM');
    await ended;
    const again = this.startServer(undefined, flags);
    this.processes.splice(0, Number.POSITIVE_INFINITY, etcd, again, ...others);
    if (until === 'ready') await this.untilReady();
  }

  /** Has the controllers hand out another root certificate from now on, as its rotation does. */
  async rotateRootCa(): Promise<void> {
    const manager = this.processes.pop();
    if (manager === undefined) throw new Error('not started');
    const ended = new Promise((done) => manager.once('exit', done));
    manager.kill('SIGTERM');
    await ended;
    // Any certificate will do: nobody here trusts by it.
    this.processes.push(this.startManager(certificate(this.folder, 'kube-controller-manager')));
  }

  private async untilReady(at = this.server): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      if (
        await this.ask('/readyz', { at }).then(
          ({ status }) => status === 200,
          () => false,
        )
      )
        return;
      if (this.processes.some(({ exitCode }) => exitCode !== null)) {
        throw new Error(
          `The API server ended:\n${this.logs()['kube-apiserver.log']?.slice(-4000)}`,
        );
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error('The API server did not become ready within 60 seconds.');
  }

  /** Asks the API server for anything, as anybody. */
  ask(
    path: string,
    { as = 'admin', method = 'GET', body, type, actingAs, agent, at = this.server }: Asking = {},
  ): Promise<Answer> {
    const content =
      type ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
    const payload = Buffer.from(body === undefined ? '' : JSON.stringify(body));
    return new Promise((done, fail) => {
      const headers = {
        authorization: `Bearer ${this.tokens[as]}`,
        ...(actingAs === undefined
          ? {}
          : { 'impersonate-user': actingAs, 'impersonate-group': 'system:masters' }),
        // Said in full: Node sends no length with a DELETE of its own accord.
        ...(body === undefined
          ? {}
          : { 'content-type': content, 'content-length': payload.length }),
      };
      const asked = request(
        `${at}${path}`,
        // No connection is kept: one that the server closed while a command ran would be taken.
        {
          method,
          headers,
          agent: agent ?? false,
          rejectUnauthorized: false,
          timeout: 30_000,
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('end', () => {
            const text = Buffer.concat(parts).toString('utf8');
            const status = answer.statusCode ?? 0;
            done({ status, body: text, message: status < 400 ? '' : messageIn(text) });
          });
        },
      );
      asked.on('error', fail);
      asked.on('timeout', () => asked.destroy(new Error(`${method} ${path} was not answered.`)));
      asked.end(payload);
    });
  }
}

function messageIn(text: string): string {
  try {
    return String(Object(JSON.parse(text)).message ?? text);
  } catch {
    return text;
  }
}

function tokensOf(users: readonly User[]): Readonly<Record<User, string>> {
  const token = () => randomBytes(16).toString('hex');
  return Object.assign(
    { admin: '', deploy: '', ann: '', bob: '', root: '' },
    Object.fromEntries(users.map((user) => [user, token()])),
  );
}

function kubeconfigFile(folder: string, user: User): string {
  return join(folder, user === 'admin' ? 'kubeconfig' : `kubeconfig-${user}`);
}

function etcdFlags(folder: string, client: number, peer: number): readonly string[] {
  const url = `http://127.0.0.1:${client}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    '--unsafe-no-fsync',
  ];
}

function apiFlags(folder: string, client: number, api: number): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${client}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${api}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--authorization-mode=RBAC',
    '--disable-admission-plugins=ServiceAccount',
    '--service-account-issuer=https://localhost',
    `--service-account-key-file=${join(folder, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
  ];
}

function auditFlags(folder: string, policy: string | undefined): readonly string[] {
  return policy === undefined
    ? []
    : [`--audit-policy-file=${policy}`, `--audit-log-path=${join(folder, 'audit.log')}`];
}

/** What a program has made for itself. */
function certificate(folder: string, program: string): string {
  return join(folder, 'certificates', `${program}.crt`);
}

function controllerFlags(
  folder: string,
  port: number,
  controllers: readonly string[],
  rootCa: string,
): readonly string[] {
  return [
    `--kubeconfig=${join(folder, 'kubeconfig-manager')}`,
    // Each controller has an account of its own, as real clusters have it.
    '--use-service-account-credentials',
    `--controllers=${controllers.join(',')}`,
    `--root-ca-file=${rootCa}`,
    `--service-account-private-key-file=${join(folder, 'sa.key')}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certificates')}`,
  ];
}

function writeKeys(folder: string, tokens: Readonly<Record<User, string>>, server: string): void {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const secret = { mode: 0o600 };
  writeFileSync(join(folder, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(
    join(folder, 'sa.key'),
    privateKey.export({ type: 'pkcs8', format: 'pem' }),
    secret,
  );
  const lines = USERS.map((user) =>
    user === 'admin'
      ? `${tokens[user]},${user},${user},system:masters`
      : `${tokens[user]},${user},${user}`,
  );
  const manager = randomBytes(16).toString('hex');
  lines.push(`${manager},${MANAGER},${MANAGER}`);
  writeFileSync(join(folder, 'tokens.csv'), `${lines.join('\n')}\n`, secret);
  const files: [string, string][] = USERS.map((user) => [
    kubeconfigFile(folder, user),
    tokens[user],
  ]);
  for (const [file, token] of [...files, [join(folder, 'kubeconfig-manager'), manager]] as const) {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      clusters: [{ name: 'test', cluster: { server, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'test', user: { token } }],
    };
    writeFileSync(file, JSON.stringify(config), secret);
  }
}

import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { escapeInvisible, quote } from '../../base/inert.js';
import { plural } from '../../base/plural.js';
import { type EncryptionConfiguration, keysOf } from '../../encryption/configuration.js';
import type { DeclaredKey } from '../../encryption/declared-use.js';
import { COVERED, kindOf, type StoredKind } from '../../encryption/kinds.js';
import { type KnownServers, unaskedServers } from '../../encryption/loaded.js';
import { readMetrics, type ServerMetrics } from '../../encryption/metrics.js';
import { readConfiguration } from '../../encryption/read-configuration.js';
import { Api } from '../../engine/api.js';
import { ClusterError } from '../../engine/cluster.js';
import { EngineError } from '../../engine/run.js';
import { decodeText } from '../../files/disk.js';
import type { EncryptionSpec } from '../../model/encryption.js';
import { accessOf, type ClusterOptions } from '../cluster/access.js';
import { several } from '../command/flags.js';
import { clusterOptions } from '../command/group.js';
import { type Io, misuse, say } from '../terminal/io.js';
import type { Stack } from '../workspace/workspace.js';
import { exposed, modeOf, readNamedFile } from './private-file.js';
import { clusterStack } from './stack.js';

/** Which API servers are asked. */
export interface ServerOptions extends ClusterOptions {
  /** Each API server behind a load balancer, by its own address. */
  readonly server?: readonly string[];
  /** The stack of the cluster, where its provider is to name it. */
  readonly stack?: string;
}

/** An API server that was asked, or why it did not answer. */
export interface AskedServer {
  readonly name: string;
  readonly metrics?: ServerMetrics;
  readonly failure?: string;
  /** What `failure` is the message of. */
  readonly error?: unknown;
}

export function serverOptions(command: Command): Command {
  return clusterOptions(command).option(
    '--server <url>',
    'an API server by its own address, where several stand behind one; repeatable',
    several,
  );
}

/** The key that is declared; undefined where none is. */
export function keyNameOf(
  spec: Pick<EncryptionSpec, 'provider' | 'key' | 'managed'> | undefined,
): DeclaredKey | undefined {
  if (spec === undefined) return undefined;
  const { provider, key = '', managed } = spec;
  return { provider, name: key, ...(managed === true ? { managed } : {}) };
}

/** The kinds that are to be encrypted: what holds data, and what is declared besides. */
export function kindsOf(more: readonly string[] = []): readonly StoredKind[] {
  const further = more.map((resource) => kindOf(resource) ?? misuse(unknownKind(resource)));
  return [...COVERED, ...further.filter((kind) => !COVERED.includes(kind))];
}

/** The one that the kubeconfig names. */
const UNNAMED = 'the API server';

/** What the API servers' metrics say. One that does not answer hides no other. */
export async function askServers(
  io: Io,
  options: ServerOptions,
  stack: Stack | undefined = clusterStack(io, options),
): Promise<readonly AskedServer[]> {
  checkServers(options.server ?? []);
  const access = accessOf(io, options, stack);
  const asked: AskedServer[] = [];
  for (const server of options.server ?? [undefined]) {
    const name = server ?? UNNAMED;
    try {
      const text = await Api.use(
        { ...access, ...(server === undefined ? {} : { server }) },
        { cwd: io.cwd, env: io.env },
        (api) => api.text('/metrics'),
      );
      asked.push({ name, metrics: readMetrics(text) });
    } catch (error) {
      if (EngineError.isEngineError(error) && error.interrupted) throw error;
      const failure = error instanceof Error ? error.message : String(error);
      asked.push({ name, failure, error });
    }
  }
  return asked;
}

/** Where each API server of a cluster says that it runs. */
const LEASES =
  '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases?labelSelector=apiserver.kubernetes.io%2Fidentity%3Dkube-apiserver';

/** All that the API servers say, and which of the cluster's were not asked. */
export async function knownServers(
  io: Io,
  options: ServerOptions,
): Promise<KnownServers & { readonly servers: readonly AskedServer[] }> {
  const servers = await askServers(io, options);
  const answered = servers.flatMap((each) => each.metrics ?? []);
  const leases = await withApi(io, options, (api) => api.json(LEASES)).catch((error) => {
    if (EngineError.isEngineError(error) && !error.interrupted) return undefined;
    throw error;
  });
  const unasked = unaskedServers(leases, answered);
  return { servers, answered, silent: servers.length - answered.length, unasked };
}

/** The API, by the first server that is named. */
export function withApi<T>(
  io: Io,
  options: ServerOptions,
  use: (api: Api) => Promise<T>,
): Promise<T> {
  const [server] = options.server ?? [];
  const stack = clusterStack(io, options);
  const access = { ...accessOf(io, options, stack), ...(server === undefined ? {} : { server }) };
  return Api.use(access, { cwd: io.cwd, env: io.env }, use);
}

/** Why not all of a cluster's API servers are known to work with their files. */
export function sayUnasked(io: Io, { unasked, answered }: KnownServers): void {
  if (answered.length === 0 || unasked === 0) return;
  const what =
    unasked === undefined
      ? 'Which API servers the cluster has could not be read (leases in kube-system)'
      : `${plural(unasked, 'more API server')} of this cluster ${unasked === 1 ? 'was' : 'were'} not asked`;
  say(io, `warning: ${what}. Name each by --server, and its file by --config.`);
}

/** A configuration as it lies on a disk. */
export interface ConfigurationFile {
  readonly name: string;
  readonly configuration: EncryptionConfiguration;
  /** As the API server's metrics show it. */
  readonly hash: string;
  /** As it was read: it holds keys, and is shown nowhere. */
  readonly text: string;
}

/** Reads the files of all API servers, and reports everything that is wrong with them at once. */
export function readConfigurations(io: Io, paths: readonly string[]): readonly ConfigurationFile[] {
  const read = paths.map((name) => {
    const bytes = readNamedFile(io, '--config', name);
    const { text, problem } = decodeText(name, bytes);
    if (text === undefined) return { problems: problem === undefined ? [] : [problem] };
    const { value: configuration, problems } = readConfiguration(name, text);
    if (configuration === undefined) return { problems };
    const holdsKeys = keysOf(configuration).some((each) => 'secret' in each);
    const open = holdsKeys ? exposed(name, modeOf(io, name)) : undefined;
    const hash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const file = { name, configuration, hash, text };
    return open === undefined ? { file, problems: [] } : { problems: [open] };
  });
  const problems = read.flatMap((each) => each.problems);
  if (problems.length > 0) return misuse(...problems);
  return read.flatMap(({ file }) => file ?? []);
}

/** What went wrong with servers, for a message. */
export function failuresOf(servers: readonly AskedServer[]): readonly string[] {
  return servers.flatMap(({ name, failure }) =>
    failure === undefined
      ? []
      : [`${name === UNNAMED ? '' : `${name}: `}${escapeInvisible(failure)}`],
  );
}

/** Where nobody answered: as the call's fault, if it is one, otherwise the cluster's. */
export function unanswered(servers: readonly AskedServer[]): never {
  const errors = servers.map(({ error }) => error);
  const isUsage = (error: unknown) => ClusterError.isClusterError(error) && error.isUsage;
  if (errors.length > 0 && errors.every(isUsage)) throw errors[0];
  throw new EngineError(failuresOf(servers).join('\n'));
}

/** Whether an API server is there, although it doesn't show its metrics. */
export function isThere({ metrics, error }: AskedServer): boolean {
  if (metrics !== undefined) return true;
  return (
    ClusterError.isClusterError(error) &&
    (error.failure === 'forbidden' || error.failure === 'not-found')
  );
}

function checkServers(servers: readonly string[]): void {
  const problems = servers.filter((each) => !/^https?:\/\/[^/\s]+/.test(each)).map(notServer);
  if (problems.length > 0) misuse(...problems);
}

function notServer(server: string) {
  return {
    code: 'encryption/server',
    message: `${quote(server)}, which --server names, is not the URL of an API server.`,
    remedy: 'Write --server https://10.0.0.1:6443.',
  };
}

function unknownKind(resource: string) {
  return {
    code: 'encryption/resource',
    message: `Where etcd keeps ${quote(resource)} isn’t known.`,
    remedy: 'Name a custom kind by its definition, such as widgets.example.org.',
  };
}

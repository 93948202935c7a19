import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { escapeInvisible, quote } from '../../base/inert.js';
import { plural } from '../../base/plural.js';
import {
  type EncryptionConfiguration,
  type KeyName,
  keysOf,
} from '../../encryption/configuration.js';
import { COVERED, kindOf, type StoredKind } from '../../encryption/kinds.js';
import { type KnownServers, unaskedServers } from '../../encryption/loaded.js';
import { readMetrics, type ServerMetrics } from '../../encryption/metrics.js';
import { readConfiguration } from '../../encryption/read-configuration.js';
import { Api } from '../../engine/api.js';
import { EngineError } from '../../engine/run.js';
import { decodeText } from '../../files/disk.js';
import type { EncryptionSpec } from '../../model/encryption.js';
import { accessOf, type ClusterOptions } from '../cluster/access.js';
import { several } from '../command/flags.js';
import { clusterOptions } from '../command/group.js';
import { type Io, misuse, say } from '../terminal/io.js';
import type { Stack } from '../workspace/workspace.js';
import { exposed, modeOf, readNamedFile } from './private-file.js';

/** Which API servers are asked. */
export interface ServerOptions extends ClusterOptions {
  /** Each API server behind a load balancer, by its own address. */
  readonly server?: readonly string[];
}

/** An API server that was asked, or why it did not answer. */
export interface AskedServer {
  readonly name: string;
  readonly metrics?: ServerMetrics;
  readonly failure?: string;
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
  spec: Pick<EncryptionSpec, 'provider' | 'key'> | undefined,
): KeyName | undefined {
  return spec === undefined ? undefined : { provider: spec.provider, name: spec.key ?? '' };
}

/** The kinds that are to be encrypted: what holds data, and what is declared besides. */
export function kindsOf(more: readonly string[] = []): readonly StoredKind[] {
  const further = more.map((resource) => kindOf(resource) ?? misuse(unknownKind(resource)));
  return [...COVERED, ...further.filter((kind) => !COVERED.includes(kind))];
}

/** What the API servers' metrics say. One that does not answer hides no other. */
export async function askServers(
  io: Io,
  options: ServerOptions,
  stack?: Stack,
): Promise<readonly AskedServer[]> {
  const access = accessOf(io, options, stack);
  const asked: AskedServer[] = [];
  for (const server of options.server ?? [undefined]) {
    const name = server ?? 'the API server';
    try {
      const text = await Api.use(
        { ...access, ...(server === undefined ? {} : { server }) },
        { cwd: io.cwd, env: io.env },
        (api) => api.text('/metrics'),
      );
      asked.push({ name, metrics: readMetrics(text) });
    } catch (error) {
      if (EngineError.isEngineError(error) && error.interrupted) throw error;
      asked.push({ name, failure: error instanceof Error ? error.message : String(error) });
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
  const access = { ...accessOf(io, options), ...(server === undefined ? {} : { server }) };
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
    failure === undefined ? [] : [`${name}: ${escapeInvisible(failure)}`],
  );
}

function unknownKind(resource: string) {
  return {
    code: 'encryption/resource',
    message: `Where etcd keeps ${quote(resource)} isn’t known.`,
    remedy: 'Name a custom kind by its definition, such as widgets.example.org.',
  };
}

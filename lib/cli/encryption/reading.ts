import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { escapeInvisible, quote } from '../../base/inert.js';
import {
  type EncryptionConfiguration,
  type KeyName,
  keysOf,
} from '../../encryption/configuration.js';
import { COVERED, kindOf, type StoredKind } from '../../encryption/kinds.js';
import { readMetrics, type ServerMetrics } from '../../encryption/metrics.js';
import { readConfiguration } from '../../encryption/read-configuration.js';
import type { ServerFile } from '../../encryption/rotation.js';
import { Api } from '../../engine/api.js';
import { decodeText } from '../../files/disk.js';
import { settingsIn } from '../../files/user-files.js';
import type { EncryptionSpec } from '../../model/encryption.js';
import { accessOf, type ClusterOptions } from '../cluster/access.js';
import { several } from '../command/flags.js';
import { clusterOptions } from '../command/group.js';
import { type Io, misuse } from '../terminal/io.js';
import { nearestFolder } from '../workspace/nearest-folder.js';
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

/** What reprieve.yaml declares, where there is one in this folder or above it. */
export function declaredEncryption(io: Io): EncryptionSpec | undefined {
  const folder = nearestFolder(io.cwd, ['cdktf.json', 'reprieve.yaml']);
  if (folder === undefined) return undefined;
  const { value, problems } = settingsIn(folder);
  return (value ?? misuse(...problems)).encryption;
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
      asked.push({ name, failure: error instanceof Error ? error.message : String(error) });
    }
  }
  return asked;
}

/** A configuration as it lies on a disk. */
export interface ConfigurationFile {
  readonly name: string;
  readonly configuration: EncryptionConfiguration;
  /** As the API server's metrics show it. */
  readonly hash: string;
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
    const file = { name, configuration, hash };
    return open === undefined ? { file, problems: [] } : { problems: [open] };
  });
  const problems = read.flatMap((each) => each.problems);
  if (problems.length > 0) return misuse(...problems);
  return read.flatMap(({ file }) => file ?? []);
}

/**
 * Whether an API server has loaded each file. Newer ones show the hash of what they have loaded;
 * of the others nobody knows, unless `reloaded` says so.
 */
export function loadedFiles(
  files: readonly ConfigurationFile[],
  servers: readonly ServerMetrics[],
  reloaded: boolean,
): readonly ServerFile[] {
  const hashes = servers.flatMap(({ configurationHash }) => configurationHash ?? []);
  // Behind one address stand several servers, and only one of them answers.
  const isKnown = hashes.length > 0 && hashes.length === servers.length;
  return files.map(({ name, configuration, hash }) => {
    const shown = isKnown ? (hashes.includes(hash) ? 'yes' : 'no') : 'unknown';
    return { name, configuration, loaded: reloaded && shown === 'unknown' ? 'yes' : shown };
  });
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

import { escapeInvisible } from '../base/inert.js';
import { compareTexts } from '../base/order.js';
import {
  type EncryptionConfiguration,
  type KeyName,
  keysOf,
  keyText,
  nameOf,
  providersOf,
} from './configuration.js';
import type { ServerMetrics } from './metrics.js';

/** An API server by the name under which it was asked. */
export interface NamedServer {
  readonly name: string;
  readonly metrics: ServerMetrics;
}

/** The configuration of an API server by its file's name. */
export interface NamedConfiguration {
  readonly name: string;
  readonly configuration: EncryptionConfiguration;
  readonly hash: string;
}

/**
 * Where API servers of one cluster differ: what one writes, another may not be able to read. By
 * metrics this shows only where a server has written or read something since its start.
 */
export function disagreements(
  servers: readonly NamedServer[],
  files: readonly NamedConfiguration[],
): readonly string[] {
  return [
    ...differentHashes(servers, files),
    ...differentWrites(servers),
    ...differentKeyIds(servers),
    ...differentFiles(files),
    ...differentSecrets(files),
    ...failedReloads(servers),
  ].map(escapeInvisible);
}

function differentHashes(
  servers: readonly NamedServer[],
  files: readonly NamedConfiguration[],
): readonly string[] {
  const shown = servers.flatMap(({ name, metrics: { configurationHash: hash } }) =>
    hash === undefined ? [] : [{ name, hash }],
  );
  const [first, ...others] = shown;
  const differing = others.filter(({ hash }) => hash !== first?.hash);
  const known = new Set(files.map(({ hash }) => hash));
  const strangers = known.size === 0 ? [] : shown.filter(({ hash }) => !known.has(hash));
  return [
    ...differing.map(
      ({ name }) => `${first?.name} and ${name} have loaded different configurations.`,
    ),
    ...strangers.map(({ name }) => `${name} has loaded none of the files that --config names.`),
  ];
}

/** By which prefixes a server has written a kind; of what failed nothing was written. */
function writesOf({ metrics }: NamedServer, resource: string): readonly string[] {
  const found = metrics.operations.filter(
    (each) => each.resource === resource && each.direction === 'to_storage' && each.ok,
  );
  return [...new Set(found.map(({ prefix }) => prefix))].sort(compareTexts);
}

function differentWrites(servers: readonly NamedServer[]): readonly string[] {
  const found: string[] = [];
  const using = servers.filter(({ metrics }) => metrics.operations.length > 0);
  for (const { name, metrics } of servers) {
    if (metrics.operations.length > 0 || using[0] === undefined) continue;
    found.push(`${using[0].name} encrypts, and ${name} shows no encryption at all.`);
  }
  const resources = using.flatMap(({ metrics }) => metrics.operations.map((it) => it.resource));
  for (const resource of [...new Set(resources)].sort(compareTexts)) {
    const writing = using.filter((server) => writesOf(server, resource).length > 0);
    const [first, ...others] = writing;
    if (first === undefined) continue;
    const own = writesOf(first, resource);
    for (const other of others) {
      const its = writesOf(other, resource);
      // After a rotation, a server that was not restarted still counts the old prefix.
      if (its.some((prefix) => own.includes(prefix))) continue;
      found.push(
        `${first.name} writes ${resource} by ${own.join(', ')}, and ${other.name} by ${its.join(', ')}.`,
      );
    }
  }
  return found;
}

function differentKeyIds(servers: readonly NamedServer[]): readonly string[] {
  const known = new Map<string, { name: string; hash: string }>();
  return servers.flatMap(({ name, metrics }) =>
    [...metrics.keyIdHashes].flatMap(([plugin, hash]) => {
      const first = known.get(plugin);
      if (first === undefined) known.set(plugin, { name, hash });
      return first === undefined || first.hash === hash
        ? []
        : [`The KMS plugin ${plugin} names different keys to ${first.name} and ${name}.`];
    }),
  );
}

function differentFiles(files: readonly NamedConfiguration[]): readonly string[] {
  const [first, ...others] = files;
  if (first === undefined) return [];
  return others.flatMap(({ name, configuration }) => {
    const kinds = ['secrets', 'configmaps', 'cronjobs.batch'];
    const differing = kinds.find(
      (kind) => firstKey(configuration, kind) !== firstKey(first.configuration, kind),
    );
    if (differing === undefined) return [];
    const [own, its] = [first.configuration, configuration].map((it) => firstKey(it, differing));
    return [`${first.name} writes ${differing} by ${own}, and ${name} by ${its}.`];
  });
}

/**
 * Keys of one name that are not the same in all files: what one server writes, the others take for
 * theirs and can't read. What the keys are is in no text.
 */
export function differentSecrets(
  files: readonly Omit<NamedConfiguration, 'hash'>[],
): readonly string[] {
  const known = new Map<string, { readonly secret: string; readonly name: string }>();
  const found: string[] = [];
  for (const { name, configuration } of files) {
    for (const key of keysOf(configuration)) {
      if (!('secret' in key)) continue;
      const text = keyText(nameOf(key));
      const first = known.get(text);
      if (first === undefined) known.set(text, { secret: key.secret, name });
      else if (first.secret !== key.secret) {
        found.push(`${first.name} and ${name} have different keys that are called ${text}.`);
      }
    }
  }
  return found;
}

function firstKey(configuration: EncryptionConfiguration, resource: string): string {
  const [first] = providersOf(configuration, resource);
  return first === undefined ? '' : keyText(nameOf(first));
}

/** Servers that show by their metrics that they encrypt nothing: that much counters do prove. */
export function withoutEncryption(
  servers: readonly NamedServer[],
  declared: KeyName | undefined,
): readonly string[] {
  if (declared?.provider === 'identity') return [];
  return servers
    .filter(({ metrics }) => metrics.operations.length === 0)
    .filter(({ metrics }) => metrics.configurationHash === undefined)
    .map(({ name }) => escapeInvisible(`${name} shows no encryption at all.`));
}

function failedReloads(servers: readonly NamedServer[]): readonly string[] {
  return servers
    .filter(({ metrics }) => metrics.reloadFailed)
    .map(
      ({ name }) => `${name} could not load its changed configuration, and works with the old one.`,
    );
}

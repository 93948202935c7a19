import { Document, isScalar, Pair, Scalar, type ScalarTag, YAMLMap, YAMLSeq } from 'yaml';
import { compareCodePoints } from '../base/order.js';
import { escapeUnseen, hasUnseen } from '../base/unseen.js';
import { ITEM_KINDS } from '../model/specification.js';
import type { LockedReclaimable, ProjectsLock } from './projects-lock-types.js';

const HEADER = [
  ' What this app has declared so far. Written by `cdktf synth`: commit it with the code.',
  ' What is gone from the code is brought back from here while its deletion runs.',
  " Credentials are names of variables: no secret's value is in this file.",
].join('\n');

/** The keys that the format knows, in the order in which they are written. */
const KEY_ORDER: readonly string[] = [
  ...['version', 'stacks', 'target', 'encryption', 'projects', 'reclaimables', 'provider'],
  ...['path', 'namespace', 'spec', 'resources', 'parts'],
  ...['period', 'quota', 'adoptNamespace', 'jobs', 'jobRuns', ...ITEM_KINDS],
  ...['configMaps', 'apps', 'functions', 'instances'],
  ...['format', 'server', 'username', 'email', 'password', 'sshKey', 'knownHosts', 'certificate'],
  ...['accessKeyId', 'secretAccessKey', 'data', 'variable', 'revision', 'rotated'],
  ...[
    'name',
    'value',
    'secret',
    'configMap',
    'key',
    'managed',
    'prefix',
    'image',
    'imageSecret',
    'command',
  ],
  ...['arguments', 'environment', 'mounts', 'mode', 'serviceAccount', 'runAsUser'],
  'readOnlyRootFilesystem',
  ...['arrayIndices', 'cpu', 'memory', 'ephemeralStorage', 'maxExecutionTime', 'retryLimit'],
  ...['allowMissingReferences', 'readers', 'ingress', 'cidr', 'ports', 'labels', 'annotations'],
];
const RANKS: ReadonlyMap<string, number> = new Map(KEY_ORDER.map((key, rank) => [key, rank]));

/** The maps whose own keys are names that a user chose. */
const NAMED: ReadonlySet<string> = new Set([
  ...['stacks', 'projects', 'reclaimables', 'parts', 'data', 'labels', 'annotations'],
  ...ITEM_KINDS,
]);

/** The maps with an empty line between their entries. */
const SPACED: ReadonlySet<string> = new Set(['projects', 'reclaimables']);

/**
 * The text of projects.lock.yaml: the same bytes for the same content, in whatever order it was
 * declared. Each project is one block, so that two branches that add projects merge without
 * trouble. `readLock` reads it back unchanged.
 */
export function formatLock(lock: ProjectsLock): string {
  const document = new Document(null, {
    compat: 'yaml-1.1',
    customTags: (tags) => [escapedText, ...tags],
  });
  const resources = sortResources(lock);
  document.contents = mapOf(resources, false);
  document.commentBefore = HEADER;
  return document.toString({ lineWidth: 0, indentSeq: true, flowCollectionPadding: true });
}

/** Spaces at the start or at an end of a line, where blocks don't keep them reliably. */
const LOOSE_LINES = /^\s|[^\S\n](?:\n|$)|\n\n$/;

/** Quotes what isn't seen, or what blocks don't keep; all other text is left to the library. */
const escapedText: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  identify: (value) => typeof value === 'string' && (hasUnseen(value) || isLoose(value)),
  resolve: (text) => text,
  stringify: ({ value }) => escapeUnseen(JSON.stringify(value)),
};

function isLoose(text: string): boolean {
  return text.includes('\n') && LOOSE_LINES.test(text);
}

/** Only the order of addresses has no meaning; that of every other list does. */
function sortResources(lock: ProjectsLock): ProjectsLock {
  const stacks = Object.entries(lock.stacks).map(([name, stack]) => {
    const { projects, reclaimables } = stack;
    return [
      name,
      {
        ...stack,
        projects: mapValues(projects, sortAddresses),
        ...(reclaimables === undefined
          ? {}
          : { reclaimables: mapValues(reclaimables, sortAddresses) }),
      },
    ];
  });
  return { ...lock, stacks: Object.fromEntries(stacks) };
}

function sortAddresses<T extends LockedReclaimable>(entry: T): T {
  const { resources, parts } = entry;
  return {
    ...entry,
    resources: [...resources].sort(compareCodePoints),
    ...(parts === undefined
      ? {}
      : { parts: mapValues(parts, (addresses) => [...addresses].sort(compareCodePoints)) }),
  };
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => T) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function mapOf(value: object, isNamed: boolean, spaced = false): YAMLMap {
  const map = new YAMLMap();
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  entries.sort(([a], [b]) => (isNamed ? compareCodePoints(a, b) : compareKeys(a, b)));
  for (const [index, [name, part]] of entries.entries()) {
    const key = new Scalar(name);
    key.spaceBefore = spaced && index > 0;
    map.items.push(new Pair(key, nodeOf(part, isNamed ? undefined : name)));
  }
  map.flow = entries.length === 0 || entries.every(([name]) => isCredentialKey(name, isNamed));
  return map;
}

/** `key` says under which fixed key of the format a value stands, if it does. */
function nodeOf(value: unknown, key: string | undefined): YAMLMap | YAMLSeq | Scalar {
  if (Array.isArray(value)) return listOf(value);
  if (typeof value !== 'object' || value === null) return new Scalar(value);
  return mapOf(value, key !== undefined && NAMED.has(key), SPACED.has(key ?? ''));
}

function listOf(values: readonly unknown[]): YAMLSeq {
  const list = new YAMLSeq();
  list.items.push(...values.map((value) => nodeOf(value, undefined)));
  list.flow = list.items.every((item) => isScalar(item)) && values.length === 0;
  return list;
}

/** A credential fits on one line: `{ variable: dockerhub_token, revision: 1 }`. */
function isCredentialKey(name: string, isNamed: boolean): boolean {
  return !isNamed && ['variable', 'revision', 'rotated'].includes(name);
}

function compareKeys(a: string, b: string): number {
  const last = KEY_ORDER.length;
  return (RANKS.get(a) ?? last) - (RANKS.get(b) ?? last) || compareCodePoints(a, b);
}

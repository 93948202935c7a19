import { isRecord } from '../base/guards.js';
import { type Checked, Problems } from '../base/problem.js';
import { openYaml } from '../files/yaml-file.js';
import { shownText } from '../model/encryption.js';
import type { YamlPath } from '../yaml/path.js';
import type { ConfigurationEntry, EncryptionConfiguration, Provider } from './configuration.js';
import { readProvider } from './read-provider.js';
import { fault, onlyKeys, type Reading } from './reading.js';

const MAX_LENGTH = 2 ** 20;
const API_VERSION = 'apiserver.config.k8s.io/v1';

/**
 * Reads an API server's EncryptionConfiguration. Its keys are in no message: of a file that is no
 * YAML, only the place of the mistake is shown.
 *
 * @see https://kubernetes.io/docs/reference/config-api/apiserver-encryption.v1/
 */
export function readConfiguration(file: string, text: string): Checked<EncryptionConfiguration> {
  const opened = openYaml(file, text, { maxLength: MAX_LENGTH });
  if (opened.value === undefined) {
    const problems = opened.problems.map((problem) => ({
      ...problem,
      message: 'This can’t be read as YAML. The text is not shown: it may hold a key.',
      remedy: 'Correct the YAML at this place. Anchors, aliases and tags are not supported.',
    }));
    return { problems };
  }
  const reading = { file: opened.value, problems: new Problems() };
  const entries = entriesIn(reading, opened.value.value);
  checkNames(reading, entries);
  return reading.problems.result({ entries: entries.map(({ entry }) => entry) });
}

interface PlacedEntry {
  readonly entry: ConfigurationEntry;
  readonly providers: readonly (readonly [YamlPath, Provider])[];
}

function entriesIn(reading: Reading, document: unknown): readonly PlacedEntry[] {
  if (!isRecord(document) || document['kind'] !== 'EncryptionConfiguration') {
    const remedy = 'Name the file that the API server has as --encryption-provider-config.';
    fault(reading, ['kind'], 'kind', 'This is no EncryptionConfiguration.', remedy);
    return [];
  }
  onlyKeys(reading, [], document, ['apiVersion', 'kind', 'resources']);
  if (document['apiVersion'] !== API_VERSION) {
    const message = `The version ${shownText(document['apiVersion'])} is not supported.`;
    fault(reading, ['apiVersion'], 'api-version', message, `Write apiVersion: ${API_VERSION}.`);
  }
  const list = document['resources'];
  if (!Array.isArray(list) || list.length === 0) {
    fault(reading, ['resources'], 'resources', 'It covers no resources.', 'List at least one.');
    return [];
  }
  return list.flatMap((each: unknown, index) => entryIn(reading, ['resources', index], each) ?? []);
}

function entryIn(reading: Reading, path: YamlPath, value: unknown): PlacedEntry | undefined {
  if (!isRecord(value)) {
    fault(reading, path, 'entry', 'This is not an entry.', 'Write resources and providers.');
    return undefined;
  }
  onlyKeys(reading, path, value, ['resources', 'providers']);
  const resources = namesIn(reading, [...path, 'resources'], value['resources']);
  const listed = value['providers'];
  if (!Array.isArray(listed) || listed.length === 0) {
    const remedy = 'List at least one: secretbox, aesgcm, aescbc, kms or identity.';
    fault(reading, [...path, 'providers'], 'providers', 'There are no providers.', remedy);
    return undefined;
  }
  const providers = listed.flatMap((each: unknown, index) => {
    const at = [...path, 'providers', index];
    return readProvider(reading, at, each).map((it) => [at, it] as const);
  });
  return { entry: { resources, providers: providers.map(([, it]) => it) }, providers };
}

function namesIn(reading: Reading, path: YamlPath, value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  if (list.length === 0) {
    const remedy = 'Name kinds, such as secrets and cronjobs.batch.';
    fault(reading, path, 'resources', 'It covers no resources.', remedy);
  }
  return list.flatMap((each, index) => {
    if (typeof each === 'string' && /^[a-z0-9*.-]{1,253}$/.test(each)) return [each];
    const message = `${shownText(each)} is not the name of a kind.`;
    fault(
      reading,
      [...path, index],
      'resource',
      message,
      'Write cronjobs.batch, in small letters.',
    );
    return [];
  });
}

/** A name stands for one key: objects name the key that they need. */
function checkNames(reading: Reading, entries: readonly PlacedEntry[]): void {
  const known = new Map<string, Provider>();
  const plugins = new Set<string>();
  for (const [path, provider] of entries.flatMap(({ providers }) => providers)) {
    if (provider.provider === 'identity') continue;
    const key = `${provider.provider} ${provider.name}`;
    const before = known.get(key);
    known.set(key, provider);
    const isKms = provider.provider === 'kms';
    const differs = !isKms && before !== undefined && secretOf(before) !== provider.secret;
    if (isKms && plugins.has(provider.name)) {
      const message = `The KMS plugin ${shownText(provider.name)} is named twice, which the API server refuses.`;
      fault(reading, path, 'duplicate', message, 'Put its resources into one entry.');
    } else if (differs) {
      const message = `Two different ${provider.provider} keys are called ${shownText(provider.name)}.`;
      fault(reading, path, 'duplicate', message, 'Give each key a name of its own.');
    }
    if (isKms) plugins.add(provider.name);
  }
}

function secretOf(provider: Provider): string | undefined {
  return 'secret' in provider ? provider.secret : undefined;
}

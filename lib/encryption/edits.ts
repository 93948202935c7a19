import type { Checked, Problem } from '../base/problem.js';
import {
  type ConfigurationEntry,
  type EncryptionConfiguration,
  entriesOf,
  IDENTITY,
  isPlain,
  isSameKey,
  type KeyName,
  nameOf,
  type Provider,
  providersOf,
} from './configuration.js';

/** A new configuration: one key that writes, and plain text that is still read where there may be some. */
export function newConfiguration(
  resources: readonly string[],
  key: Provider,
  order: 'alone' | 'first' | 'second',
): EncryptionConfiguration {
  const providers = { alone: [key], first: [key, IDENTITY], second: [IDENTITY, key] }[order];
  return { entries: [{ resources, providers }] };
}

/**
 * Adds a key to what each kind is read by, behind what writes it: an API server that has only this
 * can read what the others will write. Kinds that are in plain text so far get an entry.
 */
export function addKey(
  configuration: EncryptionConfiguration,
  resources: readonly string[],
  key: Provider,
): Checked<EncryptionConfiguration> {
  const asked = new Set(resources.flatMap((resource) => entriesOf(configuration, resource)));
  // Kinds that are left in plain text on purpose, such as events, stay so.
  const entries = configuration.entries.map((entry) =>
    isPlain(entry) && !asked.has(entry) ? entry : withKey(entry, key),
  );
  const uncovered = resources.filter((resource) => !readsBy({ entries }, resource, nameOf(key)));
  if (uncovered.length > 0) entries.push({ resources: uncovered, providers: [IDENTITY, key] });
  const times = entries.filter(({ providers }) => providers.includes(key)).length;
  if (key.provider === 'kms' && times > 1) return { problems: [severalEntries(key.name)] };
  return { value: { entries }, problems: [] };
}

/** Makes a key the one that writes, wherever it is read. */
export function promoteKey(
  { entries }: EncryptionConfiguration,
  key: KeyName,
): EncryptionConfiguration {
  return {
    entries: entries.map((entry) => {
      const first = entry.providers.filter((each) => isSameKey(nameOf(each), key));
      const rest = entry.providers.filter((each) => !isSameKey(nameOf(each), key));
      return { ...entry, providers: [...first, ...rest] };
    }),
  };
}

/** Leaves one key, wherever it is read. Whoever calls this knows that no object needs another. */
export function dropOthers(
  { entries }: EncryptionConfiguration,
  key: KeyName,
): EncryptionConfiguration {
  return {
    entries: entries.map((entry) => {
      const kept = entry.providers.filter((each) => isSameKey(nameOf(each), key));
      return kept.length === 0 ? entry : { ...entry, providers: kept };
    }),
  };
}

function withKey(entry: ConfigurationEntry, key: Provider): ConfigurationEntry {
  const [first, ...rest] = entry.providers;
  const has = entry.providers.some((each) => isSameKey(nameOf(each), nameOf(key)));
  return first === undefined || has ? entry : { ...entry, providers: [first, key, ...rest] };
}

function readsBy(configuration: EncryptionConfiguration, resource: string, key: KeyName): boolean {
  return providersOf(configuration, resource).some((each) => isSameKey(nameOf(each), key));
}

function severalEntries(name: string): Problem {
  return {
    code: 'encryption/several-entries',
    message: `The KMS plugin ${JSON.stringify(name)} can be named by one entry only, and this file would need several.`,
    remedy:
      'First give all kinds one entry with the same providers, identity last where there is plain text.',
  };
}

import { BREADTHS, breadthOf } from './kinds.js';
import type { Cipher } from './stored-value.js';

/** A key of the API server's own. The secret is for the file alone: no message shows it. */
export interface LocalKey {
  readonly provider: Exclude<Cipher, 'kms'>;
  readonly name: string;
  /** Base64. */
  readonly secret: string;
}

/** A key management service, reached through a plugin. */
export interface KmsKey {
  readonly provider: 'kms';
  readonly name: string;
  readonly apiVersion: 'v1' | 'v2';
  /** `unix:///run/kms.sock`. */
  readonly endpoint: string;
  /** As Kubernetes writes it: `3s`. */
  readonly timeout?: string;
  readonly cacheSize?: number;
}

/** Plain text. */
export interface Identity {
  readonly provider: 'identity';
}

/** One way in which objects are written or read. */
export type Provider = LocalKey | KmsKey | Identity;

/** What is written and read alike: the first provider writes, each one reads. */
export interface ConfigurationEntry {
  readonly resources: readonly string[];
  readonly providers: readonly Provider[];
}

/** An API server's EncryptionConfiguration. */
export interface EncryptionConfiguration {
  readonly entries: readonly ConfigurationEntry[];
}

/** A key by what it is called: what messages, locks and reports have of it. */
export interface KeyName {
  readonly provider: Provider['provider'];
  /** Empty for `identity`. */
  readonly name: string;
}

export const IDENTITY: Identity = { provider: 'identity' };

export function nameOf(provider: Provider): KeyName {
  return {
    provider: provider.provider,
    name: provider.provider === 'identity' ? '' : provider.name,
  };
}

export function isSameKey(one: KeyName, other: KeyName): boolean {
  return one.provider === other.provider && one.name === other.name;
}

/** `secretbox key-2`; plain text is `identity`. */
export function keyText({ provider, name }: KeyName): string {
  return name === '' ? provider : `${provider} ${name}`;
}

/**
 * The entries by which an API server handles a kind: those that name it; only where there are none,
 * those of its group; only where there are none of those either, those of all kinds.
 */
export function entriesOf(
  { entries }: EncryptionConfiguration,
  resource: string,
): readonly ConfigurationEntry[] {
  for (const breadth of BREADTHS) {
    const found = entries.filter(({ resources }) =>
      resources.some((name) => breadthOf(resource, name) === breadth),
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** By what a kind is written, which comes first, and read. What no entry covers is plain text. */
export function providersOf(
  configuration: EncryptionConfiguration,
  resource: string,
): readonly Provider[] {
  const found = entriesOf(configuration, resource).flatMap(({ providers }) => providers);
  return found.length === 0 ? [IDENTITY] : found;
}

/** Whether an entry leaves its kinds in plain text on purpose, such as events. */
export function isPlain({ providers }: ConfigurationEntry): boolean {
  return providers.every(({ provider }) => provider === 'identity');
}

/** Every key that a configuration names, each once. */
export function keysOf({ entries }: EncryptionConfiguration): readonly Provider[] {
  const all = entries.flatMap(({ providers }) => providers);
  return all.filter(
    (each, index) => all.findIndex((it) => isSameKey(nameOf(it), nameOf(each))) === index,
  );
}

import { isCoveredBy } from './kinds.js';
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

/** An API server's EncryptionConfiguration. Of entries for the same kind, the first one writes. */
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

/** By what a kind is written, which comes first, and read. What no entry covers is plain text. */
export function providersOf(
  { entries }: EncryptionConfiguration,
  resource: string,
): readonly Provider[] {
  const matching = entries.filter(({ resources }) =>
    resources.some((name) => isCoveredBy(resource, name)),
  );
  const found = matching.flatMap(({ providers }) => providers);
  return found.length === 0 ? [IDENTITY] : found;
}

/** Every key that a configuration names, each once. */
export function keysOf({ entries }: EncryptionConfiguration): readonly Provider[] {
  const all = entries.flatMap(({ providers }) => providers);
  return all.filter(
    (each, index) => all.findIndex((it) => isSameKey(nameOf(it), nameOf(each))) === index,
  );
}

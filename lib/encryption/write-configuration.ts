import { stringify } from 'yaml';
import type { ConfigurationEntry, EncryptionConfiguration, Provider } from './configuration.js';

const HEADER = [
  '# An API server’s keys: readable by the API server’s user alone (mode 0600), in no repository,',
  '# and in no backup that is kept together with etcd’s.',
];

/** A configuration as the API server reads it. Keys of one kind that follow each other share an element. */
export function formatConfiguration({ entries }: EncryptionConfiguration): string {
  const document = {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: entries.map(entryData),
  };
  return `${HEADER.join('\n')}\n${stringify(document, { lineWidth: 0 })}`;
}

/** An entry as YAML has it. */
export function entryData({ resources, providers }: ConfigurationEntry) {
  return { resources: [...resources], providers: providerGroups(providers).map(groupData) };
}

/** What shares an element of `providers`. */
export function providerGroups(providers: readonly Provider[]): readonly (readonly Provider[])[] {
  const groups: Provider[][] = [];
  for (const provider of providers) {
    const last = groups.at(-1);
    if (isLocal(provider) && last?.[0]?.provider === provider.provider) last.push(provider);
    else groups.push([provider]);
  }
  return groups;
}

/** An element of `providers` as YAML has it. */
export function groupData(group: readonly Provider[]): Readonly<Record<string, unknown>> {
  const [first] = group;
  if (first === undefined || first.provider === 'identity') return { identity: {} };
  if (first.provider === 'kms') return { kms: kmsData(first) };
  const keys = group.flatMap((each) =>
    'secret' in each ? [{ name: each.name, secret: each.secret }] : [],
  );
  return { [first.provider]: { keys } };
}

function kmsData(key: Extract<Provider, { provider: 'kms' }>) {
  const { apiVersion, name, endpoint, timeout, cacheSize } = key;
  return {
    apiVersion,
    name,
    endpoint,
    ...(timeout === undefined ? {} : { timeout }),
    ...(cacheSize === undefined ? {} : { cachesize: cacheSize }),
  };
}

function isLocal({ provider }: Provider): boolean {
  return provider !== 'identity' && provider !== 'kms';
}

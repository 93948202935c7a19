import type { KeyName } from './configuration.js';
import type { ServerMetrics } from './metrics.js';

/** What an API server's counters say of what is declared; of no single object. */
export interface DeclaredUse {
  readonly kind: /** It writes secrets as declared. */
    | 'as-declared'
    /** It writes secrets in another way, too or only. */
    | 'otherwise'
    /** It shows no encryption at all. */
    | 'none'
    /** It encrypts, and has written no secret since its start. */
    | 'not-shown';
  /** By what it has written secrets since its start. */
  readonly prefixes: readonly string[];
}

/** Holds what is declared against what an API server has done since its start. */
export function useOf(
  declared: KeyName,
  { operations, configurationHash }: ServerMetrics,
): DeclaredUse {
  const writes = operations.filter(
    ({ resource, direction, ok }) => resource === 'secrets' && direction === 'to_storage' && ok,
  );
  const prefixes = [...new Set(writes.map(({ prefix }) => prefix))].sort();
  if (operations.length === 0 && configurationHash === undefined) {
    return { kind: declared.provider === 'identity' ? 'as-declared' : 'none', prefixes };
  }
  if (prefixes.length === 0) return { kind: 'not-shown', prefixes };
  const isDeclared = prefixes.every((each) => each === prefixOf(declared));
  return { kind: isDeclared ? 'as-declared' : 'otherwise', prefixes };
}

/** Metrics name a plugin, and of local keys only the provider. */
function prefixOf({ provider, name }: KeyName): string {
  if (provider === 'identity') return 'identity';
  return provider === 'kms' ? `k8s:enc:kms:v2:${name}:` : `k8s:enc:${provider}:v1:`;
}

import type { KeyName } from './configuration.js';
import type { ServerMetrics } from './metrics.js';
import { isLocal, mayBeSame } from './operations.js';

/** A key that is declared. */
export interface DeclaredKey extends KeyName {
  /** Whether the service that runs the control plane encrypts: what its plugin is called isn't known. */
  readonly managed?: boolean;
}

/** What an API server's counters say of what is declared; of no single object. */
export interface DeclaredUse {
  readonly kind: /** It writes secrets as declared. */
    | 'as-declared'
    /** It has written secrets as declared, and in another way: counters don't say which was last. */
    | 'both'
    /** It has written secrets in another way only. */
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
  declared: DeclaredKey,
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
  const isDeclared = (prefix: string) =>
    declared.managed === true
      ? isLocal(prefix) !== (declared.provider === 'kms') && prefix.startsWith('k8s:enc:')
      : mayBeSame(prefix, prefixOf(declared));
  if (prefixes.every(isDeclared)) return { kind: 'as-declared', prefixes };
  return { kind: prefixes.some(isDeclared) ? 'both' : 'otherwise', prefixes };
}

/** What the stored bytes begin with. */
function prefixOf({ provider, name }: KeyName): string {
  if (provider === 'identity') return 'identity';
  return `k8s:enc:${provider}:${provider === 'kms' ? 'v2' : 'v1'}:${name}:`;
}

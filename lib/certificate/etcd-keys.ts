import type { Evidence, EvidenceObject } from './evidence.js';

/**
 * Whether a stored key is one of a deletion's objects. A key ends with NAMESPACE/NAME or NAME after
 * its kind: `/registry/secrets/billing/db`. A namespace takes along all keys that lie in it.
 */
export class KeysOf {
  private readonly names: ReadonlySet<string>;
  private readonly namespaces: ReadonlySet<string>;

  constructor(
    { objects }: Evidence,
    private readonly prefix: string,
  ) {
    const known = objects.filter((each) => each.object !== null);
    this.names = new Set(known.map(tail));
    this.namespaces = new Set(known.filter(isNamespace).map(({ object }) => object?.name ?? ''));
  }

  includes(key: string): boolean {
    const parts = key
      .slice(this.prefix.length)
      .split('/')
      .filter((part) => part !== '');
    const [name = ''] = parts.slice(-1);
    const inside = parts.at(-2) ?? '';
    if (parts.length >= 3 && this.namespaces.has(inside)) return true;
    const kind = parts.slice(0, parts.length >= 3 ? -2 : -1).at(-1) ?? '';
    return this.names.has(key3(singular(kind), parts.length >= 3 ? inside : '', name));
  }
}

function isNamespace({ object }: EvidenceObject): boolean {
  return object?.resource === 'namespace';
}

function tail({ object }: EvidenceObject): string {
  const kind = object?.resource.split('.')[0] ?? '';
  return key3(
    singular(kind),
    kind === 'namespace' ? '' : (object?.namespace ?? ''),
    object?.name ?? '',
  );
}

function key3(...parts: readonly string[]): string {
  return parts.join('/');
}

/** Etcd has plurals, a state singulars: both are cut to what they share. */
function singular(kind: string): string {
  return kind.replace(/(?:ies|y)$/, '').replace(/(?:es|s)$/, '');
}

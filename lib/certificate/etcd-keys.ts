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
    this.names = new Set(known.flatMap(tails));
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
    return this.names.has(pathOf(kind, parts.length >= 3 ? inside : '', name));
  }
}

function isNamespace({ object }: EvidenceObject): boolean {
  return object?.resource === 'namespace';
}

function tails({ object }: EvidenceObject): readonly string[] {
  const kind = object?.resource.split('.')[0] ?? '';
  const namespace = kind === 'namespace' ? '' : (object?.namespace ?? '');
  return plurals(kind).map((each) => pathOf(each, namespace, object?.name ?? ''));
}

function pathOf(...parts: readonly string[]): string {
  return parts.join('/');
}

/** Etcd has plurals, a state singulars. Of a word that is none, nothing is stored. */
function plurals(kind: string): readonly string[] {
  return [`${kind}s`, `${kind}es`, kind.replace(/y$/, 'ies'), kind];
}

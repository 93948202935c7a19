import type { Evidence, EvidenceObject } from './evidence.js';

/**
 * Whether a stored key is one of a deletion's objects. A key ends with NAMESPACE/NAME or NAME after
 * its kind: `/registry/secrets/billing/db`. A namespace takes along all keys that lie in it.
 */
export class KeysOf {
  private readonly names: ReadonlySet<string>;
  private readonly namespaces: ReadonlySet<string>;
  /** Custom kinds by group, namespace and name: etcd has their plural, which may be irregular. */
  private readonly custom: ReadonlyMap<string, readonly string[]>;

  constructor(
    { objects }: Evidence,
    private readonly prefix: string,
  ) {
    const known = objects.filter((each) => each.object !== null);
    this.names = new Set(known.flatMap(tails));
    this.namespaces = new Set(known.filter(isNamespace).map(({ object }) => object?.name ?? ''));
    this.custom = byGroup(known);
  }

  includes(key: string): boolean {
    const parts = key
      .slice(this.prefix.length)
      .split('/')
      .filter((part) => part !== '');
    const [name = ''] = parts.slice(-1);
    const inside = parts.at(-2) ?? '';
    const before = parts.at(-3) ?? '';
    if (parts.length >= 3 && this.namespaces.has(inside)) return true;
    // What comes before the name is a namespace, or already the kind.
    return (
      this.names.has(pathOf(before, inside, name)) ||
      this.names.has(pathOf(inside, '', name)) ||
      this.isCustom(parts)
    );
  }

  private isCustom(parts: readonly string[]): boolean {
    const [group = '', plural = '', ...rest] = parts;
    const [inside, name] = rest.length === 1 ? ['', rest[0] ?? ''] : rest;
    const stems = this.custom.get(pathOf(group, inside ?? '', name ?? '')) ?? [];
    return stems.some((stem) => plural.startsWith(stem));
  }
}

function isNamespace({ object }: EvidenceObject): boolean {
  return object?.resource === 'namespace';
}

function tails({ object }: EvidenceObject): readonly string[] {
  const kind = object?.resource.split('.')[0] ?? '';
  const name = object?.name ?? '';
  const namespace = kind === 'namespace' ? '' : (object?.namespace ?? '');
  // What names no namespace is in none, or in the one that is taken then.
  const inside = namespace === '' && kind !== 'namespace' ? ['', 'default'] : [namespace];
  return inside.flatMap((it) => folders(kind).map((each) => pathOf(each, it, name)));
}

function pathOf(...parts: readonly string[]): string {
  return parts.join('/');
}

/** Kinds that etcd keeps under another name than their plural. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  service: 'specs',
  replicationcontroller: 'controllers',
  node: 'minions',
};

/** Etcd has plurals, a state singulars. Of a word that is none, nothing is stored. */
function folders(kind: string): readonly string[] {
  const elsewhere = Object.hasOwn(ELSEWHERE, kind) ? ELSEWHERE[kind] : undefined;
  const plurals = [`${kind}s`, `${kind}es`, kind.replace(/y$/, 'ies'), kind];
  return elsewhere === undefined ? plurals : [...plurals, elsewhere];
}

/** The beginnings of the plurals that kinds with a group may have. */
function byGroup(objects: readonly EvidenceObject[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { object } of objects) {
    const [kind = '', , ...group] = object?.resource.split('.') ?? [];
    if (object === null || group.length === 0) continue;
    const stem = kind.length > 5 ? kind.slice(0, -2) : kind;
    for (const inside of object.namespace === null ? ['', 'default'] : [object.namespace]) {
      const path = pathOf(group.join('.'), inside, object.name);
      found.set(path, [...(found.get(path) ?? []), stem]);
    }
  }
  return found;
}

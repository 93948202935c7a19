/** How often objects of a kind were written or read with a prefix. */
export interface Operation {
  readonly resource: string;
  readonly direction: 'to_storage' | 'from_storage';
  /** `k8s:enc:kms:v2:NAME:`, `k8s:enc:secretbox:v1:KEY:`, `identity`. */
  readonly prefix: string;
  readonly ok: boolean;
  readonly count: number;
}

/** A provider with keys of its own: which one it was is counted under a label of its own. */
const LOCAL = /^k8s:enc:(?:secretbox|aesgcm|aescbc):v1:$/;
const OTHER = /^(?:k8s:enc:kms:v[12]:.+:|identity|unknown)$/;

/**
 * An API server counts what a local key does twice: by the provider, and by the key's name
 * (`key-2:`). The two are one operation, whose prefix is the one that stored bytes begin with.
 * Where several providers were in use, nobody knows whose key it was: then the provider alone is
 * shown.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/storage/value/transformer.go
 */
export function joined(counted: readonly Operation[]): readonly Operation[] {
  const groups = new Map<string, Operation[]>();
  for (const each of counted) {
    // Plain text has no prefix; only its reads are called `identity`.
    const operation = { ...each, prefix: each.prefix === '' ? 'identity' : each.prefix };
    const group = JSON.stringify([each.resource, each.direction, each.ok]);
    groups.set(group, [...(groups.get(group) ?? []), operation]);
  }
  return [...groups.values()].flatMap(joinedIn);
}

function joinedIn(group: readonly Operation[]): readonly Operation[] {
  const local = group.filter(({ prefix }) => LOCAL.test(prefix));
  const keys = group.filter(({ prefix }) => isKey(prefix));
  const [provider, ...others] = local;
  if (provider === undefined) return group;
  const rest = group.filter(({ prefix }) => !isKey(prefix));
  if (others.length > 0 || keys.length === 0) return rest;
  return [
    ...rest.filter((each) => each !== provider),
    ...keys.map((each) => ({ ...each, prefix: `${provider.prefix}${each.prefix}` })),
  ];
}

function isKey(prefix: string): boolean {
  return prefix.endsWith(':') && !LOCAL.test(prefix) && !OTHER.test(prefix);
}

/** Whether a prefix is of a key in the API server's own file. */
export function isLocal(prefix: string): boolean {
  return /^k8s:enc:(?!kms:)/.test(prefix);
}

/** Whether only the provider is known, and not which of its keys it was. */
export function isWithoutKey(prefix: string): boolean {
  return LOCAL.test(prefix);
}

/** Whether two prefixes may be the same one: of some, only the provider is known. */
export function mayBeSame(one: string, other: string): boolean {
  return (
    one === other ||
    (LOCAL.test(one) && other.startsWith(one)) ||
    (LOCAL.test(other) && one.startsWith(other))
  );
}

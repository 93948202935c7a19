import { isRecord, memberOf } from '../../base/guards.js';

/** Roles and bindings of a cluster, as the API lists them. */
export interface RbacObjects {
  readonly roles: readonly unknown[];
  readonly clusterRoles: readonly unknown[];
  readonly roleBindings: readonly unknown[];
  readonly clusterRoleBindings: readonly unknown[];
}

/** A user, group or service account, written `User/jane`, `ServiceAccount/ns/name`. */
export interface Subject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What a role allows in one of its rules. */
export interface Rule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  /** Only these objects. Empty means all. */
  readonly names: readonly string[];
}

/** What a binding gives to a subject. */
export interface Grant {
  readonly subject: Subject;
  /** Where it holds; undefined in the whole cluster. */
  readonly namespace?: string;
  readonly rules: readonly Rule[];
  /** Where it comes from: `ClusterRoleBinding x (ClusterRole y)`. */
  readonly source: string;
  /** Whether Kubernetes itself made the binding. */
  readonly isBuiltIn: boolean;
}

/** Puts roles and bindings together. What can't be understood grants nothing. */
export function grantsOf(rbac: RbacObjects): readonly Grant[] {
  const rules = new Map([
    ...rbac.clusterRoles.map((role) => [`ClusterRole//${nameIn(role)}`, rulesOf(role)] as const),
    ...rbac.roles.map((it) => [`Role/${namespaceIn(it)}/${nameIn(it)}`, rulesOf(it)] as const),
  ]);
  return [
    ...rbac.clusterRoleBindings.flatMap((it) => granted('ClusterRoleBinding', it, rules)),
    ...rbac.roleBindings.flatMap((it) => granted('RoleBinding', it, rules)),
  ];
}

/** As `--trusted` takes it and findings name it. */
export function formatSubject({ kind, namespace, name }: Subject): string {
  return [kind, namespace, name].filter((part) => part !== undefined).join('/');
}

/** Whether a rule allows a verb on a resource (`pods` or `serviceaccounts/token`) of a group. */
export function allows(rule: Rule, verb: string, group: string, resource: string): boolean {
  const subresource = resource.includes('/') ? `*/${resource.split('/')[1]}` : resource;
  return (
    has(rule.verbs, verb) &&
    has(rule.groups, group) &&
    (has(rule.resources, resource) || rule.resources.includes(subresource))
  );
}

function has(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value);
}

function granted(
  kind: 'ClusterRoleBinding' | 'RoleBinding',
  binding: unknown,
  known: ReadonlyMap<string, readonly Rule[]>,
): readonly Grant[] {
  const namespace = kind === 'RoleBinding' ? namespaceIn(binding) : undefined;
  const ref = memberOf(binding, 'roleRef');
  const [refKind, refName] = [memberOf(ref, 'kind'), memberOf(ref, 'name')];
  const place = refKind === 'Role' ? (namespace ?? '') : '';
  const rules = known.get(`${refKind}/${place}/${refName}`) ?? [];
  const where = namespace === undefined ? '' : `${namespace}/`;
  const source = `${kind} ${where}${nameIn(binding)} (${refKind} ${refName})`;
  return subjectsOf(binding).map((subject) => ({
    subject,
    ...(namespace === undefined ? {} : { namespace }),
    rules,
    source,
    isBuiltIn: isBuiltIn(binding),
  }));
}

function subjectsOf(binding: unknown): readonly Subject[] {
  const subjects = memberOf(binding, 'subjects');
  return (Array.isArray(subjects) ? subjects : []).flatMap((it) => {
    const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) => memberOf(it, key));
    if (typeof kind !== 'string' || typeof name !== 'string') return [];
    return [{ kind, name, ...(typeof namespace === 'string' ? { namespace } : {}) }];
  });
}

function rulesOf(role: unknown): readonly Rule[] {
  const rules = memberOf(role, 'rules');
  return (Array.isArray(rules) ? rules : []).map((rule) => ({
    verbs: texts(memberOf(rule, 'verbs')),
    groups: texts(memberOf(rule, 'apiGroups')),
    resources: texts(memberOf(rule, 'resources')),
    names: texts(memberOf(rule, 'resourceNames')),
  }));
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings */
function isBuiltIn(binding: unknown): boolean {
  const labels = memberOf(memberOf(binding, 'metadata'), 'labels');
  return isRecord(labels) && labels['kubernetes.io/bootstrapping'] === 'rbac-defaults';
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((it) => typeof it === 'string') : [];
}

function nameIn(object: unknown): string {
  const name = memberOf(memberOf(object, 'metadata'), 'name');
  return typeof name === 'string' ? name : '';
}

function namespaceIn(object: unknown): string {
  const namespace = memberOf(memberOf(object, 'metadata'), 'namespace');
  return typeof namespace === 'string' ? namespace : '';
}

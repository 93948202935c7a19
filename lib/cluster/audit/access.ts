import { isRecord, memberOf } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import { type AuditFinding, finding } from './finding.js';
import type { Expected } from './members.js';

/** Objects that say who is let in, as the API has them. */
export interface AccessObjects {
  readonly roles: readonly unknown[];
  readonly roleBindings: readonly unknown[];
  readonly networkPolicies: readonly unknown[];
}

interface Kind {
  readonly title: string;
  readonly objects: (access: AccessObjects) => readonly unknown[];
  /** What it allows, each as a text, in Terraform's form and in that of the API. */
  readonly inState: (access: unknown) => readonly string[];
  readonly inCluster: (object: unknown) => readonly string[];
}

/** By the kinds that states have. */
const KINDS: Readonly<Record<string, Kind>> = {
  role: {
    title: 'Role',
    objects: ({ roles }) => roles,
    inState: (access) => listOf(access).map((it) => ruleOf(it, '_')),
    inCluster: (object) => listOf(memberOf(object, 'rules')).map((it) => ruleOf(it, '')),
  },
  rolebinding: {
    title: 'RoleBinding',
    objects: ({ roleBindings }) => roleBindings,
    inState: (access) => listOf(access).map(subjectOf),
    inCluster: (object) => listOf(memberOf(object, 'subjects')).map(subjectOf),
  },
  networkpolicy: {
    title: 'NetworkPolicy',
    objects: ({ networkPolicies }) => networkPolicies,
    inState: (access) => policyOf(listOf(access)[0], '_'),
    inCluster: (object) => policyOf(memberOf(object, 'spec'), ''),
  },
};

/** Finds roles, bindings and network policies that don't allow what the state says. */
export function auditAccess(
  expected: readonly Expected[],
  access: AccessObjects,
): readonly AuditFinding[] {
  return expected.flatMap(({ object: { resource, namespace = '', name }, stack, live }) => {
    const kind = KINDS[resource];
    if (kind === undefined || live?.access === undefined) return [];
    const found = kind.objects(access).find((it) => isCalled(it, namespace, name));
    if (found === undefined) return [];
    const [should, is] = [kind.inState(live.access), kind.inCluster(found)];
    const lost = should.filter((each) => !is.includes(each)).length;
    const more = is.filter((each) => !should.includes(each)).length;
    if (lost + more === 0) return [];
    const remedy =
      resource === 'rolebinding' ? setSubjects(namespace, name, live.access) : undefined;
    return [differs(`${kind.title} ${namespace}/${name}`, stack, { lost, more, remedy })];
  });
}

function differs(
  path: string,
  stack: string,
  {
    lost,
    more,
    remedy,
  }: { readonly lost: number; readonly more: number; readonly remedy: string | undefined },
): AuditFinding {
  const what = [
    ...(more > 0 ? [`allows ${more} that the state of ${stack} doesn't have`] : []),
    ...(lost > 0 ? [`lacks ${lost} that it has`] : []),
  ].join(', and ');
  return finding(
    'object/access',
    path,
    `${quoteName(path)} ${what}.`,
    `${remedy === undefined ? `Deploy ${stack}: a pipeline sets it back` : remedy}. A soft-deleted project has to be restored first.`,
  );
}

/** The provider can't turn one kind of subject into another, so that a deployment would fail. */
function setSubjects(namespace: string, name: string, access: unknown): string | undefined {
  const subjects = listOf(access).map((it) => {
    const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) => memberOf(it, key));
    const where =
      kind === 'ServiceAccount' ? { namespace } : { apiGroup: 'rbac.authorization.k8s.io' };
    return { kind, name, ...where };
  });
  const patch = JSON.stringify({ subjects });
  if (patch.includes("'")) return undefined;
  return `As the pipeline: kubectl patch rolebinding ${name} --namespace ${namespace} --type merge -p '${patch}'`;
}

function isCalled(object: unknown, namespace: string, name: string): boolean {
  const metadata = memberOf(object, 'metadata');
  return memberOf(metadata, 'namespace') === namespace && memberOf(metadata, 'name') === name;
}

/** A member by its name in words, which Terraform joins by `_` and the API by capitals. */
function part(object: unknown, words: string, joint: '_' | ''): unknown {
  const key =
    joint === '_'
      ? words.replaceAll(' ', '_')
      : words.replaceAll(/ (\w)/g, (_all, letter: string) => letter.toUpperCase());
  return memberOf(object, key);
}

function ruleOf(rule: unknown, joint: '_' | ''): string {
  return ['api groups', 'resources', 'resource names', 'verbs']
    .map((words) =>
      listOf(part(rule, words, joint))
        .map(String)
        .sort()
        .join(','),
    )
    .join(' ');
}

/** Terraform gives every subject a namespace; only a service account has one. */
function subjectOf(subject: unknown): string {
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) =>
    memberOf(subject, key),
  );
  return `${kind} ${kind === 'ServiceAccount' ? `${namespace}/` : ''}${name}`;
}

function policyOf(spec: unknown, joint: '_' | ''): readonly string[] {
  const types = listOf(part(spec, 'policy types', joint))
    .map(String)
    .sort()
    .join(',');
  return [
    `types ${types}`,
    `pods ${selectorOf(part(spec, 'pod selector', joint), joint)}`,
    ...(['ingress', 'egress'] as const).flatMap((way) =>
      listOf(memberOf(spec, way)).map(
        (it) => `${way} ${wayOf(it, way === 'ingress' ? 'from' : 'to', joint)}`,
      ),
    ),
  ];
}

function wayOf(rule: unknown, key: 'from' | 'to', joint: '_' | ''): string {
  const peers = listOf(memberOf(rule, key)).map((peer) =>
    [
      `pods ${selectorOf(part(peer, 'pod selector', joint), joint)}`,
      `namespaces ${selectorOf(part(peer, 'namespace selector', joint), joint)}`,
      `block ${blockOf(part(peer, 'ip block', joint))}`,
    ].join(' '),
  );
  const ports = listOf(memberOf(rule, 'ports')).map((port) =>
    ['protocol', 'port'].map((each) => String(memberOf(port, each) ?? '')).join('/'),
  );
  return `${peers.sort().join(' or ') || 'all'} on ${ports.sort().join(',') || 'all'}`;
}

/** A block of Terraform is a list of one. */
function single(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function blockOf(value: unknown): string {
  const block = single(value);
  if (!isRecord(block)) return 'none';
  return [memberOf(block, 'cidr'), ...listOf(memberOf(block, 'except')).map(String).sort()].join(
    ',',
  );
}

function selectorOf(value: unknown, joint: '_' | ''): string {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    return 'none';
  }
  const selector = single(value);
  const labels = part(selector, 'match labels', joint);
  const pairs = Object.entries(isRecord(labels) ? labels : {}).map(([key, it]) => `${key}=${it}`);
  const expressions = listOf(part(selector, 'match expressions', joint)).map((it) =>
    [
      memberOf(it, 'key'),
      memberOf(it, 'operator'),
      ...listOf(memberOf(it, 'values')).map(String).sort(),
    ].join(':'),
  );
  return `{${[...pairs, ...expressions].sort().join(';')}}`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

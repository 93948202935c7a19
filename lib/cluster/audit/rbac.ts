import { quoteName } from '../../base/inert.js';
import { type AuditFinding, finding, note } from './finding.js';
import { allows, formatSubject, type Grant, grantsOf, type RbacObjects } from './rbac-grants.js';

const ADMISSION = 'admissionregistration.k8s.io';
const RBAC = 'rbac.authorization.k8s.io';
const POLICIES = ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'];

/** A right that gets past the admission policies, or to one that does. */
interface Power {
  readonly code: string;
  /** Any of these verbs on any of these resources, each as `group resource`. */
  readonly rights: readonly (readonly [verb: string, group: string, resource: string])[];
  /** Whether it also counts where it is given in one namespace only. */
  readonly inNamespace: boolean;
  readonly says: string;
}

const POWERS: readonly Power[] = [
  {
    code: 'rbac/policies',
    rights: each(['update', 'patch', 'delete', 'deletecollection'], ADMISSION, POLICIES),
    inNamespace: false,
    says: 'can change or remove the admission policies and their bindings',
  },
  {
    code: 'rbac/impersonate',
    rights: each(['impersonate'], '', ['users', 'groups']),
    inNamespace: false,
    says: 'can impersonate: set the cluster’s clock as the API server, and approve as a second person',
  },
  {
    code: 'rbac/certificates',
    rights: each(['update', 'patch'], 'certificates.k8s.io', [
      'certificatesigningrequests/approval',
    ]),
    inNamespace: false,
    says: 'can approve certificates, and so become another user',
  },
  {
    code: 'rbac/escalate',
    rights: [
      ...each(['escalate'], RBAC, ['clusterroles', 'roles']),
      ...each(['bind'], RBAC, ['clusterroles', 'roles']),
    ],
    inNamespace: false,
    says: 'can give any right to anybody (escalate, bind), the rights of this list included',
  },
  {
    code: 'rbac/bindings',
    rights: [
      ...each(['create', 'update', 'patch'], RBAC, ['clusterrolebindings']),
      ...each(['update', 'patch'], RBAC, ['clusterroles']),
    ],
    inNamespace: false,
    says: 'can write cluster-wide roles or bindings, and so pass on every right that they have',
  },
  {
    code: 'rbac/tokens',
    rights: [
      ...each(['create'], '', ['serviceaccounts/token']),
      ...each(['impersonate'], '', ['serviceaccounts']),
    ],
    inNamespace: true,
    says: 'can act as service accounts that may delete what is protected',
  },
];

/** What has to be deletable for somebody to count as a deleter. */
const DELETIONS = [
  ...each(['delete', 'deletecollection'], '', ['namespaces', 'secrets', 'configmaps']),
  ...each(['delete', 'deletecollection'], 'batch', ['cronjobs']),
];

/**
 * Who can get past the admission policies, told from roles and bindings. It doesn't see groups
 * that no binding names, other authorizers than RBAC, and who can write to etcd.
 */
export function auditRbac(
  rbac: RbacObjects,
  protectedNamespaces: ReadonlySet<string>,
  trusted: ReadonlySet<string>,
): readonly AuditFinding[] {
  const grants = grantsOf(rbac);
  const deleters = deletersIn(grants, protectedNamespaces);
  return POWERS.flatMap((power) => {
    const holders = grants.filter((grant) => holds(grant, power, deleters));
    return bySubject(holders).map((own) => told(power, own, trusted));
  });
}

function each(verbs: readonly string[], group: string, resources: readonly string[]) {
  return verbs.flatMap((verb) => resources.map((it) => [verb, group, it] as const));
}

/** The namespaces whose service accounts may delete protected objects. */
function deletersIn(grants: readonly Grant[], places: ReadonlySet<string>): ReadonlySet<string> {
  const deleting = grants.filter(
    ({ subject, namespace, rules }) =>
      subject.kind === 'ServiceAccount' &&
      (namespace === undefined || places.has(namespace)) &&
      DELETIONS.some(([verb, group, it]) => rules.some((rule) => allows(rule, verb, group, it))),
  );
  return new Set(deleting.map(({ subject }) => subject.namespace ?? ''));
}

function holds(grant: Grant, power: Power, deleters: ReadonlySet<string>): boolean {
  const { namespace, rules } = grant;
  if (namespace !== undefined && !(power.inNamespace && deleters.has(namespace))) return false;
  if (power.code === 'rbac/tokens' && deleters.size === 0) return false;
  return power.rights.some(([verb, group, it]) =>
    rules.some((rule) => allows(rule, verb, group, it)),
  );
}

function bySubject(grants: readonly Grant[]): readonly (readonly [Grant, ...Grant[]])[] {
  const subjects = new Map<string, [Grant, ...Grant[]]>();
  for (const grant of grants) {
    const known = subjects.get(formatSubject(grant.subject));
    if (known === undefined) subjects.set(formatSubject(grant.subject), [grant]);
    else known.push(grant);
  }
  return [...subjects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own);
}

function told(
  power: Power,
  own: readonly [Grant, ...Grant[]],
  trusted: ReadonlySet<string>,
): AuditFinding {
  const subject = formatSubject(own[0].subject);
  const expected =
    own.every(({ isBuiltIn }) => isBuiltIn) || isOurs(own[0]) || trusted.has(subject);
  const sources = [...new Set(own.map(({ source }) => source))].map(quoteName).join(', ');
  const where = own.every(({ namespace }) => namespace !== undefined)
    ? ` in ${[...new Set(own.map((it) => quoteName(it.namespace ?? '')))].join(', ')}`
    : '';
  const say = expected ? note : finding;
  return say(
    power.code,
    subject,
    `${quoteName(subject)} ${power.says}${where}: ${sources}.`,
    `Take the right away, or say --trusted ${subject} if that is how it should be.`,
  );
}

/** Code Engine's manager and writer of a project, as every project has them. */
function isOurs({ subject, namespace }: Grant): boolean {
  const ours = ['reprieve-manager', 'reprieve-writer'];
  return (
    subject.kind === 'ServiceAccount' &&
    subject.namespace === namespace &&
    ours.includes(subject.name)
  );
}

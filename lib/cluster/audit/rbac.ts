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
  /** Where it also counts if it is given in one namespace only. @default - nowhere */
  readonly places?: 'deleters' | 'pipelines';
  /** Whether it counts only where there is such a place at all. */
  readonly needsPlace?: boolean;
  readonly says: string;
}

const POWERS: readonly Power[] = [
  {
    code: 'rbac/policies',
    rights: each(['update', 'patch', 'delete', 'deletecollection'], ADMISSION, POLICIES),
    says: 'can change or remove the admission policies and their bindings',
  },
  {
    code: 'rbac/impersonate',
    rights: each(['impersonate'], '', ['users', 'groups']),
    says: 'can impersonate: set the cluster’s clock as the API server, and approve as a second person',
  },
  {
    code: 'rbac/certificates',
    rights: each(['update', 'patch'], 'certificates.k8s.io', [
      'certificatesigningrequests/approval',
    ]),
    says: 'can approve certificates, and so become another user',
  },
  {
    code: 'rbac/escalate',
    rights: [
      ...each(['escalate'], RBAC, ['clusterroles', 'roles']),
      ...each(['bind'], RBAC, ['clusterroles', 'roles']),
    ],
    says: 'can give any right to anybody (escalate, bind), the rights of this list included',
  },
  {
    code: 'rbac/bindings',
    rights: [
      ...each(['create', 'update', 'patch'], RBAC, ['clusterrolebindings']),
      ...each(['update', 'patch'], RBAC, ['clusterroles']),
    ],
    says: 'can write cluster-wide roles or bindings, and so pass on every right that they have',
  },
  {
    code: 'rbac/tokens',
    rights: [
      ...each(['create'], '', ['serviceaccounts/token']),
      ...each(['impersonate'], '', ['serviceaccounts']),
    ],
    places: 'deleters',
    needsPlace: true,
    says: 'can act as service accounts that may delete what is protected',
  },
  {
    code: 'rbac/pipeline',
    rights: [
      ...each(['create'], '', ['pods', 'pods/exec', 'pods/attach', 'replicationcontrollers']),
      ...each(['create', 'update', 'patch'], 'apps', [
        ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
      ]),
      ...each(['create', 'update', 'patch'], 'batch', ['jobs', 'cronjobs']),
      ...each(['create'], '', ['secrets', 'serviceaccounts/token']),
      ...each(['patch', 'update'], '', ['pods/ephemeralcontainers']),
    ],
    places: 'pipelines',
    needsPlace: true,
    says: 'can act as a pipeline: run pods as its account, or make a secret with its token',
  },
  {
    code: 'rbac/mutators',
    rights: each(['create', 'update', 'patch'], ADMISSION, [
      ...['mutatingwebhookconfigurations', 'mutatingadmissionpolicies'],
      'mutatingadmissionpolicybindings',
    ]),
    says: 'can change requests before the admission policies see them, in the name of whoever asks',
  },
  {
    code: 'rbac/api-services',
    rights: each(['create', 'update', 'patch'], 'apiregistration.k8s.io', ['apiservices']),
    says: 'can put a service in the place of the API server for whole groups',
  },
  {
    code: 'rbac/definitions',
    rights: each(['update', 'patch', 'delete', 'deletecollection'], 'apiextensions.k8s.io', [
      'customresourcedefinitions',
    ]),
    says: 'can delete the definition of a custom kind, and all its objects with it, past admission',
  },
  {
    code: 'rbac/finalize',
    rights: each(['update'], '', ['namespaces/finalize']),
    says: 'can end a namespace whose deletion was allowed before what is in it is gone',
  },
  {
    code: 'rbac/volumes',
    rights: each(['update', 'patch', 'delete', 'deletecollection'], '', ['persistentvolumes']),
    says: 'can delete or change the volumes behind protected claims',
  },
  {
    code: 'rbac/unsafe-delete',
    rights: [
      ...each(['unsafe-delete-ignore-read-errors'], '', ['namespaces', 'secrets', 'configmaps']),
      ...each(['unsafe-delete-ignore-read-errors'], 'batch', ['cronjobs']),
    ],
    says: 'can delete objects that the API server can’t read, past admission',
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
  pipelines: readonly string[] = [],
): readonly AuditFinding[] {
  const grants = grantsOf(rbac);
  const accounts = pipelines.flatMap((user) => accountOf(user) ?? []);
  const places: Places = {
    deleters: deletersIn(grants, protectedNamespaces),
    pipelines: new Set(accounts.map(({ namespace }) => namespace)),
  };
  const known = new Set([...trusted, ...pipelines.map((user) => `User/${user}`)]);
  for (const { namespace, name } of accounts) known.add(`ServiceAccount/${namespace}/${name}`);
  return POWERS.flatMap((power) => {
    const holders = grants.filter((grant) => holds(grant, power, places));
    const isOwn = power.code === 'rbac/pipeline';
    return bySubject(holders).map((own) => told(power, own, isOwn ? known : trusted));
  });
}

interface Places {
  /** The namespaces whose service accounts may delete protected objects. */
  readonly deleters: ReadonlySet<string>;
  /** The namespaces where pipelines' accounts live. */
  readonly pipelines: ReadonlySet<string>;
}

/** A service account by the name of its user. */
function accountOf(user: string): { namespace: string; name: string } | undefined {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
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

function holds(grant: Grant, power: Power, all: Places): boolean {
  const { namespace, rules } = grant;
  const places = power.places === undefined ? undefined : all[power.places];
  if (namespace !== undefined && places?.has(namespace) !== true) return false;
  if (power.needsPlace === true && (places?.size ?? 0) === 0) return false;
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

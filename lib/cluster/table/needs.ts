/** What a row of the table asks for besides who, where and what. */
export const NEEDS = {
  who: 'by whom the row names',
  'own-record': 'the record of who wrote what gets no entries but that of this very update',
  'state-follows': 'the state is soft-deleted exactly where there is a deadline',
  'period-grows':
    'a new period is at least the floor and longer than the slack; shorter than before only where an approver named it, for this object and from this period',
  'period-holds': 'the period is at least the floor and longer than the slack',
  'not-emptied': 'a secret or config map keeps some content',
  'revision-with-content':
    'the revision of a secret changes only with its content; it may be added to content of before',
  'namespace-kept': "a namespace's spec stays",
  'deadline-reads': 'the deadline is a time in UTC, beside a period',
  'deadline-later': 'the deadline is not earlier than before',
  'whole-period-ahead':
    'the deadline is a period ahead of the time of the request and of the lease, less the slack, or that of the namespace',
  'own-project': 'in the namespace of its own project, or in none',
  'no-owners': 'no owner references',
  'no-consent': 'no approval on it',
  clean: 'neither soft-deleted nor with a deadline',
  'own-name':
    "`USER UID EXPIRES DEADLINE`: one's own name, this object, its deadline or `live`; or `USER UID FROM TO` for a shorter period",
  'expires-in-time': 'it expires within 7 days of the request',
  'only-withdrawn': 'approvals are only removed',
  'finalizers-removed': 'finalizers are only removed',
  'only-namespace-content': 'content only of a namespace (its finalizers)',
  'written-by-kubernetes': 'content, owners and finalizers only as listed for that account',
  'owners-not-added': 'owner references are not added',
  'temporary-kind': 'pods, events, leases',
  'harmless-kind': 'events, leases, access reviews',
  'kubernetes-own-kind': 'config maps, service accounts, revisions',
  'passing-kind': 'pods, jobs, events, leases, or owned by a controller',
  'created-temporary': 'created as temporary',
  'deadline-come': 'its deadline has come by the time that the policies see',
  'project-deadline-come': "the project's deadline has come by the time that the policies see",
  'approved-by-another':
    'an approver other than the one who deletes consented, for this object or its namespace, with the deadline that it carries now, and in time; where `cluster.deleters` names somebody, only they delete',
} as const;

export type NeedName = keyof typeof NEEDS;

/** What only a policy with a parameter can tell; an update carries its own time (`written.ts`). */
export const CLOCKED: ReadonlySet<NeedName> = new Set<NeedName>([
  'deadline-come',
  'project-deadline-come',
  'approved-by-another',
]);

/** Kinds that a need names, as `GROUP/RESOURCE`. */
export const KINDS = {
  'temporary-kind': ['/pods', '/events', 'events.k8s.io/events', 'coordination.k8s.io/leases'],
  'harmless-kind': [
    '/events',
    'events.k8s.io/events',
    'coordination.k8s.io/leases',
    'authorization.k8s.io/localsubjectaccessreviews',
  ],
  'kubernetes-own-kind': ['/configmaps', '/serviceaccounts', 'apps/controllerrevisions'],
  'passing-kind': [
    '/pods',
    'batch/jobs',
    '/events',
    'events.k8s.io/events',
    'coordination.k8s.io/leases',
  ],
} as const;

/** Secrets that are made and thrown away by the tools that own them. */
export const TEMPORARY_TYPES = [
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
  'helm.sh/release.v1',
] as const;

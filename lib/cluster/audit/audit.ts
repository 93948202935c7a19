import { compareTexts } from '../../reclamation/order.js';
import type { AuditFinding } from './finding.js';
import { auditJobs } from './jobs.js';
import { auditLeases } from './leases.js';
import { auditMembers, type Expected } from './members.js';
import { auditNamespaces, type ClusterNamespace, type DeclaredNamespace } from './namespaces.js';
import { type ClusterObject, isProtected } from './object.js';
import { auditRbac } from './rbac.js';
import type { RbacObjects } from './rbac-grants.js';
import { auditUnlabelled } from './unlabelled.js';

/** What an audit compares: what should be there, and what was read from the cluster. */
export interface AuditInput {
  /** The time of whoever asks; the API servers' clocks are held against it. */
  readonly now: Date;
  readonly expected: readonly Expected[];
  readonly declared: readonly DeclaredNamespace[];
  readonly namespaces: readonly ClusterNamespace[];
  readonly objects: readonly ClusterObject[];
  readonly jobs: readonly unknown[];
  readonly leases: readonly unknown[];
  readonly rbac: RbacObjects;
  /** Who is meant to have rights beyond the policies, as `User/jane` or `Group/admins`. */
  readonly trusted: readonly string[];
}

/** Compares a cluster with what should be there. Findings come first, then notes. */
export function audit(input: AuditInput): readonly AuditFinding[] {
  const { expected, namespaces, objects } = input;
  const guarded = new Set(namespaces.filter(isProtected).map(({ name }) => name));
  const found = [
    ...auditMembers(expected, [...namespaces, ...objects]),
    ...auditUnlabelled(expected, namespaces, objects),
    ...auditNamespaces(input.declared, namespaces),
    ...auditJobs(namespaces, input.jobs),
    ...auditLeases(input.leases, input.now),
    ...auditRbac(input.rbac, guarded, new Set(input.trusted)),
  ];
  return [...found].sort(
    (a, b) =>
      compareTexts(a.level, b.level) ||
      compareTexts(a.code, b.code) ||
      compareTexts(a.path ?? '', b.path ?? ''),
  );
}

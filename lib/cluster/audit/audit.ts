import { compareTexts } from '../../base/order.js';
import type { Checked } from '../../base/problem.js';
import type { ObjectReference } from '../../state/object-reference.js';
import { admissionPolicies } from '../admission-policies.js';
import { anchorManifests } from '../anchor.js';
import type { ClusterRules } from '../rules.js';
import { versionProblems } from '../version.js';
import { auditAccess } from './access.js';
import { type AdmissionObjects, auditAdmission } from './admission.js';
import { auditApprovals } from './approvals.js';
import { auditAnchors, auditClocks, type ClockReading } from './clock.js';
import { auditDefinitions } from './definitions.js';
import type { AuditFinding } from './finding.js';
import { auditJobs } from './jobs.js';
import { auditLeases } from './leases.js';
import { auditFinalizers } from './marks.js';
import { auditMembers, type Expected } from './members.js';
import { auditNamespaces, type ClusterNamespace, type DeclaredNamespace } from './namespaces.js';
import { type ClusterObject, isProtected } from './object.js';
import { auditPolicies, auditRules } from './policies.js';
import { auditRbac } from './rbac.js';
import type { RbacObjects } from './rbac-grants.js';
import { auditStrays } from './strays.js';

/** What an audit reads of a cluster. */
export interface ClusterReading {
  readonly namespaces: readonly ClusterNamespace[];
  readonly objects: readonly ClusterObject[];
  readonly jobs: readonly unknown[];
  readonly leases: readonly unknown[];
  /** The time that the admission policies see. */
  readonly clocks: readonly ClockReading[];
  /** Admission policies, their bindings, and the tick. */
  readonly installed: readonly unknown[];
  /** What the API server says of itself, such as `v1.34.4`. */
  readonly version: string;
  readonly rbac: RbacObjects;
  /** The network policies of these namespaces. */
  readonly networkPolicies: readonly unknown[];
  /** What else takes part in admission. */
  readonly admission: AdmissionObjects;
}

/** What an audit compares: what was read from the cluster, and what should be there. */
export interface AuditInput extends ClusterReading {
  /** The time of whoever asks; the API servers' clocks are held against it. */
  readonly now: Date;
  /** The members of projects, by the states' guards. */
  readonly expected: readonly Expected[];
  /** Everything that the states have. */
  readonly inState: readonly ObjectReference[];
  readonly declared: readonly DeclaredNamespace[];
  /** The stacks that are for this cluster. */
  readonly stacks: readonly string[];
  /** What the admission policies are made from, or why they can't be made. */
  readonly rules: Checked<ClusterRules>;
  /** Who is meant to have rights beyond the policies, as `User/jane` or `Group/admins`. */
  readonly trusted: readonly string[];
}

/** Compares a cluster with what should be there. Findings come first, then notes. */
export function audit(input: AuditInput): readonly AuditFinding[] {
  const { expected, namespaces, objects } = input;
  const guarded = new Set(namespaces.filter(isProtected).map(({ name }) => name));
  const known = new Set(input.declared.filter((it) => it.isInState).map(({ name }) => name));
  const found = [
    ...auditMembers(expected, [...namespaces, ...objects]),
    ...auditStrays({ objects: input.inState, namespaces: known }, namespaces, objects),
    ...auditNamespaces(input.declared, namespaces),
    ...auditJobs(namespaces, input.jobs),
    ...auditFinalizers([...namespaces, ...objects].filter(isProtected)),
    ...auditApprovals([...namespaces, ...objects], input.now),
    ...auditAccess(expected, { ...input.rbac, networkPolicies: input.networkPolicies }),
    ...auditEnforcement(input),
    ...auditRbac(input.rbac, guarded, new Set(input.trusted), input.rules.value?.pipelines),
  ];
  return [...found].sort(
    (a, b) =>
      compareTexts(a.level, b.level) ||
      compareTexts(a.code, b.code) ||
      compareTexts(a.path ?? '', b.path ?? ''),
  );
}

/** What enforces the period in the cluster itself: its version, the policies, their clock. */
function auditEnforcement(input: AuditInput): readonly AuditFinding[] {
  const { value: rules, problems } = input.rules;
  const unfit = auditRules([...versionProblems(input.version), ...problems]);
  if (rules === undefined) return unfit;
  const leases = rules.clock === 'lease' ? auditLeases(input.leases, input.now) : [];
  const anchors = auditAnchors(rules, input.installed);
  const clocks = input.clocks.filter(({ clock }) => anchors.sound.includes(clock));
  const clock = [...leases, ...anchors.findings, ...auditClocks(clocks, input.now)];
  const expected = admissionPolicies(rules);
  const policies = auditPolicies(expected, input.installed, input.stacks);
  const anchored = [...expected, ...anchorManifests(rules)];
  const others = auditAdmission(input.admission, anchored, input.installed);
  const definitions = auditDefinitions(input.inState, rules);
  return [...unfit, ...policies, ...clock, ...others, ...definitions];
}

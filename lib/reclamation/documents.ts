import type { PolicyDocument } from '../model/policy-document.js';
import type { Lock } from './lock-types.js';
import type { Approver } from './person.js';

/** The formats of the YAML files; each has a schema of this name in lib/schemas. */
export type SchemaName = keyof Documents;

/** What a file of each format holds once it has passed its schema. */
export interface Documents {
  readonly deletions: DeletionsDocument;
  readonly reprieve: SettingsDocument;
  readonly 'projects.lock': Lock;
  readonly policy: PolicyDocument;
}

/** deletions.yaml. */
export interface DeletionsDocument {
  readonly version: 1;
  /** Null where the key stands there without entries. */
  readonly deletions?: readonly DeletionEntry[] | null;
}

/** One entry of deletions.yaml as it is written. */
export interface DeletionEntry {
  readonly stack?: string;
  readonly target: string;
  readonly mode: 'soft' | 'hard';
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly confirm?: string;
  readonly approvals?: readonly Approval[];
}

/** A second person's consent to a hard deletion, for one object and a limited time. */
export interface Approval {
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** RFC 3339; the first plan of the deletion has to be made before this. */
  readonly expires: string;
  /** The object's unique id as the approver saw it, so that a namesake isn't meant. */
  readonly uid: string;
}

/** reprieve.yaml. */
export interface SettingsDocument {
  readonly version: 1;
  readonly reclamation?: PeriodsSection;
  readonly stacks?: Readonly<Record<string, PeriodsSection>>;
  readonly approvers?: readonly Approver[];
  readonly gate?: { readonly clockTolerance?: string };
  readonly cluster?: ClusterSection;
  readonly policies?: PoliciesSection;
  readonly waivers?: readonly WaiverEntry[];
}

/** Periods as they are written, for all stacks or for one. */
export interface PeriodsSection {
  readonly period?: string;
  readonly floor?: string;
  readonly planMaxAge?: string;
}

/** Which clock the cluster's admission policies trust: see `Settings.cluster`. */
export type ClusterClock = 'lease' | 'tick';

/** How the cluster encrypts secrets in etcd: see `Settings.cluster`. */
export type EncryptionAtRest = 'kms' | 'local' | 'none';

/** What has to be known of the cluster. */
export interface ClusterSection {
  readonly clock?: ClusterClock;
  readonly encryptionAtRest?: EncryptionAtRest;
  readonly pipelines?: readonly string[];
}

export type PolicyLevel = 'advisory' | 'soft-mandatory' | 'hard-mandatory';

/** Which policies count, and how much. */
export interface PoliciesSection {
  readonly paths?: readonly string[];
  readonly levels?: Readonly<Record<string, PolicyLevel>>;
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An exception from a policy, for one construct and a limited time. */
export interface WaiverEntry {
  readonly policy: string;
  readonly path: string;
  readonly reason: string;
  readonly owner: string;
  /** A day (`2026-06-01`, its start in UTC) or a point in time (RFC 3339). */
  readonly expires: string;
}

/** What a file without content, or no file at all, stands for. */
export const EMPTY_DOCUMENTS: Documents = {
  deletions: { version: 1, deletions: [] },
  reprieve: { version: 1 },
  'projects.lock': { version: 1, stacks: {} },
  policy: { id: '', title: '', category: '', why: '', remediation: '', target: '', schema: {} },
};

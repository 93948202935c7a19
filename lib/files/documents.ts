import type { EncryptionSpec } from '../model/encryption.js';
import type { PodSecurityProfile } from '../model/pod-security.js';
import type { PolicyDocument } from '../model/policy-document.js';
import type { Approver } from './person.js';
import type { ProjectsLock } from './projects-lock-types.js';

/** The formats of the YAML files; each has a schema of this name in lib/schemas. */
export type SchemaName = keyof Documents;

/** What a file of each format holds once it has passed its schema. */
export interface Documents {
  readonly deletions: DeletionsDocument;
  readonly reprieve: SettingsDocument;
  readonly 'projects.lock': ProjectsLock;
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
  /** May be left out where the app has one stack. */
  readonly stack?: string;
  /** A project, or an item in it: `billing`, `billing/job-templates/nightly`. */
  readonly target: string;
  /** `soft` can be taken back until the period is over; `hard` is permanent at once. */
  readonly mode: 'soft' | 'hard';
  /** Why, in 10 characters or more. */
  readonly reason: string;
  /** Who asks for it. */
  readonly requestedBy: string;
  /** When, RFC 3339: no clock is derived from it. */
  readonly requestedAt: string;
  /** The target once more; only where mode is `hard`. */
  readonly confirm?: string;
  /** Consents of others; only where mode is `hard`. */
  readonly approvals?: readonly Approval[];
}

/** A second person's consent to a hard deletion, for one object and a limited time. */
export interface Approval {
  /** Who approves, as listed under `approvers` in reprieve.yaml. */
  readonly by: string;
  /** When it was given, RFC 3339. */
  readonly at: string;
  /** RFC 3339; the first plan of the deletion has to be made before this. */
  readonly expires: string;
  /** The object's unique id as the approver saw it, so that a namesake isn't meant. */
  readonly uid: string;
}

/** Whether a deletion may be closed without evidence of it: see `Settings.evidence`. */
export type EvidenceNeed = 'required' | 'optional';

/** reprieve.yaml. */
export interface SettingsDocument {
  /** The version of the format: 1. */
  readonly version: 1;
  /** Whether a deletion may be closed without evidence of it. @default 'optional' */
  readonly evidence?: EvidenceNeed;
  /** The periods of every stack without its own. */
  readonly reclamation?: PeriodsSection;
  /** Periods by the stacks' names. @default - those of `reclamation` */
  readonly stacks?: Readonly<Record<string, PeriodsSection>>;
  /** Who may approve hard deletions. @default - nobody */
  readonly approvers?: readonly Approver[];
  /** How reviews judge. @default - the defaults of each */
  readonly gate?: GateSection;
  /** What has to be known of the cluster. */
  readonly cluster?: ClusterSection;
  /** How the cluster is to encrypt what it keeps in etcd. @default - not declared */
  readonly encryption?: EncryptionSpec;
  /** Which policies count, and how much. @default - none */
  readonly policies?: PoliciesSection;
  /** Exceptions from policies. @default - none */
  readonly waivers?: readonly WaiverEntry[];
}

/** What proves that a hard deletion was approved: see `Settings.gate`. */
export type ApprovalProof = 'forge' | 'file';

/** How reviews judge. */
export interface GateSection {
  /** How far the clock of the machine that planned may be ahead. @default '10m' */
  readonly clockTolerance?: string;
  /** What proves that a hard deletion was approved. @default 'forge' */
  readonly approvals?: ApprovalProof;
}

/** Periods as they are written, for all stacks or for one. */
export interface PeriodsSection {
  /** How long a deletion can be taken back. @default '7d' */
  readonly period?: string;
  /** The shortest period that anyone may set. @default '24h' */
  readonly floor?: string;
  /** The oldest plan that may be applied. @default '1h' */
  readonly planMaxAge?: string;
}

/** Which clock the cluster's admission policies trust: see `Settings.cluster`. */
export type ClusterClock = 'lease' | 'tick';

/** How the cluster encrypts secrets in etcd: see `Settings.cluster`. */
export type EncryptionAtRest = 'kms' | 'local' | 'none';

/** What has to be known of the cluster. */
export interface ClusterSection {
  /** What tells the admission policies the time. @default 'lease' */
  readonly clock?: ClusterClock;
  /** How the cluster encrypts secrets in etcd. @default - not declared */
  readonly encryptionAtRest?: EncryptionAtRest;
  /** The cluster's names of those who deploy. @default - nobody */
  readonly pipelines?: readonly string[];
  /** The cluster's names of those who may carry out a hard deletion. @default - who can delete */
  readonly deleters?: readonly string[];
  /** The cluster's names of those who look after it. @default - nobody */
  readonly admins?: readonly string[];
  /** Definitions of custom kinds that only admins may change. @default - none */
  readonly definitions?: readonly string[];
}

/** How much a policy's finding counts. */
export type PolicyLevel = 'advisory' | 'soft-mandatory' | 'hard-mandatory';

/** Which policies count, and how much. */
export interface PoliciesSection {
  /** Policies that come with this package, by the names of their groups. @default - none */
  readonly profiles?: readonly string[];
  /** Kubernetes' Pod Security Standards. @default - none of them */
  readonly 'pod-security'?: PodSecuritySection;
  /** Folders and files beside reprieve.yaml. @default - none */
  readonly paths?: readonly string[];
  /** Levels by the policies' ids, or by their profiles. @default - each policy's own */
  readonly levels?: Readonly<Record<string, PolicyLevel>>;
  /** Parameters by the policies' ids. @default - each policy's own */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Which of Kubernetes' Pod Security Standards holds. */
export interface PodSecuritySection {
  /** The profile whose rules hold: `baseline`, or `restricted`, which is stricter. */
  readonly profile: PodSecurityProfile;
  /** A version of Kubernetes, `1.31` or `v1.31`, or `latest`. @default 'latest' */
  readonly version?: string;
}

/** An exception from a policy, for one construct and a limited time. */
export interface WaiverEntry {
  /** The policy's id. */
  readonly policy: string;
  /** The construct's path. */
  readonly path: string;
  /** Why, in 10 characters or more. */
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** A day (`2026-06-01`, its start in UTC) or a point in time (RFC 3339). */
  readonly expires: string;
}

/** What no file at all means. */
export const EMPTY_DOCUMENTS: Documents = {
  deletions: { version: 1, deletions: [] },
  reprieve: { version: 1 },
  'projects.lock': { version: 1, stacks: {} },
  policy: { id: '', title: '', category: '', why: '', remediation: '', target: '', schema: {} },
};

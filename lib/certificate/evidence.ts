/**
 * What is known of a deletion's objects before they are gone for good: `evidence/TARGET-TIME.json`.
 * Afterwards nothing else has their uids. No content of theirs is in it.
 */
export interface Evidence {
  readonly schemaVersion: 1;
  readonly stack: string;
  /** As deletions.yaml names it. */
  readonly target: string;
  /** `deploy`: by the deployment that was about to reclaim; `command`: gathered by hand. */
  readonly takenBy: 'deploy' | 'command';
  /** RFC 3339. */
  readonly takenAt: string;
  /** The version of Reprieve. */
  readonly tool: string;
  /** Null where deletions.yaml no longer has it. */
  readonly request: EvidenceRequest | null;
  /** Null where no clock was running: a hard deletion of something that lived. */
  readonly deletion: EvidenceDeletion | null;
  /** Where it was carried out before the evidence was taken. */
  readonly hardDeletion: EvidenceHardDeletion | null;
  readonly objects: readonly EvidenceObject[];
  /** References only: image data is in its registry. */
  readonly images: readonly EvidenceImage[];
  /** The records in state that the deletion went by, whole. */
  readonly records: readonly EvidenceRecord[];
  /** The stack as Terraform gets it; null where it could not be read. */
  readonly configuration: { readonly sha256: string } | null;
  readonly plan: EvidencePlan | null;
  readonly state: EvidenceState | null;
  readonly cluster: EvidenceCluster | null;
  /** What could not be found out, as sentences, in a fixed order. */
  readonly unknown: readonly string[];
}

/** The request as deletions.yaml had it. */
export interface EvidenceRequest {
  readonly mode: 'soft' | 'hard';
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly approvals: readonly EvidenceApproval[];
}

/** A second person's consent. */
export interface EvidenceApproval {
  readonly by: string;
  readonly at: string;
  readonly expires: string;
  readonly uid: string;
}

/** The clock of a soft deletion. */
export interface EvidenceDeletion {
  readonly deletedAt: string;
  readonly reclaimAfter: string;
  readonly reclamationId: string | null;
}

/** What the state recorded of a hard deletion. */
export interface EvidenceHardDeletion {
  readonly executedAt: string | null;
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly uid: string;
}

/** One object that the deletion takes along. */
export interface EvidenceObject {
  /** Terraform's, without an index; null where only the cluster knew the object. */
  readonly address: string | null;
  /** The target that it goes with. */
  readonly target: string | null;
  /** Terraform's type; null where only the cluster knew the object. */
  readonly type: string | null;
  /** The Kubernetes object; null where it is none. */
  readonly object: {
    readonly resource: string;
    readonly namespace: string | null;
    readonly name: string;
  } | null;
  /** Kubernetes' uid, or the id of another resource; null where nobody knew it any more. */
  readonly uid: string | null;
  /** Who said the uid; null where nobody did. */
  readonly uidFrom: 'state' | 'plan' | 'cluster' | null;
  /** Whether the state still had it. */
  readonly inState: boolean;
}

/** A reference to an image, and what refers to it. */
export interface EvidenceImage {
  readonly image: string;
  readonly usedBy: readonly string[];
}

/** A record of Reprieve's in state. */
export interface EvidenceRecord {
  readonly address: string;
  readonly kind: string;
  readonly target: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Of `input` as JSON with its keys in order. */
  readonly sha256: string;
}

/** The plan that was looked at. */
export interface EvidencePlan {
  /** Relative to the folder of main.ts. */
  readonly file: string;
  /** Of the file's bytes. */
  readonly sha256: string;
  readonly plannedAt: string | null;
  /** What it deletes of the target, by address. */
  readonly deletes: readonly string[];
}

/** Which state was read. */
export interface EvidenceState {
  readonly backend: string;
  readonly lineage: string;
  readonly serial: number;
}

/** What the cluster said of itself. */
export interface EvidenceCluster {
  readonly version: string;
  /** What tells it from other clusters: the uid of its namespace kube-system. */
  readonly id: string | null;
  /** Etcd's revision: the objects are in it at this revision, and at none after the deletion. */
  readonly revision: string | null;
}

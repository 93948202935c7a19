/** Something that was looked at, or why it wasn't. */
export type Seen<T> =
  | { readonly kind: 'seen'; readonly is: T }
  | {
      /** There is no such thing here; nobody looked; it can't be told. */
      readonly kind: 'not applicable' | 'not checked' | 'not known';
      /** A sentence. */
      readonly why: string;
    };

/** All that was found after the deletion. Together with the evidence it makes the certificate. */
export interface Facts {
  readonly state: Seen<StateFacts>;
  readonly versions: Seen<VersionFacts>;
  readonly cluster: Seen<ClusterFacts>;
  readonly etcd: Seen<EtcdFacts>;
  readonly etcdFiles: Seen<readonly EtcdFileFact[]>;
  readonly encryption: EncryptionFacts;
  readonly images: Seen<readonly ImageFact[]>;
}

/** The state as it is now. */
export interface StateFacts {
  readonly backend: string;
  readonly lineage: string | null;
  readonly serial: number | null;
  /** Addresses of the deletion's objects, or objects with their uids, that are still in it. */
  readonly left: readonly string[];
}

/** Older versions of the state that its backend keeps. */
export interface VersionFacts {
  readonly backend: string;
  /** Where they were looked for. */
  readonly where: string;
  readonly versions: readonly VersionFact[];
  /** What a remote backend that was asked says of itself; absent where none was. */
  readonly asked?: AskedFacts;
}

/** A remote backend that was asked for the versions that it keeps. */
export interface AskedFacts {
  /** Of the state that is current there; null where there is none that can be read. */
  readonly lineage: string | null;
  /** Why that can't be read, as a sentence. */
  readonly why?: string;
  readonly versioning: 'on' | 'suspended' | 'off' | 'not known';
  /** Whether deleting a version takes a one-time password. */
  readonly mfaDelete: boolean;
  readonly deleteMarkers: number;
  /** How many older versions were listed and not read, since there are too many. */
  readonly unread: number;
  /** Whether all of them were listed. */
  readonly isWhole: boolean;
}

/** One of them. */
export interface VersionFact {
  readonly name: string;
  /** RFC 3339; null where the backend doesn't say. */
  readonly at: string | null;
  /** Addresses of the deletion's objects that it has; null where it was not read. */
  readonly has: readonly string[] | null;
  /** Why it was not read, as a sentence. */
  readonly why?: string;
  /** The command that deletes it, where it has something of the deletion. */
  readonly remove?: string;
  /** What keeps it from being deleted, with the time when that ends; null where somebody has to lift it. */
  readonly kept?: readonly {
    readonly by: 'compliance' | 'governance' | 'legal hold';
    readonly until: string | null;
  }[];
}

/** The cluster, object by object. */
export interface ClusterFacts {
  readonly version: string;
  /** What tells it from other clusters: the uid of its namespace kube-system. */
  readonly id: string | null;
  readonly objects: readonly ClusterFact[];
}

/** What is in the cluster under the name of one of the deletion's objects. */
export interface ClusterFact {
  readonly resource: string;
  readonly namespace: string | null;
  readonly name: string;
  /** The uid that is there now; null where there is nothing of that name. */
  readonly uid: string | null;
  /** Why it could not be looked up, as a sentence; null where it was. */
  readonly unseen: string | null;
}

/** What etcd has stored. */
export interface EtcdFacts {
  readonly endpoint: string;
  readonly prefix: string;
  /** The revision at which it was read. */
  readonly revision: string;
  /** Whether it is the etcd of the cluster that the evidence was taken in. */
  readonly isOfCluster: 'yes' | 'no' | 'not known';
  /** How many keys were looked at. */
  readonly scanned: number;
  /** Keys of the deletion's objects, with the revision that created each. */
  readonly keys: readonly { readonly key: string; readonly created: string }[];
  /** What its earlier revisions say; null where the evidence has no revision. */
  readonly history: EtcdHistory | null;
}

/** What a read at the evidence's revision answered. */
export type EtcdHistory =
  | { readonly answer: 'readable' | 'future' }
  | {
      readonly answer: 'compacted';
      /** The earliest revision that can still be read: it may lie before the deletion. */
      readonly earliest: string;
      /** How many keys of the deletion's objects are in it. */
      readonly keys: number;
    };

/** A file of etcd's, or a snapshot, that was searched. */
export interface EtcdFileFact {
  /** Its name; of what is in a folder that was given, the path from there. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Null for what can't be searched; files like that are refused by now. */
  readonly format: 'database' | 'write-ahead log' | null;
  /** How many keys and uids there were too many of to search for. */
  readonly unsearched: number;
  /** Keys and uids of the deletion's objects that are in it. */
  readonly found: readonly string[];
}

/** What is known of the key that encrypted the objects. */
export interface EncryptionFacts {
  readonly stored: Seen<readonly StoredFact[]>;
  /** A named person's word; null where nobody gave it. */
  readonly statement: KeyStatement | null;
}

/** How many stored objects of a kind carry which provider and key: `kms:v2:cloud`; `plain text`. */
export interface StoredFact {
  /** Where etcd keeps the kind, below its prefix: `secrets`. */
  readonly folder: string;
  readonly key: string;
  readonly objects: number;
}

/** What somebody answers for. */
export interface KeyStatement {
  /** The key that the objects were encrypted with, as stored: `aesgcm:v1:key1`. */
  readonly key: string;
  readonly by: string;
  /** When it was destroyed, RFC 3339. */
  readonly destroyedAt: string;
}

/** An image, as its registry answers. */
export interface ImageFact {
  readonly image: string;
  readonly found: 'there' | 'gone' | 'not seen';
  readonly digest: string | null;
  /** Why it could not be seen; empty where it could. */
  readonly why: string;
}

/** What stands for a key where nothing is encrypted, and where it can't be told. */
export const PLAIN = 'plain text';
export const UNREADABLE = 'not readable';

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
}

/** One of them. */
export interface VersionFact {
  readonly name: string;
  /** RFC 3339; null where the backend doesn't say. */
  readonly at: string | null;
  /** Addresses of the deletion's objects that it has; null where it was not read. */
  readonly has: readonly string[] | null;
}

/** The cluster, object by object. */
export interface ClusterFacts {
  readonly version: string;
  readonly objects: readonly ClusterFact[];
}

/** What is in the cluster under the name of one of the deletion's objects. */
export interface ClusterFact {
  readonly resource: string;
  readonly namespace: string | null;
  readonly name: string;
  /** The uid that is there now; null where there is nothing of that name. */
  readonly uid: string | null;
}

/** What etcd has stored. */
export interface EtcdFacts {
  readonly endpoint: string;
  readonly prefix: string;
  /** The revision at which it was read. */
  readonly revision: string;
  /** How many keys were looked at. */
  readonly scanned: number;
  /** Keys of the deletion's objects, with the revision that created each. */
  readonly keys: readonly { readonly key: string; readonly created: string }[];
  /** What a read at the evidence's revision answered; null where no evidence has one. */
  readonly history: 'compacted' | 'readable' | 'future' | null;
}

/** A file of etcd's, or a snapshot, that was searched. */
export interface EtcdFileFact {
  /** Its name, without folders. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Keys and uids of the deletion's objects that are in it. */
  readonly found: readonly string[];
}

/** What is known of the key that encrypted the objects. */
export interface EncryptionFacts {
  /** How many stored secrets carry which provider and key: `kms:v2:cloud`; `plain text`. */
  readonly stored: Seen<readonly { readonly key: string; readonly objects: number }[]>;
  /** A named person's word; null where nobody gave it. */
  readonly statement: KeyStatement | null;
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

/**
 * What a project consists of, normalised: defaults filled in, references parsed, plain JSON.
 * This is what the targets render, what projects.lock.yaml keeps, and what policies see.
 * A credential appears as the name of a variable, never as a value.
 */

/** The kinds of item as they appear in a deletion's target: `billing/job-templates/nightly`. */
export const ITEM_KINDS = ['registry-secrets', 'secrets', 'config-maps', 'job-templates'] as const;
/** One of them. */
export type ItemKind = (typeof ITEM_KINDS)[number];

/** A Terraform variable that carries a secret, and the counter that says when it changed. */
export interface CredentialSpec {
  /** The Terraform variable's name; its value comes in as `TF_VAR_<variable>`. */
  readonly variable: string;
  /** A whole number from 1; raise it to have a new value written. */
  readonly revision: number;
  /** The day since when the value has been in use: `2026-01-31`. */
  readonly rotated?: string;
}

export interface QuotaSpec {
  readonly jobs: number;
  readonly jobRuns: number;
  readonly secrets: number;
  readonly configMaps: number;
  readonly apps: number;
  readonly functions: number;
  readonly instances: number;
  /** vCPU. */
  readonly cpu: number;
  /** Decimal gigabytes, as in `512G`. */
  readonly memory: string;
  readonly ephemeralStorage: string;
}

/** A user's own labels and annotations of an object; left out where there are none. */
export interface MetadataSpec {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What every item may have. */
interface Item extends MetadataSpec {
  /** The construct's path below its project; left out where it is the item's name. */
  readonly path?: string;
}

/** What service accounts can be granted to read through the Kubernetes API. */
interface Readable {
  /** The project's service accounts that may read the object; left out where there are none. */
  readonly readers?: readonly ServiceAccount[];
}

export interface RegistrySecretSpec extends Item, Readable {
  /** As the key in `.dockerconfigjson`: a host, or Docker Hub's `https://index.docker.io/v1/`. */
  readonly server: string;
  readonly username: string;
  readonly email?: string;
  readonly password: CredentialSpec;
}

export type SecretSpec = Item &
  Readable &
  (
    | { readonly format: 'generic'; readonly data: Readonly<Record<string, CredentialSpec>> }
    | {
        readonly format: 'basic_auth';
        readonly username: string;
        readonly password: CredentialSpec;
      }
    | { readonly format: 'ssh_auth'; readonly sshKey: CredentialSpec; readonly knownHosts?: string }
    | { readonly format: 'tls'; readonly certificate: string; readonly key: CredentialSpec }
    | {
        readonly format: 'hmac_auth';
        readonly accessKeyId: CredentialSpec;
        readonly secretAccessKey: CredentialSpec;
      }
  );

export interface ConfigMapSpec extends Item, Readable {
  readonly data: Readonly<Record<string, string>>;
}

/** One entry of a container's environment, in the order in which it was declared. */
export type EnvironmentSpec =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly secret: string; readonly key: string }
  | { readonly name: string; readonly configMap: string; readonly key: string }
  | { readonly secret: string; readonly prefix?: string }
  | { readonly configMap: string; readonly prefix?: string };

export type VolumeMountSpec =
  | { readonly path: string; readonly secret: string }
  | { readonly path: string; readonly configMap: string };

/** What a job can run as: each project has all of them. */
export const SERVICE_ACCOUNTS = ['default', 'manager', 'reader', 'writer', 'none'] as const;
/** One of them, by Code Engine's name. */
export type ServiceAccount = (typeof SERVICE_ACCOUNTS)[number];

export interface JobTemplateSpec extends Item {
  /** The canonical reference: registry, repository, and tag or digest or both. */
  readonly image: string;
  /** The registry secret of the same project to pull with. */
  readonly imageSecret?: string;
  readonly command: readonly string[];
  readonly arguments: readonly string[];
  readonly environment: readonly EnvironmentSpec[];
  readonly mounts: readonly VolumeMountSpec[];
  readonly mode: 'task' | 'daemon';
  readonly serviceAccount: ServiceAccount;
  readonly runAsUser: number;
  /** Normalised: ascending, merged, such as `0-4` or `1-5,7-8`. */
  readonly arrayIndices: string;
  /** vCPU as a decimal number, such as `0.125`. */
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorage: string;
  /** Seconds; only where mode is `task`. */
  readonly maxExecutionTime?: number;
  /** Only where mode is `task`. */
  readonly retryLimit?: number;
  /** Set where the container can't write to its image. */
  readonly readOnlyRootFilesystem?: true;
  /** Set where the template may name secrets and config maps that the project lacks. */
  readonly allowMissingReferences?: true;
}

/** The specification of each kind of item. */
export interface ItemSpecs {
  readonly 'registry-secrets': RegistrySecretSpec;
  readonly secrets: SecretSpec;
  readonly 'config-maps': ConfigMapSpec;
  readonly 'job-templates': JobTemplateSpec;
}

/** Items by name. A kind without items is left out. */
export type ItemsSpec = {
  readonly [K in ItemKind]?: Readonly<Record<string, ItemSpecs[K]>>;
};

/** Who may reach the project's pods beside the project itself, and on which TCP ports. */
export type IngressSpec = (
  | {
      /** Every pod of this namespace. */
      readonly namespace: string;
    }
  | {
      /** Addresses outside of the cluster, such as `10.0.0.0/8`. */
      readonly cidr: string;
    }
) & {
  /** Ascending; left out where every port is meant. */
  readonly ports?: readonly number[];
};

/** A project without its items; `labels` and `annotations` are those of its namespace. */
export interface ProjectSpec extends ItemsSpec, MetadataSpec {
  /** The reclamation period in Terraform's units (`168h`); left out where it is the stack's. */
  readonly period?: string;
  readonly quota: QuotaSpec;
  /** Set where the namespace existed before and was taken over. */
  readonly adoptNamespace?: true;
  /** Left out where only the project's own pods may. */
  readonly ingress?: readonly IngressSpec[];
}

/** The items of one kind, by name. */
export function itemsOf<K extends ItemKind>(
  items: ItemsSpec,
  kind: K,
): Readonly<Record<string, ItemSpecs[K]>> {
  return items[kind] ?? {};
}

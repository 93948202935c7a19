// What a main.ts imports. See also reprieve/testing, reprieve/admission and reprieve/reclamation.
export { type SynthesizeOptions, synthesize } from './app/synthesize.js';
export type { Problem, Source } from './base/problem.js';
export { ReprieveApp, type ReprieveAppProps } from './constructs/app.js';
export { ConfigMap, type ConfigMapProps } from './constructs/config-map.js';
export { Credential, type CredentialOptions } from './constructs/credential.js';
export { DeclarationError } from './constructs/declaration-error.js';
export type { InstanceKey, Instances } from './constructs/instances.js';
export { Item, type ItemProps, type MetadataProps } from './constructs/item.js';
export {
  type ConfigMapReference,
  type EnvironmentSource,
  type EnvironmentValue,
  JobTemplate,
  type JobTemplateProps,
  type Mount,
  type SecretReference,
} from './constructs/job-template.js';
export { type IngressOptions, NetworkPeer } from './constructs/network-peer.js';
export { Project } from './constructs/project.js';
export type { ProjectProps, QuotaProps } from './constructs/project-declaration.js';
export { ReadableItem, type ReadableKind } from './constructs/readable-item.js';
export { Reclaimable, type ReclaimableProps } from './constructs/reclaimable.js';
export { Reclamation } from './constructs/reclamation.js';
export type { ProtectOptions, ReclamationOptions } from './constructs/reclamation-options.js';
export type {
  IConfigMap,
  IGrantable,
  IItem,
  IJobTemplate,
  IProject,
  IRegistrySecret,
  ISecret,
  IServiceAccount,
} from './constructs/references.js';
export {
  type DockerHubProps,
  type IbmContainerRegistryProps,
  RegistrySecret,
  type RegistrySecretProps,
} from './constructs/registry-secret.js';
export {
  type BasicAuthSecretProps,
  type GenericSecretProps,
  type HmacAuthSecretProps,
  Secret,
  type SecretProps,
  type SshAuthSecretProps,
  type TlsSecretProps,
} from './constructs/secret.js';
export { ReprieveStack, type ReprieveStackProps } from './constructs/stack.js';
export {
  type KubernetesTargetProps,
  type StackTarget,
  Target,
} from './constructs/targets/index.js';
export { Cpu, Duration, Size } from './constructs/units.js';
export {
  type ProtectedResource,
  SoftDeleted,
  type SoftDeletion,
  type WhileSoftDeleted,
} from './constructs/while-soft-deleted.js';
export type { ItemKind, ServiceAccount as ServiceAccountName } from './model/specification.js';

export { type SynthesizeOptions, synthesize } from './app/synthesize.js';
export { AdmissionPolicies, type AdmissionPoliciesProps } from './constructs/admission-policies.js';
export { DeclarationError, ReprieveApp, type ReprieveAppProps } from './constructs/app.js';
export { ConfigMap, type ConfigMapProps } from './constructs/config-map.js';
export { Credential, type CredentialOptions } from './constructs/credential.js';
export { Item, type ItemProps } from './constructs/item.js';
export {
  type EnvironmentSource,
  type EnvironmentValue,
  JobTemplate,
  type JobTemplateProps,
  type Mount,
  type Reference,
} from './constructs/job-template.js';
export { Project } from './constructs/project.js';
export type { ProjectProps } from './constructs/project-declaration.js';
export { Reclamation, type ReclamationProps } from './constructs/reclamation.js';
export {
  type DockerHubProps,
  type IbmContainerRegistryProps,
  RegistrySecret,
  type RegistrySecretProps,
} from './constructs/registry-secret.js';
export { Secret, type SecretProps } from './constructs/secret.js';
export { ReprieveStack, type ReprieveStackProps } from './constructs/stack.js';
export {
  type KubernetesTargetProps,
  type StackTarget,
  Target,
} from './constructs/targets/index.js';

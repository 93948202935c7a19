import { kubernetesTarget } from './kubernetes.js';
import { sandboxTarget } from './sandbox.js';
import { terraformTarget } from './terraform.js';

export type { KubernetesTargetProps } from './kubernetes.js';
export type { Target as StackTarget, TerraformJson } from './target.js';

/**
 * The targets that a stack can have.
 *
 * @example
 * new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
 * new ReprieveStack(app, 'production', {
 *   target: Target.kubernetes({ configPath: '~/.kube/config' }),
 * });
 */
export const Target = {
  /** A Kubernetes cluster, 1.30 or newer. */
  kubernetes: kubernetesTarget,
  /** No cluster: the same stack kept in Terraform's state only. */
  sandbox: sandboxTarget,
  /** Resources of any provider, and no projects. */
  terraform: terraformTarget,
} as const;

import {
  KubernetesProvider,
  type KubernetesProviderConfig,
} from '@cdktf/provider-kubernetes/lib/provider/index.js';
import type { TerraformStack } from 'cdktf';
import { WRITTEN_BY_APPROVERS_PATTERN } from '../../model/marks.js';
import { ownAddress, TARGET, type Target } from './target.js';

/**
 * How to reach the cluster. Fields that would put a credential into the synthesized files are
 * left out: use a kubeconfig, `exec`, or the provider's own environment variables (`KUBE_TOKEN`).
 *
 * @see https://github.com/hashicorp/terraform-provider-kubernetes/blob/v2.38.0/docs/index.md#authentication
 */
export type KubernetesTargetProps = Omit<
  KubernetesProviderConfig,
  'token' | 'password' | 'username' | 'clientKey' | 'alias' | 'ignoreAnnotations'
> & {
  /** Patterns of annotations that others write. @default - only those of Reprieve's approvals */
  readonly ignoreAnnotations?: readonly string[];
};

/** The real thing: namespaces, secrets and CronJobs of a Kubernetes cluster, 1.30 or newer. */
export function kubernetesTarget(props: KubernetesTargetProps = {}): Target {
  const { ignoreAnnotations = [], ...config } = props;
  return {
    [TARGET]: true,
    name: 'kubernetes',
    cluster: JSON.stringify(Object.entries(config).sort()),
    takesCredentials: true,
    prepare: (stack: TerraformStack) => {
      new KubernetesProvider(stack, 'kubernetes', {
        ...config,
        // Approvals are set by people in the cluster; the provider would remove them.
        ignoreAnnotations: [WRITTEN_BY_APPROVERS_PATTERN, ...ignoreAnnotations],
      });
    },
    addressOf: ownAddress,
    rewrite: (json) => json,
  };
}

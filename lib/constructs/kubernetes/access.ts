import type { RoleBindingV1 } from '@cdktf/provider-kubernetes/lib/role-binding-v1/index.js';
import type { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1/index.js';
import type { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import type { ServiceAccount } from '../../model/specification.js';
import { namespacedMetadata, type ObjectLabels } from './metadata.js';
import { ROLE_BINDING, SERVICE_ACCOUNT } from './types.js';

/** The cluster roles of Kubernetes itself that say what Code Engine's service accounts may. */
const ROLES = { manager: 'admin', writer: 'edit', reader: 'view' } as const;

/**
 * The service accounts that job templates of the project can run as. `default` is the
 * namespace's own and `none` may do nothing at all.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles
 */
export function renderAccess(
  scope: Construct,
  marks: ObjectLabels,
  namespace: TerraformResource,
): readonly TerraformResource[] {
  const bound = Object.entries(ROLES).flatMap(([name, role]) => {
    const account = serviceAccount(scope, name, marks, namespace);
    return [account, binding(scope, name, role, marks, account)];
  });
  return [...bound, serviceAccount(scope, 'none', marks, namespace)];
}

/** The name of the Kubernetes service account behind Code Engine's. */
export function serviceAccountName(account: ServiceAccount): string {
  return account === 'default' ? 'default' : `reprieve-${account}`;
}

function serviceAccount(
  scope: Construct,
  name: string,
  marks: ObjectLabels,
  namespace: TerraformResource,
): ServiceAccountV1 {
  return SERVICE_ACCOUNT.create(scope, `service-account-${name}`, {
    metadata: namespacedMetadata(`reprieve-${name}`, marks),
    // A job template that runs as it asks for its token itself.
    automountServiceAccountToken: false,
    dependsOn: [namespace],
    ...(marks.fate.doomed
      ? { lifecycle: { ignoreChanges: ['automount_service_account_token'] } }
      : {}),
  });
}

function binding(
  scope: Construct,
  name: string,
  role: string,
  marks: ObjectLabels,
  account: ServiceAccountV1,
): RoleBindingV1 {
  return ROLE_BINDING.create(scope, `role-binding-${name}`, {
    metadata: namespacedMetadata(`reprieve-${name}`, marks),
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subject: [{ kind: 'ServiceAccount', name: `reprieve-${name}`, namespace: marks.namespace }],
    dependsOn: [account],
  });
}

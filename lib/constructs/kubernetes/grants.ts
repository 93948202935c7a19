import type { RoleBindingV1Subject } from '@cdktf/provider-kubernetes/lib/role-binding-v1/index.js';
import type { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { grantNameFor } from '../../model/names.js';
import type { ServiceAccount } from '../../model/specification.js';
import { serviceAccountName } from './access.js';
import { namespacedMetadata, type ObjectLabels } from './metadata.js';
import { ROLE, ROLE_BINDING } from './types.js';

/** Who may read one object. */
export interface ReadGrant {
  /** In the order of their creation. */
  readonly resources: readonly TerraformResource[];
  /** Lets these accounts read, and no others. */
  allow(accounts: readonly ServiceAccount[]): void;
}

/**
 * A role that reads one object and can't list its like, and who has it.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
 */
export function renderReadGrant(
  scope: Construct,
  resource: string,
  name: string,
  marks: ObjectLabels,
  namespace: TerraformResource,
): ReadGrant {
  const metadata = namespacedMetadata(grantNameFor(resource, name), marks);
  const role = ROLE.create(scope, 'read-role', {
    metadata,
    rule: [{ apiGroups: [''], resources: [resource], resourceNames: [name], verbs: ['get'] }],
    dependsOn: [namespace],
  });
  const binding = ROLE_BINDING.create(scope, 'read-binding', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
    subject: [],
    dependsOn: [role],
  });
  return {
    resources: [role, binding],
    allow: (accounts) => binding.putSubject(accounts.map((each) => subject(each, marks))),
  };
}

function subject(account: ServiceAccount, { namespace }: ObjectLabels): RoleBindingV1Subject {
  return { kind: 'ServiceAccount', name: serviceAccountName(account), namespace };
}

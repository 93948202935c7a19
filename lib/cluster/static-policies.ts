import { ANCHORED } from './anchor.js';
import { bystanderUpdatesPolicy } from './bystanders.js';
import { clockPolicy } from './clock.js';
import { creationPolicy, podsPolicy, scalePolicy, startPolicy } from './creation.js';
import { definitionPolicies } from './definitions.js';
import { type AdmissionPolicy, MANAGED_BY, type Manifest, policyManifests } from './manifest.js';
import { mutatorPolicy } from './mutators.js';
import type { ClusterRules } from './rules.js';
import { transitionsPolicy } from './transitions.js';

/** The first minor version of Kubernetes 1 that reads policies from files without a feature gate. */
export const OLDEST_STATIC_MINOR = 37;

/**
 * The policies that need no parameter, as files for the API server's `staticManifestsDir`, and a
 * guard of the others: no API user can then edit or remove any of them, nor the clock. The
 * policies that know the time can't be among them, since files may have no parameters.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/manifest-admission-control/
 */
export function staticPolicies(rules: ClusterRules): readonly Manifest[] {
  const policies = [
    installedPolicy(),
    mutatorPolicy(rules, ['mutatingwebhookconfigurations', 'mutatingadmissionpolicies']),
    clockPolicy(),
    transitionsPolicy(rules),
    bystanderUpdatesPolicy(rules),
    creationPolicy(rules),
    podsPolicy(rules),
    startPolicy(rules),
    scalePolicy(),
    ...definitionPolicies(rules),
  ];
  return policies.map(renamed).flatMap(policyManifests);
}

/** The API server takes no other names from files. */
function renamed(policy: AdmissionPolicy): AdmissionPolicy {
  return { ...policy, name: policy.name.replace(/\.reprieve\.dev$/, '.reprieve.static.k8s.io') };
}

const NAME = 'app.kubernetes.io/managed-by';
const OURS = { key: NAME, operator: 'In', values: [MANAGED_BY[NAME], ANCHORED[NAME]] } as const;

/** What was installed through the API stays as it is. Only files can guard policies. */
function installedPolicy(): AdmissionPolicy {
  return {
    name: 'installed.reprieve.dev',
    match: {
      operations: ['UPDATE', 'DELETE'],
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
      objects: { matchExpressions: [OURS] },
    },
    variables: {},
    validations: [
      {
        expression: [
          'request.operation == "UPDATE" && object.spec == oldObject.spec',
          'object.metadata.?labels == oldObject.metadata.?labels',
          // An owner that ends takes it along as soon as this file is away, which an upgrade needs.
          'object.metadata.?ownerReferences.orValue([]).size() == 0',
        ].join(' && '),
        message:
          '"the policies that protect what is soft-deleted can\'t be changed through the API: whoever may write the API server\'s own files takes installed.reprieve.static.k8s.io away first"',
      },
    ],
  };
}

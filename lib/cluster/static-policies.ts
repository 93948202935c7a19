import { bystanderUpdatesPolicy } from './bystanders.js';
import { clockPolicy } from './clock.js';
import { creationPolicy, scalePolicy, startPolicy } from './creation.js';
import { type AdmissionPolicy, MANAGED_BY, type Manifest, policyManifests } from './manifest.js';
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
    ...(rules.clock === 'lease' ? [mutatorPolicy()] : []),
    clockPolicy(),
    transitionsPolicy(rules),
    bystanderUpdatesPolicy(rules),
    creationPolicy(rules),
    startPolicy(rules),
    scalePolicy(),
  ];
  return policies.map(renamed).flatMap(policyManifests);
}

/** The API server takes no other names from files. */
function renamed(policy: AdmissionPolicy): AdmissionPolicy {
  return { ...policy, name: policy.name.replace(/\.reprieve\.dev$/, '.reprieve.static.k8s.io') };
}

/** What was installed through the API stays as it is. Only files can guard policies. */
function installedPolicy(): AdmissionPolicy {
  return {
    name: 'installed.reprieve.dev',
    match: {
      operations: ['UPDATE', 'DELETE'],
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
      objects: { matchLabels: MANAGED_BY },
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

/** The rules that reach a lease, wherever they stand in what is created. */
const REACHES_LEASES =
  'r.?apiGroups.orValue([]).exists(g, g in ["*", "coordination.k8s.io"]) && r.?resources.orValue([]).exists(k, k in ["*", "*/*", "leases", "leases/*"])';

/** Whether a selector leaves out the namespace of the API servers' leases. */
const LEAVES_OUT =
  'matchExpressions.orValue([]).exists(e, e.key == "kubernetes.io/metadata.name" && e.operator == "NotIn" && "kube-system" in e.?values.orValue([]))';

/**
 * Whatever changes requests before the policies see them could change the lease that the API server
 * itself renews, and so the time. Only files can guard mutating policies.
 */
function mutatorPolicy(): AdmissionPolicy {
  const constraints = 'object.?spec.?matchConstraints';
  return {
    name: 'mutators.reprieve.dev',
    match: {
      operations: ['CREATE', 'UPDATE'],
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingadmissionpolicies', 'mutatingwebhookconfigurations'],
    },
    variables: {
      policy: `${constraints}.?resourceRules.orValue([]).exists(r, ${REACHES_LEASES}) && !(${constraints}.?namespaceSelector.?${LEAVES_OUT})`,
      webhook: `object.?webhooks.orValue([]).exists(w, w.?rules.orValue([]).exists(r, ${REACHES_LEASES}) && !(w.?namespaceSelector.?${LEAVES_OUT}))`,
    },
    validations: [
      {
        expression: '!variables.policy && !variables.webhook',
        message:
          '"this could change the API servers\' leases, which are the clock of every reclamation: name its resources, or leave out kube-system (namespaceSelector: kubernetes.io/metadata.name NotIn [kube-system])"',
      },
    ],
  };
}

import { PROTECTED_LABEL } from '../model/marks.js';
import { text, texts, WHO } from './cel.js';
import type { AdmissionPolicy } from './manifest.js';
import type { ClusterRules } from './rules.js';

/** The kinds that projects are made of, by their groups; the core group is empty. */
export const PROJECT_KINDS: Readonly<Record<string, readonly string[]>> = {
  '': [
    ...['namespaces', 'secrets', 'configmaps', 'serviceaccounts', 'resourcequotas', 'limitranges'],
    ...['services', 'persistentvolumeclaims'],
  ],
  apps: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
  batch: ['cronjobs'],
  'networking.k8s.io': ['networkpolicies', 'ingresses'],
  'rbac.authorization.k8s.io': ['roles', 'rolebindings'],
};

export const LEASE_KINDS: Readonly<Record<string, readonly string[]>> = {
  'coordination.k8s.io': ['leases'],
};

/** By which label of its namespace something is left out, and the value that has to be. */
export const LEFT_OUT = {
  leases: { key: 'kubernetes.io/metadata.name', value: 'kube-system' },
  projects: { key: PROTECTED_LABEL, value: 'true' },
} as const;

type Reached = keyof typeof LEFT_OUT;

/** Whether rules reach one of these kinds: by name, by a subresource, or by a star. */
function reaches(kinds: Readonly<Record<string, readonly string[]>>): string {
  const each = Object.entries(kinds).map(
    ([group, names]) =>
      `(r.?apiGroups.orValue([]).exists(g, g == "*" || g == ${text(group)}) && r.?resources.orValue([]).exists(k, k.split("/")[0] == "*" || k.split("/")[0] in ${texts(names)}))`,
  );
  return `exists(r, ${each.join(' || ')})`;
}

function leavesOut(reached: Reached): string {
  const { key, value } = LEFT_OUT[reached];
  return `?matchExpressions.orValue([]).exists(e, e.key == ${text(key)} && e.operator == "NotIn" && ${text(value)} in e.?values.orValue([]))`;
}

/** Whether what is put up could change these before the policies see them. */
function changes(reached: Reached, kinds: Readonly<Record<string, readonly string[]>>): string {
  const constraints = 'object.?spec.?matchConstraints';
  const webhook = `object.?webhooks.orValue([]).exists(w, w.?rules.orValue([]).${reaches(kinds)} && !(w.?namespaceSelector.${leavesOut(reached)}))`;
  const policy = `(${constraints}.?resourceRules.orValue([]).${reaches(kinds)} && !(${constraints}.?namespaceSelector.${leavesOut(reached)}))`;
  return `${webhook} || ${policy}`;
}

/** What a webhook reaches and is sent to: a controller may renew its certificate. */
const SAME = [
  'request.operation == "UPDATE" && has(object.webhooks)',
  `object.webhooks.all(w, oldObject.?webhooks.orValue([]).exists(o, ${[
    'o.name == w.name',
    ...['rules', 'namespaceSelector', 'objectSelector', 'matchPolicy', 'matchConditions'].map(
      (key) => `o.?${key} == w.?${key}`,
    ),
    ...['url', 'service'].map((key) => `o.clientConfig.?${key} == w.clientConfig.?${key}`),
  ].join(' && ')}))`,
].join(' && ');

/**
 * Whatever changes requests before the policies see them could change the lease that the API server
 * renews, an approver's request or a pipeline's own, all in the name of whom it changes. Through the
 * API, policies see webhooks, but never mutating policies: those only files can guard.
 */
export function mutatorPolicy(
  { admins = [] }: ClusterRules,
  resources: readonly ('mutatingwebhookconfigurations' | 'mutatingadmissionpolicies')[],
): AdmissionPolicy {
  return {
    name: 'mutators.reprieve.dev',
    match: {
      operations: ['CREATE', 'UPDATE'],
      apiGroups: ['admissionregistration.k8s.io'],
      resources,
    },
    variables: {
      free: `${WHO} in ${texts(admins)} || (${SAME})`,
      leases: changes('leases', LEASE_KINDS),
      projects: changes('projects', PROJECT_KINDS),
    },
    validations: [
      {
        expression: 'variables.free || !variables.leases',
        message:
          '"this could change the API servers\' leases, which are the clock of every reclamation: name its resources, or leave out kube-system (namespaceSelector: kubernetes.io/metadata.name NotIn [kube-system])"',
      },
      {
        expression: 'variables.free || !variables.projects',
        message: text(
          `this could change what is protected: name its resources, leave out the projects (namespaceSelector: ${PROTECTED_LABEL} NotIn ["true"]), or have an admin of reprieve.yaml put it up (cluster.admins)`,
        ),
      },
    ],
  };
}

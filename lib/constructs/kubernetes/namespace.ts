import { DataKubernetesNamespaceV1 } from '@cdktf/provider-kubernetes/lib/data-kubernetes-namespace-v1/index.js';
import type { LimitRangeV1 } from '@cdktf/provider-kubernetes/lib/limit-range-v1/index.js';
import type { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1/index.js';
import type { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1/index.js';
import type { ResourceQuotaV1 } from '@cdktf/provider-kubernetes/lib/resource-quota-v1/index.js';
import type { Construct } from 'constructs';
import { JOB_DEFAULTS } from '../../model/limits.js';
import { STACK_ANNOTATION } from '../../model/marks.js';
import type { IngressSpec, QuotaSpec } from '../../model/specification.js';
import { quoteHcl, template } from '../../state/expression.js';
import { namespacedMetadata, type ObjectLabels, objectMetadata } from './metadata.js';
import { LIMIT_RANGE, NAMESPACE, NETWORK_POLICY, RESOURCE_QUOTA } from './types.js';

/** @see https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
const POD_SECURITY_LABEL = 'pod-security.kubernetes.io/enforce';

/**
 * The project's namespace. Unless its own labels say otherwise, it refuses pods that reach out of
 * their containers; one that is taken over keeps what it has.
 */
export function renderNamespace(
  scope: Construct,
  marks: ObjectLabels,
  isAdopted: boolean,
): NamespaceV1 {
  const owner = { [STACK_ANNOTATION]: marks.stack };
  return NAMESPACE.create(scope, 'namespace', {
    metadata: objectMetadata(marks.namespace, isAdopted ? marks : withStandard(marks), owner),
  });
}

function withStandard(marks: ObjectLabels): ObjectLabels {
  const labels = { [POD_SECURITY_LABEL]: 'baseline', ...marks.own?.labels };
  return { ...marks, own: { ...marks.own, labels } };
}

/**
 * Looks at a namespace before it is taken over, in every plan: one that another stack made must not
 * be written over. Where it names no stack, nobody's claim is older.
 */
export function watchAdopted(scope: Construct, marks: ObjectLabels): void {
  const { namespace, stack } = marks;
  const owner = `try(self.metadata[0].annotations[${quoteHcl(STACK_ANNOTATION)}], ${quoteHcl(stack)})`;
  const found = new DataKubernetesNamespaceV1(scope, 'adopted', { metadata: { name: namespace } });
  found.addOverride('lifecycle.postcondition', [
    {
      condition: template(`${owner} == ${quoteHcl(stack)}`),
      error_message: `The namespace ${namespace} belongs to the stack \${${owner}}, so ${stack} does not take it over. Nothing was changed. Give the project another namespace, or delete it there first.`,
    },
  ]);
}

/** What bounds a project. */
export interface Bounds {
  readonly quota: ResourceQuotaV1;
  /** The defaults of its containers. */
  readonly limits: LimitRangeV1;
  readonly network: NetworkPolicyV1;
}

/** What bounds the project: its quota, the defaults of its containers, its network. */
export function renderBounds(
  scope: Construct,
  marks: ObjectLabels,
  quota: QuotaSpec,
  namespace: NamespaceV1,
): Bounds {
  const dependsOn = [namespace];
  const metadata = namespacedMetadata('project', marks);
  return {
    quota: RESOURCE_QUOTA.create(scope, 'quota', {
      metadata,
      spec: { hard: marks.fate.doomed ? zero(hardLimits(quota)) : hardLimits(quota) },
      dependsOn,
    }),
    limits: LIMIT_RANGE.create(scope, 'limits', {
      metadata,
      spec: { limit: [containerDefaults()] },
      dependsOn,
    }),
    network: NETWORK_POLICY.create(scope, 'network', {
      metadata,
      spec: ingressRules([]),
      dependsOn,
    }),
  };
}

/** @see https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
function hardLimits(quota: QuotaSpec): Record<string, string> {
  return {
    'count/cronjobs.batch': String(quota.jobs),
    'count/jobs.batch': String(quota.jobRuns),
    'count/secrets': String(quota.secrets),
    // Kubernetes puts one of its own into every namespace: the cluster's root certificate.
    'count/configmaps': String(quota.configMaps + 1),
    pods: String(quota.instances),
    'requests.cpu': String(quota.cpu),
    'requests.memory': quota.memory,
    'requests.ephemeral-storage': quota.ephemeralStorage,
  };
}

/** A soft-deleted project keeps what it has, and nothing new can start in it. */
function zero(limits: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.keys(limits).map((key) => [key, '0']));
}

/** What a container gets that names no size: Code Engine's default. */
function containerDefaults() {
  const { cpu, memory, ephemeralStorage } = JOB_DEFAULTS;
  const size = { cpu, memory, 'ephemeral-storage': ephemeralStorage };
  return { type: 'Container', default: size, defaultRequest: size };
}

/** Pods of the project reach each other and the outside; others can't reach them unless let in. */
export function ingressRules(others: readonly IngressSpec[]) {
  const own = { from: [{ podSelector: {} }] };
  return {
    podSelector: {},
    policyTypes: ['Ingress'],
    ingress: [own, ...others.map(ingressRule)],
  };
}

/** The label is Kubernetes' own, and no one can set it to another namespace's name. */
function ingressRule(ingress: IngressSpec) {
  const from =
    'cidr' in ingress
      ? { ipBlock: { cidr: ingress.cidr } }
      : {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ingress.namespace } },
        };
  const { ports = [] } = ingress;
  return {
    from: [from],
    ...(ports.length === 0
      ? {}
      : { ports: ports.map((port) => ({ port: String(port), protocol: 'TCP' })) }),
  };
}

/** An object of the cluster's API as kubectl takes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** One thing that has to hold, and what is said where it does not; both are CEL. */
export interface Validation {
  readonly expression: string;
  readonly message: string;
}

/** Which requests a policy looks at. */
export interface Match {
  readonly operations: readonly ('CREATE' | 'UPDATE' | 'DELETE')[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Labels of the object, before or after the request. */
  readonly objects?: LabelSelector;
  /** Labels of the object's namespace. Whatever is in none matches too, unless `scope` says not. */
  readonly namespaces?: LabelSelector;
  readonly scope?: 'Namespaced';
  /** Resources that are not looked at, besides copies. */
  readonly except?: readonly ResourceRule[];
}

interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

/** An object that a policy reads besides the request, by a label. All that match have to agree. */
export interface Parameter {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An admission policy before it is written down. */
export interface AdmissionPolicy {
  readonly name: string;
  readonly match: Match;
  readonly parameter?: Parameter;
  /** CEL that knows neither variables nor the namespace: what does not match is let through. */
  readonly condition?: string;
  /** CEL expressions by name; later ones may use earlier ones. */
  readonly variables: Readonly<Record<string, string>>;
  readonly validations: readonly Validation[];
}

/** How an installed policy is recognised as one of ours. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'reprieve' } as const;

const API_VERSION = 'admissionregistration.k8s.io/v1';

/**
 * Copies of another object's labels, made by controllers: they hold nothing, and must come and go.
 */
const COPIES: readonly ResourceRule[] = [
  { apiGroups: [''], resources: ['endpoints', 'events'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'] },
];

/**
 * Pods come and go by what runs them, which copies its template's labels: the label protects none.
 */
export const PODS: readonly ResourceRule[] = [{ apiGroups: [''], resources: ['pods', 'pods/*'] }];

/** What belongs to something that runs, and is written often. */
export const TEMPORARY: readonly ResourceRule[] = [
  ...PODS,
  { apiGroups: ['coordination.k8s.io'], resources: ['leases', 'leases/*'] },
];

/**
 * A policy and its binding. An expression that fails denies (`failurePolicy`), and so does a
 * parameter that is missing.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function policyManifests(policy: AdmissionPolicy): readonly Manifest[] {
  const metadata = { name: policy.name, labels: MANAGED_BY };
  const { parameter } = policy;
  const variables = Object.entries(policy.variables).map(([name, expression]) => ({
    name,
    expression,
  }));
  return [
    {
      apiVersion: API_VERSION,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        ...(parameter === undefined
          ? {}
          : { paramKind: { apiVersion: parameter.apiVersion, kind: parameter.kind } }),
        matchConstraints: matchConstraints(policy.match),
        ...(policy.condition === undefined
          ? {}
          : { matchConditions: [{ name: 'concerned', expression: policy.condition }] }),
        ...(variables.length === 0 ? {} : { variables }),
        validations: policy.validations.map(({ expression, message }) => ({
          expression,
          messageExpression: message,
          reason: 'Forbidden',
        })),
      },
    },
    {
      apiVersion: API_VERSION,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: {
        policyName: policy.name,
        validationActions: ['Deny'],
        ...(parameter === undefined
          ? {}
          : {
              paramRef: {
                namespace: parameter.namespace,
                selector: { matchLabels: parameter.labels },
                parameterNotFoundAction: 'Deny',
              },
            }),
      },
    },
  ];
}

function matchConstraints(match: Match) {
  const { operations, apiGroups, resources, objects, namespaces, scope, except = [] } = match;
  const excluded = [...COPIES, ...except].map((rule) => ({
    ...rule,
    apiVersions: ['*'],
    operations: ['*'],
  }));
  return {
    matchPolicy: 'Equivalent',
    resourceRules: [
      {
        apiGroups,
        apiVersions: ['*'],
        operations,
        resources,
        ...(scope === undefined ? {} : { scope }),
      },
    ],
    excludeResourceRules: excluded,
    ...(objects === undefined ? {} : { objectSelector: objects }),
    ...(namespaces === undefined ? {} : { namespaceSelector: namespaces }),
  };
}

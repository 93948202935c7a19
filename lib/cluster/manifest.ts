/** What every object of the cluster's API has. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** An object of the cluster's API as kubectl takes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: Readonly<Record<string, unknown>>;
  /** What config maps, roles and their bindings have in its place. */
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: readonly unknown[];
  readonly roleRef?: unknown;
  readonly subjects?: readonly unknown[];
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
  /** Only objects of these names. @default - all */
  readonly names?: readonly string[];
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

/**
 * An object that a policy reads besides the request, by its name or by labels. All that match have
 * to agree, and none is a refusal.
 */
export interface Parameter {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly by: { readonly labels: Readonly<Record<string, string>> } | { readonly name: string };
}

/** An admission policy before it is written down. */
export interface AdmissionPolicy {
  readonly name: string;
  readonly match: Match;
  readonly parameter?: Parameter;
  /**
   * CEL that knows neither variables nor the namespace: what does not match is let through. It is the
   * cheapest place for a question: for each of condition, validations and messages, the API server
   * makes its objects anew.
   */
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
                ...('name' in parameter.by
                  ? { name: parameter.by.name }
                  : { selector: { matchLabels: parameter.by.labels } }),
                parameterNotFoundAction: 'Deny',
              },
            }),
      },
    },
  ];
}

function matchConstraints(match: Match) {
  const {
    operations,
    apiGroups,
    resources,
    names,
    objects,
    namespaces,
    scope,
    except = [],
  } = match;
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
        ...(names === undefined ? {} : { resourceNames: names }),
        ...(scope === undefined ? {} : { scope }),
      },
    ],
    excludeResourceRules: excluded,
    ...(objects === undefined ? {} : { objectSelector: objects }),
    ...(namespaces === undefined ? {} : { namespaceSelector: namespaces }),
  };
}

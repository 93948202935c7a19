import type { ClusterClock } from '../files/documents.js';
import { CLOCKS, TICK_NAMES } from './clock.js';
import { type AdmissionPolicy, type Manifest, type Metadata, policyManifests } from './manifest.js';
import type { ClusterRules } from './rules.js';

/**
 * The API server stops watching a kind of parameter for good once no binding uses it for about a
 * second: the policies' time then stands still until that server is restarted. An anchor is a policy
 * with the same kind that nothing else replaces, so that the others can be deleted and applied.
 * It also tells the time that the policies see: it denies every deletion of a probe, and says why.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/130887
 */
export function anchorManifests(rules: ClusterRules): readonly Manifest[] {
  const clocks = clocksOf(rules);
  return [...clocks.flatMap(anchorPolicies), ...clocks.map(probe), ...mayAsk(rules)];
}

/** The policy and its binding for one clock. */
export function anchorPolicies(clock: ClusterClock): readonly Manifest[] {
  return policyManifests(anchorPolicy(clock)).map((each) => ({
    ...each,
    metadata: { ...each.metadata, labels: ANCHORED },
  }));
}

/** How an anchor is recognised. Not as the policies are: who deletes them by a label leaves it. */
export const ANCHORED = { 'app.kubernetes.io/managed-by': 'reprieve-anchor' } as const;

/** The clocks that the policies ask. A tick alone would say too little of a new deadline. */
export function clocksOf({ clock }: Pick<ClusterRules, 'clock'>): readonly ClusterClock[] {
  return clock === 'lease' ? ['lease'] : ['lease', 'tick'];
}

/** Where a clock's probe is. */
export function probePath(clock: ClusterClock): string {
  return `/api/v1/namespaces/${PLACE.namespace}/configmaps/${probeName(clock)}`;
}

const PROBE = 'reprieve.dev/clock-probe';
const PLACE = { namespace: 'kube-system' } as const;

const probeName = (clock: ClusterClock) => `reprieve-clock-${clock}`;

function anchorPolicy(clock: ClusterClock): AdmissionPolicy {
  const { parameter, now } = CLOCKS[clock];
  return {
    name: `anchor-${clock}.reprieve.dev`,
    match: {
      operations: ['DELETE'],
      apiGroups: [''],
      resources: ['configmaps'],
      objects: { matchLabels: { [PROBE]: clock } },
      namespaces: { matchLabels: { 'kubernetes.io/metadata.name': PLACE.namespace } },
    },
    parameter,
    variables: {},
    validations: [
      {
        expression: 'false',
        message: `"reprieve-clock ${clock} " + params.metadata.name + " " + string(${now})`,
      },
    ],
  };
}

function probe(clock: ClusterClock): Manifest {
  const labels = { ...ANCHORED, [PROBE]: clock };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: probeName(clock), ...PLACE, labels },
    data: { purpose: 'Asked for the time that the admission policies see. It holds nothing.' },
  };
}

const RBAC = 'rbac.authorization.k8s.io';

/** Whoever deploys may ask: they need the right to what is always denied. */
function mayAsk(rules: ClusterRules): readonly Manifest[] {
  const metadata: Metadata = { name: 'reprieve-clock', ...PLACE, labels: ANCHORED };
  const apiVersion = `${RBAC}/v1`;
  const names = clocksOf(rules).map(probeName);
  const ticks = rules.clock === 'tick' ? [...TICK_NAMES] : [];
  return [
    {
      apiVersion,
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: [''], resources: ['configmaps'], verbs: ['delete'], resourceNames: names },
        {
          apiGroups: [''],
          resources: ['configmaps'],
          verbs: ['get'],
          resourceNames: [...names, ...ticks],
        },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'list'] },
      ],
    },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'Role', name: metadata.name },
      subjects: rules.pipelines.map((name) => ({ apiGroup: RBAC, kind: 'User', name })),
    },
  ];
}

import type { ClusterClock } from '../files/documents.js';
import type { AdmissionPolicy, Manifest, Parameter } from './manifest.js';
import { MANAGED_BY } from './manifest.js';

/** What a policy needs to know the time. CEL itself has no clock. */
export interface Clock {
  readonly parameter: Parameter;
  /** The expression of the time. */
  readonly now: string;
}

const NAMESPACE = 'kube-system';
const IDENTITY = { 'apiserver.kubernetes.io/identity': 'kube-apiserver' } as const;
const TICK = { 'reprieve.dev/clock': 'tick' } as const;

/** The name of the config map that is the time where `clock: tick` was chosen. */
export const TICK_NAME = 'reprieve-tick';

/**
 * `lease`: every API server renews a lease of its own each 10 seconds; the time of its last renewal
 * is the time, at most that much late, which denies. With several servers, all of them have to
 * agree, so that one which stopped denies too.
 *
 * `tick`: no object can be created in the past or future, so a config map's age is a lower bound of
 * the time that nobody can forge. It has to be made anew before anything can be reclaimed.
 *
 * @see https://kubernetes.io/docs/concepts/architecture/leases/#api-server-identity
 */
export const CLOCKS: Readonly<Record<ClusterClock, Clock>> = {
  lease: {
    parameter: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace: NAMESPACE,
      labels: IDENTITY,
    },
    now: 'timestamp(params.spec.renewTime)',
  },
  tick: {
    parameter: { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, labels: TICK },
    now: 'timestamp(params.metadata.creationTimestamp)',
  },
};

/** Only the API server renews its lease, whatever rights others have. Impersonation gets through. */
export function clockPolicy(): AdmissionPolicy {
  return {
    name: 'clock.reprieve.dev',
    match: {
      operations: ['CREATE', 'UPDATE', 'DELETE'],
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases', 'leases/*'],
      objects: { matchLabels: IDENTITY },
      namespaces: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } },
    },
    variables: {},
    validations: [
      {
        expression: 'request.userInfo.username == "system:apiserver"',
        message:
          '"only the API server may write its identity lease, which is the clock of every reclamation"',
      },
    ],
  };
}

/** The config map whose age is the time. `kubectl replace --force -f` makes it anew. */
export function tickManifest(): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: TICK_NAME, namespace: NAMESPACE, labels: { ...MANAGED_BY, ...TICK } },
  };
}
